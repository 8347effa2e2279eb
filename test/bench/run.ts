import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import type { Caller } from '../../src/access/principal.js';
import { createRefusalLog } from '../../src/audit/refusal-log.js';
import { createCatalogService } from '../../src/catalog/catalog-service.js';
import { openDatabase } from '../../src/database/database.js';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { createChangeLog } from '../../src/live/change-log.js';
import { LogFollower } from '../../src/live/log-follower.js';
import { measureImports } from './imports.js';
import { measureLiveFeed } from './live-feed/live-feed.js';
import { measureSearch } from './search.js';
import { measureSelection } from './selection.js';

const TOOLS = 10_000;

const caller: Caller = {
  principal: { name: 'bench', role: 'ADMIN', tenant: 'shared', tokenId: null },
  ipAddress: null,
};

interface Row {
  readonly work: string;
  readonly result: string;
}

const WORK = ['imports', 'search', 'selection', 'feed'] as const;

/** With names of {@link WORK} as arguments, only those. */
function asked(work: (typeof WORK)[number]): boolean {
  const names = process.argv.slice(2);
  return names.length === 0 || names.includes(work);
}

/** Runs the benchmarks on an embedded PostgreSQL of their own, and prints a table. Nothing is asserted. */
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

    const { rows: versions } = await client.query<{ version: string }>('select version()');
    const connection = server.connectionString;
    const rows: Row[] = [];
    if (asked('selection')) rows.push(...measureSelection());
    // Search finds the tools that the import has stored.
    if (asked('imports') || asked('search')) {
      rows.push(...(await measureImports({ commands, follower, client, folder, caller, toolCount: TOOLS })));
    }
    if (asked('search')) {
      const dataDir = path.join(folder, 'service');
      rows.push(...(await measureSearch({ connectionString: connection, dataDir, toolCount: TOOLS })));
    }
    if (asked('feed')) rows.push(...(await measureLiveFeed({ connection, commands, caller })));
    print(versions[0]?.version ?? '', rows);
    await client.end();
    await follower.stop();
    await database.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
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
