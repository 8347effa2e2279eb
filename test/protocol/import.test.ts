import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, writeFaults } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { LookupLoad } from '../support/lookup-load.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { toolName, wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

const TOOLS = 10_000;
const KILLS = 3;
const TOOLS_OF_A_KILL = 500;
const SUBSCRIBERS_OF_A_KILL = 8;
/** Lookups go on while an import is read, checked and stored. Five times what is wanted at the very most. */
const LONGEST_LOOKUP_MS = 5_000;
const CATALOG = { groups: 2, toolsPerGroup: 5 };
const IMPORT = `mutation ($input: ImportToolsInput!) {
  importTools(input: $input) { created updated unchanged skipped failed } }`;

interface Report {
  readonly importTools: Record<'created' | 'updated' | 'unchanged' | 'skipped' | 'failed', number>;
}

let database: TestDatabase;
let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-import-'));
  fleet = await Fleet.start(2, { databaseUrl: database.url, dataDir });
});

afterAll(async () => {
  await fleet.kill();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function importYaml(yaml: string, reason: string) {
  return graphql<Report>(fleet.urlOf(0), IMPORT, { input: { yaml, atomic: true, reason } });
}

const none = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };

test('an import of 10,000 tools is one revision for everyone, and lookups and other writes go on meanwhile', async () => {
  onTestFailed(() => console.error(fleet.logs));
  await importYaml(`${wholeYaml(CATALOG)}---\n${ownTools(1)}`, 'setup');
  const range = [0, 1];
  const stock = range.map((index) => new StockSubscriber({ url: fleet.urlOf(index), snapshot: true }));
  const clients = range.map((index) => new FollowedClient({ url: fleet.urlOf(index) }));
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(1)));
  const writers = [
    new CatalogWriter({ name: 'writer', urls: fleet.urls, catalog: CATALOG, persistent: true, ownGroup: 0 }),
  ];
  const load = new WriteLoad(writers);
  const lookups = fleet.urls.map((url) => new LookupLoad(url, toolName(0, 0)));

  const startedMs = performance.now();
  const { data } = await importYaml(toYamlStream(generateCatalog({ toolCount: TOOLS, seed: 1 })), 'import');
  const importMs = performance.now() - startedMs;
  expect(data?.importTools).toEqual({ ...none, created: TOOLS });
  await load.more(1);
  await load.stop();
  const truth = await readTruth(database.url);
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(truth.head)));
  for (const lookup of lookups) {
    const { answers, longestMs } = await lookup.stop();
    console.info(`import ${Math.round(importMs)} ms; ${answers} lookups, the slowest ${Math.round(longestMs)} ms`);
    expect(longestMs).toBeLessThan(LONGEST_LOOKUP_MS);
  }

  const revisions = new Set(truth.changes.filter(({ reason }) => reason === 'import').map(({ revision }) => revision));
  expect(revisions.size).toBe(1);
  // Each delivery is compared with the log, lastInRevision included: no foreign change can have come in between.
  for (const subscriber of stock) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.tools).toEqual(truth.tools);
  }
  for (const client of clients) expect(client.faults(truth)).toEqual([]);
  const others = truth.changes.filter(({ reason }) => reason !== 'setup' && reason !== 'import');
  expect(writeFaults(load.records, others)).toEqual([]);
  await Promise.all([...stock.map((subscriber) => subscriber.close()), ...clients.map(({ client }) => client.close())]);
}, 240_000);

test('its export imports back with everything unchanged', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const url = fleet.urlOf(1);
  const before = await readTruth(database.url);
  const { data } = await graphql<{ exportTools: { yaml: string; toolCount: number } }>(
    url,
    '{ exportTools { yaml toolCount } }',
  );
  expect(data?.exportTools.toolCount).toBe(before.tools.size);
  const { data: again } = await importYaml(data?.exportTools.yaml ?? '', 'again');
  expect(again?.importTools).toEqual({ ...none, unchanged: before.tools.size });
  expect((await readTruth(database.url)).head).toBe(before.head);
}, 240_000);

/** The killed service's subscribers reconnect while the next import runs. */
test('L-12: a service killed in the midst of an atomic import leaves all of it or nothing, to whoever reconnects too', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const stock = Array.from({ length: SUBSCRIBERS_OF_A_KILL }, (_, index) => {
    return new StockSubscriber({ url: fleet.urlOf(index % 4 === 3 ? 1 : 0) });
  });
  await Promise.all(stock.map((subscriber) => subscriber.reached(0)));
  const startedMs = performance.now();
  const answer = await importYaml(killedYaml('whole'), 'whole');
  const wholeMs = performance.now() - startedMs;
  expect(answer.data?.importTools.created).toBe(TOOLS_OF_A_KILL);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const platform = `kill-${kill}`;
    const atMs = (0.2 + Math.random()) * wholeMs;
    const importing = importYaml(killedYaml(platform), platform).catch(() => undefined);
    await sleep(atMs);
    await fleet.killOne(0);
    await importing;
    await backendsGone();
    const { tools, changes, audit, identities } = await countRows(platform);
    console.info(`killed after ${Math.round(atMs)} of about ${Math.round(wholeMs)} ms: ${tools} tools`);
    expect([0, TOOLS_OF_A_KILL]).toContain(tools);
    expect({ changes, audit, identities }).toEqual({ changes: tools, audit: tools, identities: tools });
    await fleet.restart(0);
    const repeated = await importYaml(killedYaml(platform), platform);
    const expected = tools === 0 ? { created: TOOLS_OF_A_KILL } : { unchanged: TOOLS_OF_A_KILL };
    expect(repeated.data?.importTools).toEqual({ ...none, ...expected });
  }
  const truth = await readTruth(database.url);
  await Promise.all(stock.map((subscriber) => subscriber.reached(truth.head)));
  for (const [index, subscriber] of stock.entries()) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    if (index % 4 !== 3) expect(subscriber.sessions.length).toBeGreaterThan(KILLS);
  }
  await Promise.all(stock.map((subscriber) => subscriber.close()));
}, 240_000);

/** Tools of a platform of their own. */
function killedYaml(platform: string): string {
  return toYamlStream(
    Array.from(generateCatalog({ toolCount: TOOLS_OF_A_KILL, seed: 2 }), (tool, index) => ({
      ...tool,
      name: `${tool.name}-${index}`,
      platform,
    })),
  );
}

async function countRows(platform: string): Promise<Record<'tools' | 'changes' | 'audit' | 'identities', number>> {
  const counts = ['tools', 'tool_changes', 'tool_audit_log', 'tool_identities'].map(
    (table) => `(select count(*)::int from tool_catalog.${table} where platform = $1)`,
  );
  return query(
    `select ${counts[0]} as tools, ${counts[1]} as changes, ${counts[2]} as audit, ${counts[3]} as identities`,
    [platform],
  );
}

/** Until the server has noticed that the killed process is gone: only the other service's idle connections are left. */
async function backendsGone(): Promise<void> {
  const open = `select count(*)::int as open from pg_stat_activity
    where datname = current_database() and application_name like 'tool-catalog catalog_app%' and xact_start is not null`;
  while ((await query<'open'>(open, [])).open > 0) await sleep(20);
}

async function query<Column extends string>(sql: string, values: unknown[]): Promise<Record<Column, number>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query(sql, values);
    return rows[0];
  } finally {
    await client.end();
  }
}
