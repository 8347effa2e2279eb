import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { connectionConfig, migrationsSchema } from './connection-settings.js';
import { DatabaseSetupError, sqlState, toCatalogError, toStartError } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';
import { packageRoot } from './package-root.js';

/** The advisory lock that Prisma Migrate takes, so that its command line and this keep out of each other's way. */
const MIGRATION_LOCK = 72_707_369;
const LOCK_TIMEOUT_MS = 120_000;

const MISSING_PRIVILEGES =
  'A database administrator must run once: GRANT CREATE ON DATABASE <database> TO <user>; GRANT CREATE ON SCHEMA public TO <user>;';

export interface MigrateOptions {
  /** A postgresql:// URL of a user who may create a schema, and roles (or an administrator has made them). */
  readonly connection: string;
  readonly log?: DatabaseLog;
  /** prisma/migrations of this package unless given. */
  readonly migrationsDirectory?: string;
}

interface Migration {
  readonly name: string;
  readonly script: string;
}

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/**
 * Brings the database up to date and answers the names of the migrations that were applied just now. Reads the folder and
 * writes the table of Prisma Migrate, so that `prisma migrate deploy` may be used in turn with it. Any number of processes may
 * call it at once. Each migration is one transaction together with its row in that table: it is there completely or not at all.
 *
 * @throws DatabaseSetupError when a migration fails, was edited after it was applied, or an earlier one is marked as failed.
 *   UnavailableError when the database is away.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(
    options.migrationsDirectory ?? path.join(packageRoot(), 'prisma', 'migrations'),
  );
  const client = new pg.Client(
    connectionConfig(options.connection, {
      applicationName: 'tool-catalog migrate',
      parameters: {
        statement_timeout: '0',
        idle_in_transaction_session_timeout: '0',
        lock_timeout: `${LOCK_TIMEOUT_MS}`,
      },
    }),
  );
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const schema = pg.escapeIdentifier(migrationsSchema(options.connection));
    await client.query(`SET search_path = ${schema}`);
    return await applyPending(client, migrations, { table: `${schema}."_prisma_migrations"`, log: options.log });
  } catch (error) {
    throw toStartError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names
      .sort()
      .map(async (name) => ({ name, script: await readFile(path.join(directory, name, 'migration.sql'), 'utf8') })),
  );
}

async function applyPending(
  client: pg.Client,
  migrations: readonly Migration[],
  options: { readonly table: string; readonly log: DatabaseLog | undefined },
): Promise<string[]> {
  const applied = await readApplied(client, options.table);
  const known = new Set(migrations.map((migration) => migration.name));
  const newer = [...applied.keys()].filter((name) => !known.has(name));
  if (newer.length > 0) {
    options.log?.warn(`The database has migrations that this release does not know: ${newer.join(', ')}.`);
  }
  const done: string[] = [];
  for (const migration of migrations) {
    const before = applied.get(migration.name);
    if (before === undefined) {
      await apply(client, migration, options.table);
      options.log?.info(`Migration ${migration.name} applied.`);
      done.push(migration.name);
    } else if (!checksumsOf(migration.script).includes(before.checksum)) {
      throw new DatabaseSetupError(
        `Migration ${migration.name} was edited after it had been applied to this database. Put the file back as it was, ` +
          'and write a new migration for the change.',
      );
    }
  }
  return done;
}

async function readApplied(client: pg.Client, table: string): Promise<Map<string, AppliedMigration>> {
  const { rows: tables } = await client.query<{ history: boolean; catalog: boolean }>(
    `SELECT to_regclass($1) IS NOT NULL AS history,
            EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'tool_catalog') AS catalog`,
    [table],
  );
  if (tables[0]?.history !== true) {
    if (tables[0]?.catalog === true) {
      throw new DatabaseSetupError(
        'The schema tool_catalog holds tables already, but no record of how they came there. Use an empty database, or mark ' +
          'the migrations that it has with `prisma migrate resolve --applied <name>`.',
      );
    }
    return new Map();
  }
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM ${table}
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  const failed = rows.find((row) => !row.finished);
  if (failed !== undefined) {
    throw new DatabaseSetupError(
      `Migration ${failed.migration_name} is marked as begun and not finished in ${table}. See what it left, put that right, ` +
        `and run \`prisma migrate resolve --rolled-back ${failed.migration_name}\` (or --applied).`,
    );
  }
  return new Map(rows.map((row) => [row.migration_name, row]));
}

async function apply(client: pg.Client, migration: Migration, table: string): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(`CREATE TABLE IF NOT EXISTS ${table} (
      id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
      migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
    const id = randomUUID();
    await client.query(
      `INSERT INTO ${table} (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
      [id, sha256(migration.script), migration.name],
    );
    await client.query(migration.script);
    await client.query(`UPDATE ${table} SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`, [
      id,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (!(error instanceof pg.DatabaseError) || toCatalogError(error) !== error) throw error;
    throw new DatabaseSetupError(describeFailure(migration, error), { cause: error });
  }
}

function describeFailure(migration: Migration, error: pg.DatabaseError): string {
  const line =
    error.position === undefined ? undefined : migration.script.slice(0, Number(error.position)).split('\n').length;
  const place = line === undefined ? '' : ` at line ${line}`;
  const hint = error.hint ?? (error.code === '42501' ? MISSING_PRIVILEGES : '');
  return `Migration ${migration.name} failed${place} and was undone: ${error.message} (${sqlState(error)}). ${hint}`.trim();
}

/** Prisma's checksum, for both kinds of line ends: a checkout on Windows may have changed them. */
function checksumsOf(script: string): string[] {
  const unix = script.replaceAll('\r\n', '\n');
  return [sha256(script), sha256(unix), sha256(unix.replaceAll('\n', '\r\n'))];
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
