import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';

const TEMPLATE = 'tool_catalog_template';
const TEMPLATE_LOCK = 20_261_123;
export const silentLog = { info: () => undefined, warn: () => undefined };

export interface TestDatabase {
  /** A postgresql:// URL of the superuser. */
  readonly url: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** False for one without any tables. Default true. */
  readonly migrated?: boolean;
}

let server: Promise<string> | undefined;

/** A database of its own: a clone of one that was migrated once for the whole run. Drop it in afterAll. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = await testServerUrl();
  if (options.migrated !== false) await ensureTemplate(serverUrl);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${options.migrated === false ? 'template0' : TEMPLATE}`);
  return {
    url: withDatabase(serverUrl, name),
    drop: async () => {
      await query(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** The superuser's URL of the run's server, which is started when the first test file asks for it. */
export function testServerUrl(): Promise<string> {
  server ??= startEmbeddedPostgres({
    dataDir: inject('postgresDirectory'),
    log: silentLog,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      track_commit_timestamp: 'on',
    },
  }).then((started) => started.connectionString);
  return server;
}

/** The same server's URL for another database or user. */
export function withDatabase(url: string, database: string, user?: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (user !== undefined) changed.username = user;
  return changed.toString();
}

async function ensureTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rows } = await client.query('SELECT datistemplate FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rows[0]?.datistemplate === true) return;
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${TEMPLATE} TEMPLATE template0`);
    await migrate({ connection: withDatabase(serverUrl, TEMPLATE) });
    await client.query(`ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true`);
  } finally {
    await client.end();
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
