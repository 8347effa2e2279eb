import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrate.js';
import { packageRoot } from '../../src/database/package-root.js';
import { createTestDatabase, silentLog, type TestDatabase, testServerUrl, withDatabase } from '../support/postgres.js';
import { diagnoseMigrations } from '../support/prisma-schema-engine.js';
import { runTypeScript } from '../support/run-typescript.js';

const MIGRATIONS = path.join(packageRoot(), 'prisma', 'migrations');
const INIT = '20261123000000_init';
/** All of them, in their order. */
const ALL = [INIT, '20261125000000_consumers'];

let database: TestDatabase;
let client: pg.Client;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function emptyDatabase(): Promise<string> {
  database = await createTestDatabase({ migrated: false });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return database.url;
}

afterEach(async () => {
  await client?.end();
  await database?.drop();
});

/** This package's migrations and one more. */
async function migrationsWith(name: string, script: string): Promise<string> {
  const directory = path.join(folder, randomBytes(6).toString('hex'));
  await cp(MIGRATIONS, directory, { recursive: true });
  await mkdir(path.join(directory, name));
  await writeFile(path.join(directory, name, 'migration.sql'), script);
  return directory;
}

async function tables(): Promise<string[]> {
  const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'tool_catalog'");
  return rows.map((row) => row.tablename);
}

describe('migrate', () => {
  it('applies every migration once, and nothing the second time', async () => {
    const connection = await emptyDatabase();
    expect(await migrate({ connection })).toEqual(ALL);
    expect(await tables()).toHaveLength(14);
    expect(await migrate({ connection })).toEqual([]);
  });

  it('records them as Prisma Migrate does', async () => {
    const connection = await emptyDatabase();
    await migrate({ connection });
    const { rows } = await client.query('SELECT * FROM public._prisma_migrations ORDER BY migration_name');
    const scripts = await Promise.all(ALL.map((name) => readFile(path.join(MIGRATIONS, name, 'migration.sql'))));
    expect(rows).toEqual(
      ALL.map((name, index) => ({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        checksum: createHash('sha256')
          .update(scripts[index] ?? '')
          .digest('hex'),
        migration_name: name,
        logs: null,
        rolled_back_at: null,
        started_at: expect.any(Date),
        finished_at: expect.any(Date),
        applied_steps_count: 1,
      })),
    );
    const { rows: columns } = await client.query(
      `SELECT column_name, data_type, character_maximum_length AS length, is_nullable, column_default
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    expect(columns.map((column) => Object.values(column).join(' '))).toEqual([
      'id character varying 36 NO ',
      'checksum character varying 64 NO ',
      'finished_at timestamp with time zone  YES ',
      'migration_name character varying 255 NO ',
      'logs text  YES ',
      'rolled_back_at timestamp with time zone  YES ',
      'started_at timestamp with time zone  NO now()',
      'applied_steps_count integer  NO 0',
    ]);
  });

  it("leaves a history that Prisma's own engine finds complete and unedited", async () => {
    const connection = await emptyDatabase();
    expect(await diagnoseMigrations(connection)).toMatchObject({
      hasMigrationsTable: false,
      history: { diagnostic: 'databaseIsBehind', unappliedMigrationNames: ALL },
    });
    await migrate({ connection });
    const complete = { hasMigrationsTable: true, editedMigrationNames: [], failedMigrationNames: [], history: null };
    expect(await diagnoseMigrations(connection)).toEqual(complete);
    await client.query("UPDATE public._prisma_migrations SET checksum = repeat('0', 64)");
    expect(await diagnoseMigrations(connection)).toEqual({ ...complete, editedMigrationNames: ALL });
  });

  it("keeps that table in the schema that the URL's parameter names", async () => {
    const connection = await emptyDatabase();
    await client.query('CREATE SCHEMA history');
    await migrate({ connection: `${connection}&schema=history` });
    const { rows } = await client.query("SELECT schemaname FROM pg_tables WHERE tablename = '_prisma_migrations'");
    expect(rows).toEqual([{ schemaname: 'history' }]);
  });

  it('may run in four processes at once: one applies, the others find it done', async () => {
    const connection = await emptyDatabase();
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => runTypeScript('test/database/migrate-process.ts', [connection])),
    );
    expect(runs.map((run) => run.output).sort()).toEqual(['', '', '', ALL.join(' ')]);
    expect((await client.query('SELECT FROM public._prisma_migrations')).rowCount).toBe(ALL.length);
  });

  it('may run four times at once in one process', async () => {
    const connection = await emptyDatabase();
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate({ connection })));
    expect(runs.flat()).toEqual(ALL);
  });

  it('undoes a migration that fails, wholly, and says where it failed', async () => {
    const connection = await emptyDatabase();
    const migrationsDirectory = await migrationsWith(
      '29990101000000_bad',
      'CREATE TABLE tool_catalog.half_done (id int);\n\nSELECT * FROM tool_catalog.no_such_table;\n',
    );
    await expect(migrate({ connection, migrationsDirectory })).rejects.toThrow(
      /^Migration 29990101000000_bad failed at line 3 and was undone: relation "tool_catalog.no_such_table" does not exist \(42P01\)\.$/,
    );
    expect(await tables()).not.toContain('half_done');
    expect(
      (await client.query('SELECT migration_name FROM public._prisma_migrations ORDER BY migration_name')).rows,
    ).toEqual(ALL.map((name) => ({ migration_name: name })));
    await expect(migrate({ connection })).resolves.toEqual([]);
  });

  it('refuses a migration that was edited after it was applied, whatever its line ends are', async () => {
    const connection = await emptyDatabase();
    await migrate({ connection });
    const migrationsDirectory = await migrationsWith('29990101000000_next', 'SELECT 1;');
    const file = path.join(migrationsDirectory, INIT, 'migration.sql');
    const script = await readFile(file, 'utf8');
    await writeFile(file, script.replaceAll('\n', '\r\n'));
    expect(await migrate({ connection, migrationsDirectory })).toEqual(['29990101000000_next']);
    await writeFile(file, `${script}\nSELECT 1;`);
    await expect(migrate({ connection, migrationsDirectory })).rejects.toThrow(`Migration ${INIT} was edited`);
  });

  it('refuses to go on after one that Prisma Migrate left unfinished', async () => {
    const connection = await emptyDatabase();
    await migrate({ connection });
    await client.query('UPDATE public._prisma_migrations SET finished_at = NULL');
    await expect(migrate({ connection })).rejects.toThrow(/is marked as begun and not finished/);
  });

  it('works with a database that a newer release has migrated', async () => {
    const connection = await emptyDatabase();
    const migrationsDirectory = await migrationsWith('29990101000000_newer', 'SELECT 1;');
    await migrate({ connection, migrationsDirectory });
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    expect(await migrate({ connection, log })).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('29990101000000_newer')]);
  });

  it('refuses tables of unknown origin', async () => {
    const connection = await emptyDatabase();
    await client.query('CREATE SCHEMA tool_catalog; CREATE TABLE tool_catalog.tools (id int)');
    await expect(migrate({ connection })).rejects.toThrow(/holds tables already/);
  });

  it('tells a user who may not create roles what an administrator must run; then it works', async () => {
    await emptyDatabase();
    const user = `plain_${randomBytes(4).toString('hex')}`;
    const name = new URL(database.url).pathname.slice(1);
    // The roles are there once any database of the server was migrated.
    await (await createTestDatabase()).drop();
    await client.query(`CREATE ROLE ${user} LOGIN; ALTER DATABASE ${name} OWNER TO ${user}`);
    const connection = withDatabase(await testServerUrl(), name, user);
    try {
      const refusal = await migrate({ connection }).catch((error: unknown) => error);
      expect(String(refusal)).toMatch(/may not create the roles that the tool catalog works under/);
      const remedy = /must run once: (.*)$/.exec(String(refusal))?.[1] ?? '';
      expect(remedy).toBe(`GRANT catalog_app TO ${user}; GRANT catalog_system TO ${user};`);
      expect(await tables()).toEqual([]);
      await client.query(remedy);
      expect(await migrate({ connection })).toEqual(ALL);
      const opened = await openDatabase({ connection, poolSize: 2, log: silentLog });
      expect(await opened.withTenant('acme', (tx) => tx.tenant.count())).toBe(1);
      expect(await opened.app.tenant.count()).toBe(0);
      await opened.close();
    } finally {
      await client.query(`REASSIGN OWNED BY ${user} TO postgres; DROP OWNED BY ${user}; DROP ROLE ${user}`);
    }
  });

  it.each([
    ['not a URL', 'localhost:5432', /not a PostgreSQL URL/],
    ['another database', 'mysql://root@localhost/x', /not a PostgreSQL URL/],
    ['an unknown database', 'no_such_database', /^DATABASE_URL: database "no_such_database" does not exist\.$/],
  ])('names the mistake in DATABASE_URL: %s', async (_what, connection, message) => {
    const url = connection === 'no_such_database' ? withDatabase(await testServerUrl(), connection) : connection;
    await expect(migrate({ connection: url })).rejects.toThrow(message);
  });
});
