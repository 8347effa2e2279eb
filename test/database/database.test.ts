import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../src/database/database.js';
import { sqlState } from '../../src/database/database-errors.js';
import { UnavailableError } from '../../src/kernel/errors.js';
import { createTestDatabase, silentLog, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let database: Database;
let admin: pg.Client;
const opened: Database[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  admin = new pg.Client({ connectionString: testDatabase.url });
  await admin.connect();
  database = await openDatabase({ connection: testDatabase.url, poolSize: 10, log: silentLog });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

afterAll(async () => {
  await database?.close();
  await admin?.end();
  await testDatabase?.drop();
});

async function open(poolSize: number): Promise<Database> {
  const one = await openDatabase({ connection: testDatabase.url, poolSize, log: silentLog });
  opened.push(one);
  return one;
}

async function backendOf(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  return row?.pid ?? 0;
}

async function settingsOf(tx: Pick<Transaction, '$queryRawUnsafe'>): Promise<Record<string, string>> {
  const names = ['role', 'TimeZone', 'transaction_isolation', 'statement_timeout', 'lock_timeout'];
  names.push('idle_in_transaction_session_timeout');
  const sql = `SELECT name, current_setting(name) AS value FROM unnest('{${names.join(',')}}'::text[]) AS name`;
  const rows = await tx.$queryRawUnsafe<{ name: string; value: string }[]>(sql);
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

describe('connections', () => {
  it('are set up for their role, with limits on every wait', async () => {
    const common = {
      TimeZone: 'UTC',
      transaction_isolation: 'read committed',
      statement_timeout: '5s',
      lock_timeout: '5s',
      idle_in_transaction_session_timeout: '10s',
    };
    expect(await settingsOf(database.app)).toEqual({ role: 'catalog_app', ...common });
    expect(await settingsOf(database.system)).toEqual({ role: 'catalog_system', ...common });
    const long = await database.withTenant('acme', settingsOf, { timeoutMs: 300_000 });
    expect(long).toMatchObject({ statement_timeout: '5min', lock_timeout: '5s' });
    expect(long).toMatchObject({ idle_in_transaction_session_timeout: '5min' });
    expect(await database.withTenant('acme', settingsOf)).toMatchObject({ statement_timeout: '5s' });
  });

  it("keep the options of the URL, and read times rightly where the server's zone is another", async () => {
    const url = new URL(testDatabase.url);
    url.searchParams.set('options', '-c TimeZone=Asia/Tokyo -c work_mem=5MB');
    const other = await openDatabase({ connection: url.toString(), poolSize: 2, log: silentLog });
    opened.push(other);
    const [row] = await other.app.$queryRaw<{ at: Date; memory: string }[]>`
      SELECT '2026-01-02T03:04:05Z'::timestamptz AS at, current_setting('work_mem') AS memory`;
    expect(row).toEqual({ at: new Date('2026-01-02T03:04:05Z'), memory: '5MB' });
  });

  it('are never more than the pool allows', async () => {
    const other = await createTestDatabase();
    const small = await openDatabase({ connection: other.url, poolSize: 4, log: silentLog });
    try {
      const queries = Array.from({ length: 40 }, () => [small.app.tenant.count(), small.system.tenant.count()]);
      await Promise.all(queries.flat());
      const name = new URL(other.url).pathname.slice(1);
      const { rowCount } = await admin.query('SELECT FROM pg_stat_activity WHERE datname = $1', [name]);
      expect(rowCount).toBe(4);
    } finally {
      await small.close();
      await other.drop();
    }
  });
});

describe('openDatabase', () => {
  it('T-4: refuses roles that could see past the policies', async () => {
    const other = await createTestDatabase();
    const client = new pg.Client({ connectionString: other.url });
    await client.connect();
    const attempt = () => openDatabase({ connection: other.url, poolSize: 2, log: silentLog });
    try {
      await client.query('ALTER TABLE tool_catalog.tools OWNER TO catalog_app');
      await expect(attempt()).rejects.toThrow(/catalog_app could see past row-level security/);
      await client.query('ALTER TABLE tool_catalog.tools OWNER TO postgres');
      await (await attempt()).close();
    } finally {
      await client.end();
      await other.drop();
    }
  });

  it('T-4: refuses a connection that does not work under the role it asked for', async () => {
    // As a connection pooler does that drops the options.
    const real = new URL(testDatabase.url);
    const socket = `${real.searchParams.get('host')}/.s.PGSQL.${real.port || '5432'}`;
    const pooler = net.createServer((client) => {
      const server = net.connect(socket);
      client.once('data', (startup) => server.write(withoutOptions(startup)) && client.pipe(server));
      server.pipe(client);
      for (const end of [client, server]) end.on('error', () => undefined);
    });
    pooler.listen(0, '127.0.0.1');
    await once(pooler, 'listening');
    const { port } = pooler.address() as net.AddressInfo;
    const connection = `postgresql://postgres@127.0.0.1:${port}${real.pathname}`;
    const attempt = openDatabase({ connection, poolSize: 2, log: silentLog });
    await expect(attempt).rejects.toThrow(/works as postgres instead of catalog_(app|system).*pooler/);
    pooler.close();
  });

  it('says so when the database was not migrated by this user, or is away', async () => {
    const gone = openDatabase({ connection: 'postgresql://x@127.0.0.1:1/x', poolSize: 2, log: silentLog });
    await expect(gone).rejects.toThrow(UnavailableError);
    const url = new URL(testDatabase.url);
    url.username = `stranger_${process.pid}`;
    await admin.query(`CREATE ROLE ${url.username} LOGIN`);
    const attempt = openDatabase({ connection: url.toString(), poolSize: 2, log: silentLog });
    await expect(attempt).rejects.toThrow(/cannot work as catalog_\w+.*GRANT catalog_\w+ TO/);
    await admin.query(`DROP ROLE ${url.username}`);
  });
});

function withoutOptions(startup: Buffer): Buffer {
  const fields = startup.subarray(8).toString('latin1').split('\0');
  const at = fields.findIndex((field, index) => index % 2 === 0 && field === 'options');
  fields.splice(at, 2);
  const body = Buffer.from(fields.join('\0'), 'latin1');
  const header = Buffer.from(startup.subarray(0, 8));
  header.writeInt32BE(body.length + 8, 0);
  return Buffer.concat([header, body]);
}

describe('withTenant', () => {
  it('runs again after a deadlock or a serialisation failure, at most five times', async () => {
    let runs = 0;
    const fail = (tx: Transaction, code: string) =>
      tx.$executeRawUnsafe(`DO $$ BEGIN RAISE SQLSTATE '${code}'; END $$`);
    const second = await database.withTenant('acme', async (tx) => {
      runs++;
      if (runs < 3) await fail(tx, runs === 1 ? '40001' : '40P01');
      return runs;
    });
    expect(second).toBe(3);
    runs = 0;
    const always = database.withTenant('acme', async (tx) => {
      runs++;
      await fail(tx, '40001');
    });
    expect(sqlState(await always.catch((error: unknown) => error))).toBe('40001');
    expect(runs).toBe(5);
  });

  it('never reports as made what the server rolled back', async () => {
    const key = { tenant: 'acme', principal: 'p', key: 'lost', requestHash: 'a'.repeat(64), response: {} };
    const careless = database.withTenant('acme', async (tx) => {
      await tx.idempotencyKey.create({ data: key });
      await tx.$executeRaw`SELECT 1 / 0`.catch(() => undefined);
      return 'made';
    });
    await expect(careless).rejects.toThrow(/was rolled back: a statement in it had failed/);
    expect(await database.system.idempotencyKey.count()).toBe(0);
  });

  it("leaves the work's own errors and the database's refusals as they are", async () => {
    const own = new Error('mine');
    await expect(database.withTenant('acme', () => Promise.reject(own))).rejects.toBe(own);
    const refused = await database
      .withTenant('shared', (tx) => tx.tenant.create({ data: { name: '' } }))
      .catch((e: unknown) => e);
    expect(refused).not.toBeInstanceOf(UnavailableError);
    expect(sqlState(refused)).toBe('23514');
  });

  it('ends what takes too long: a statement, a lock, the whole, a server that hangs', async () => {
    const small = await open(5);
    const startedAt = Date.now();
    await admin.query('BEGIN; SELECT FROM tool_catalog.catalog_head FOR UPDATE');
    let hung = 0;
    const attempts = [
      small.withTenant('acme', (tx) => tx.$queryRaw`SELECT pg_sleep(60)::text`),
      small.withTenant('acme', (tx) => tx.$executeRaw`UPDATE tool_catalog.catalog_head SET revision = revision`),
      small.withTenant('acme', () => new Promise(() => undefined), { timeoutMs: 100 }),
      small.systemTransaction(
        async (tx) => {
          hung = await backendOf(tx);
          process.kill(hung, 'SIGSTOP');
          return tx.tenant.count();
        },
        { timeoutMs: 100 },
      ),
    ];
    const results = await Promise.allSettled(attempts);
    process.kill(hung, 'SIGCONT');
    await admin.query('ROLLBACK');
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    expect(Date.now() - startedAt).toBeLessThan(25_000);
    expect(await small.withTenant('acme', (tx) => tx.tenant.count())).toBe(1);
    expect(await small.systemTransaction((tx) => tx.tenant.count())).toBe(1);
  });

  it('answers within seconds while every connection is taken, and works when they are free again', async () => {
    const small = await open(2);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holder = small.withTenant('acme', () => held, { timeoutMs: 60_000 });
    const startedAt = Date.now();
    const crowd = await Promise.allSettled([1, 2, 3].map(() => small.withTenant('acme', (tx) => tx.tenant.count())));
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    for (const result of crowd) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    release();
    await holder;
    expect(await small.withTenant('acme', (tx) => tx.tenant.count())).toBe(1);
  });

  it('survives the loss of its connection, and says that the database was away', async () => {
    const cut = async (tx: Transaction): Promise<void> => {
      await admin.query('SELECT pg_terminate_backend($1)', [await backendOf(tx)]);
    };
    const cases: ((tx: Transaction) => Promise<unknown>)[] = [
      (tx: Transaction) => cut(tx).then(() => tx.tenant.count()),
      (tx: Transaction) => cut(tx).then(() => sleep(5)),
    ];
    // Where the loss is noticed (reading, writing, committing) is a matter of chance.
    for (const work of Array.from({ length: 20 }, () => cases).flat()) {
      await expect(database.withTenant('acme', work)).rejects.toThrow(UnavailableError);
    }
    expect(await database.withTenant('acme', (tx) => tx.tenant.count())).toBe(1);
  });

  it('begins on another connection where the one that it was given is gone', async () => {
    const isThere = 'SELECT FROM pg_stat_activity WHERE pid = $1';
    for (let round = 0; round < 200; round += 1) {
      const pid = await database.withTenant('acme', backendOf);
      await admin.query('SELECT pg_terminate_backend($1)', [pid]);
      while ((await admin.query(isThere, [pid])).rowCount !== 0);
      // Whether the pool has noticed by now is a matter of chance.
      expect(await database.withTenant('acme', (tx) => tx.tenant.count())).toBe(1);
    }
  });
});

describe('listen', () => {
  it('hears what is notified, and comes back after its connection was lost', async () => {
    const one = await open(2);
    const heard: string[] = [];
    let connects = 0;
    const listener = await one.listen(
      'Catalog "1"',
      (payload) => heard.push(payload),
      () => connects++,
    );
    expect([listener.connected, connects]).toEqual([true, 1]);
    await admin.query(`SELECT pg_notify('Catalog "1"', 'first')`);
    await expect.poll(() => heard).toEqual(['first']);
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tool-catalog listen' AND datname = current_database()`,
    );
    expect(rowCount).toBe(1);
    await expect.poll(() => connects, { timeout: 10_000 }).toBe(2);
    await admin.query(`SELECT pg_notify('Catalog "1"', 'second')`);
    await expect.poll(() => heard).toEqual(['first', 'second']);
    await listener.close();
    expect(listener.connected).toBe(false);
    await admin.query(`SELECT pg_notify('Catalog "1"', 'third')`);
    expect(heard).toEqual(['first', 'second']);
  });
});
