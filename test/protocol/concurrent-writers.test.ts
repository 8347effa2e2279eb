import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitionInput } from '../support/definitions.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { graphql, type ServiceProcess, startService } from '../support/service-process.js';

const WRITERS = 16;
const SUCCESSES = 500;

let database: TestDatabase;
let dataDir: string;
let services: ServiceProcess[];

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-writers-'));
  services = await Promise.all([1, 2].map(() => startService({ databaseUrl: database.url, dataDir })));
});

afterAll(async () => {
  await Promise.all(services.map((service) => service.kill()));
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

interface UpdateAnswer {
  readonly updateTool: {
    readonly __typename: string;
    readonly version?: string;
    readonly code?: string;
    readonly currentVersion?: string;
  };
}

const UPDATE = `mutation ($input: UpdateToolInput!) { updateTool(input: $input) {
  __typename ... on Tool { version } ... on ConflictError { code currentVersion } ... on UserError { message } } }`;

test('16 writers on one tool with expectedVersion through two processes: every success is a version, everything else a conflict', async () => {
  const [first] = services;
  if (!first) throw new Error('no service');
  await graphql(
    first.graphqlUrl,
    'mutation ($d: ToolDefinitionInput!) { createTool(input: { definition: $d }) { __typename } }',
    {
      d: definitionInput({ name: 'contended', version: '1' }),
    },
  );
  let successes = 0;
  const outcomes = new Map<string, number>();
  const versions = new Set<string>();
  const write = async (writer: number) => {
    let known = '1';
    for (let attempt = 0; successes < SUCCESSES; attempt += 1) {
      const service = services[(writer + attempt) % services.length] ?? first;
      const answer = await graphql<UpdateAnswer>(service.graphqlUrl, UPDATE, {
        input: {
          name: 'contended',
          expectedVersion: known,
          patch: { description: `writer ${writer}, attempt ${attempt}` },
        },
      });
      const result = answer.data?.updateTool;
      const kind = result?.__typename ?? `error: ${JSON.stringify(answer.errors)}`;
      outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
      if (result?.version) {
        successes += 1;
        versions.add(result.version);
      }
      known = result?.version ?? result?.currentVersion ?? known;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

  expect([...outcomes.keys()].sort()).toEqual(['ConflictError', 'Tool']);
  expect(outcomes.get('Tool')).toBeGreaterThanOrEqual(SUCCESSES);
  expect(versions.size).toBe(outcomes.get('Tool'));

  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(`select
    (select count(*)::int from tool_catalog.tools where tool_name = 'contended') as versions,
    (select count(*)::int from tool_catalog.tools where tool_name = 'contended' and is_latest) as latest,
    (select count(*)::int from tool_catalog.catalog_revisions) as revisions,
    (select max(revision)::int from tool_catalog.catalog_revisions) as highest,
    (select revision::int from tool_catalog.catalog_head) as head,
    (select count(*)::int from tool_catalog.tool_audit_log) as audit,
    (select count(*)::int from tool_catalog.tool_changes) as changes`);
  await client.end();
  const made = successes + 1;
  expect(rows[0]).toEqual({
    versions: made,
    latest: 1,
    revisions: made,
    highest: made,
    head: made,
    audit: made,
    changes: made,
  });
}, 240_000);
