import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { pino } from 'pino';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import type { Caller } from '../../src/access/principal.js';
import { createRefusalLog } from '../../src/audit/refusal-log.js';
import { createCatalogService } from '../../src/catalog/catalog-service.js';
import { openDatabase } from '../../src/database/database.js';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { createChangeLog } from '../../src/live/change-log.js';
import { LogFollower } from '../../src/live/log-follower.js';
import { measureSearch } from './search.js';

/** Everything that an import of new tools writes, but for the head and the identities. */
const TABLES = ['tools', 'tool_capabilities', 'tool_patterns', 'tool_changes', 'tool_audit_log'];
const TOOLS = 10_000;
const LOOKUPS = 1_000_000;

const caller: Caller = {
  principal: { name: 'bench', role: 'ADMIN', tenant: 'shared', tokenId: null },
  ipAddress: null,
};

interface Row {
  readonly work: string;
  readonly result: string;
}

/** Runs the benchmarks in one process on an embedded PostgreSQL of their own, and prints a table. Nothing is asserted. */
async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tool-catalog-bench-'));
  // Under root the server is another user's process, and COPY reads and writes files here.
  chmodSync(folder, 0o777);
  const logger = pino({ level: 'silent' });
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data'), log: logger });
  try {
    await migrate({ connection: server.connectionString, log: logger });
    const database = await openDatabase({ connection: server.connectionString, poolSize: 10, log: logger });
    const follower = new LogFollower({ database, log: createChangeLog(database), logger });
    await follower.start();
    const now = () => new Date();
    const refusals = createRefusalLog({ database, logger, now });
    const expressions = createExpressionCache(50_000);
    const commands = createCatalogService({ database, source: follower, now, expressions, refusals });
    const client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();

    const definitions = [...generateCatalog({ toolCount: TOOLS, seed: 1 })];
    const yaml = toYamlStream(definitions);
    const importMs = await timed(async () => {
      const report = await commands.importTools(caller, { yaml, atomic: true });
      if (report.created !== TOOLS) throw new Error(JSON.stringify({ ...report, results: undefined }));
    });
    const copyMs = await copyAlone(client, folder);
    const againMs = await timed(async () => {
      const report = await commands.importTools(caller, { yaml: toYamlStream(definitions.map(changeEach(100))) });
      if (report.updated !== TOOLS / 100) throw new Error(JSON.stringify({ ...report, results: undefined }));
    });
    const lookups = measureLookups(follower, definitions);
    const searches = await measureSearch({
      connectionString: server.connectionString,
      dataDir: path.join(folder, 'service'),
      toolCount: TOOLS,
    });

    const { rows } = await client.query<{ version: string }>('select version()');
    print(rows[0]?.version ?? '', [
      {
        work: `import of ${TOOLS} tools: read, checked, stored, visible (${Math.round(yaml.length / 1e6)} MB of YAML)`,
        result: `${Math.round(importMs)} ms`,
      },
      { work: 'COPY alone of the same rows, with their indexes', result: `${Math.round(copyMs)} ms` },
      { work: 'import, times COPY alone', result: (importMs / copyMs).toFixed(1) },
      { work: 'the same import again with 1 % changed, times the first', result: (againMs / importMs).toFixed(2) },
      ...lookups,
      ...searches,
    ]);
    await client.end();
    await follower.stop();
    await database.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function copyAlone(client: pg.Client, folder: string): Promise<number> {
  const file = (table: string) => `'${path.join(folder, `${table}.copy`)}'`;
  for (const table of TABLES) {
    await client.query(`copy tool_catalog.${table} to ${file(table)} (format binary)`);
    await client.query(`create table tool_catalog.${table}_peer (like tool_catalog.${table} including indexes)`);
  }
  return timed(async () => {
    await client.query('begin');
    for (const table of TABLES)
      await client.query(`copy tool_catalog.${table}_peer from ${file(table)} (format binary)`);
    await client.query('commit');
  });
}

function changeEach(every: number) {
  return (definition: ToolDefinition, index: number): ToolDefinition =>
    index % every === 0 ? { ...definition, description: `${definition.description} Changed.` } : definition;
}

/** Interleaved, five rounds, medians: a lookup in the view beside one in a plain Map. */
function measureLookups(follower: LogFollower, definitions: readonly ToolDefinition[]): Row[] {
  const view = follower.viewFor('shared');
  const names = definitions.map(({ name, platform }) => ({ name, platform }));
  const map = new Map(names.map(({ name, platform }) => [`${platform}/${name}`, view.find(name, platform)]));
  const keys = [...map.keys()];
  const rounds = Array.from({ length: 5 }, () => {
    const plain = perLookup((index) => map.get(keys[index] ?? ''));
    const found = perLookup((index) => {
      const { name, platform } = names[index] ?? { name: '', platform: '' };
      return view.find(name, platform);
    });
    return { plain, found, ratio: found / plain };
  });
  const median = (values: number[]) => values.sort((left, right) => left - right)[2] ?? Number.NaN;
  return [
    {
      work: `lookup by name and platform among ${TOOLS}, in memory`,
      result: `${median(rounds.map((round) => round.found)).toFixed(0)} ns`,
    },
    { work: 'lookup, times Map.get', result: median(rounds.map((round) => round.ratio)).toFixed(1) },
  ];
}

function perLookup(look: (index: number) => unknown): number {
  let hits = 0;
  const startMs = performance.now();
  for (let count = 0; count < LOOKUPS; count += 1) if (look(count % TOOLS) !== undefined) hits += 1;
  if (hits !== LOOKUPS) throw new Error(`${LOOKUPS - hits} lookups found nothing.`);
  return ((performance.now() - startMs) * 1e6) / LOOKUPS;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function print(postgres: string, rows: readonly Row[]): void {
  const lines = [
    `Node ${process.version}, ${cpus().length} cores, ${postgres.split(' ').slice(0, 2).join(' ')}`,
    '',
    '| work | result |',
    '| --- | --- |',
    ...rows.map(({ work, result }) => `| ${work} | ${result} |`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
