import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.js';
import { type ChangeLog, createChangeLog } from '../../src/live/change-log.js';
import { startRetention, trimChangeLog } from '../../src/live/retention.js';
import { definitionInput } from '../support/definitions.js';
import { reading } from '../support/feed-reader.js';
import { caller, silentLogger, startInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { failOn, openSql, type Sql, tableCounts } from '../support/sql.js';
import { expectViewToEqualRows } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let database: Database;
let log: ChangeLog;
let clock = new Date('2026-01-01T00:00:00Z');
const now = () => clock;
const ada = caller();
const DAY_MS = 24 * 3_600_000;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  // Without a follower: the log is replaced under its feet here, again and again.
  [sql, database] = await Promise.all([
    openSql(testDatabase.url),
    openDatabase({ connection: testDatabase.url, poolSize: 4, log: silentLogger }),
  ]);
  log = createChangeLog(database);
});

afterAll(async () => {
  await database.close();
  await sql.close();
  await testDatabase.drop();
});

interface Logged {
  readonly changes: number;
  readonly ageDays: number;
}

/** Puts a log of this form in the place of the one that is there; only what retention looks at is true in it. */
async function writeLog(log: readonly Logged[]): Promise<void> {
  await sql.rows('delete from tool_catalog.tool_changes');
  await sql.rows('delete from tool_catalog.catalog_revisions');
  const rows = log.map(({ changes, ageDays }, index) => ({
    revision: index + 1,
    changes,
    at: new Date(clock.getTime() - ageDays * DAY_MS).toISOString(),
  }));
  await sql.rows(
    `insert into tool_catalog.catalog_revisions (revision, chain, change_count, at)
     select revision, repeat('a', 64), changes, at from json_to_recordset($1) as r(revision bigint, changes int, at timestamptz)`,
    [JSON.stringify(rows)],
  );
  await sql.rows(
    `insert into tool_catalog.tool_changes (revision, change_index, tenant, tool_id, platform, tool_name, action, state_after, actor, at)
     select revision, i - 1, 'shared', gen_random_uuid(), 'linux', 'x', 'UPDATED', '{}', 'ada', at
     from json_to_recordset($1) as r(revision bigint, changes int, at timestamptz), generate_series(1, changes) i`,
    [JSON.stringify(rows)],
  );
  await sql.rows("update tool_catalog.catalog_head set revision = $1, low_revision = 0, chain = repeat('a', 64)", [
    log.length,
  ]);
}

/** The rule, said differently: the longest prefix all of which is too old and lies behind the newest `minChanges`. */
function expectedLow(log: readonly Logged[], maxAgeDays: number, minChanges: number): number {
  let low = 0;
  for (const [index, { ageDays }] of log.entries()) {
    const newer = log.slice(index + 1).reduce((sum, { changes }) => sum + changes, 0);
    if (ageDays <= maxAgeDays || newer < minChanges) break;
    low = index + 1;
  }
  return low;
}

test('L1: what is young or among the newest stays, whole revisions only, also when clocks disagreed', async () => {
  const logged = fc.record({ changes: fc.integer({ min: 1, max: 4 }), ageDays: fc.integer({ min: 0, max: 12 }) });
  const sorted = fc
    .array(logged, { minLength: 1, maxLength: 15 })
    .map((log) => [...log].sort((a, b) => b.ageDays - a.ageDays));
  const anyLog = fc.oneof(sorted, fc.array(logged, { minLength: 1, maxLength: 15 }));
  await fc.assert(
    fc.asyncProperty(anyLog, fc.nat(12), fc.nat(20), async (revisions, maxAgeDays, minChanges) => {
      await writeLog(revisions);
      const policy = { maxAgeMs: maxAgeDays * DAY_MS, minChanges };
      const low = expectedLow(revisions, maxAgeDays, minChanges);
      const sizeOf = (some: readonly Logged[]) => some.reduce((sum, { changes }) => sum + changes, 0);
      expect(await trimChangeLog(database, policy, clock)).toBe(sizeOf(revisions.slice(0, low)));
      expect((await log.head()).lowRevision).toBe(low);
      expect(await tableCounts(sql)).toMatchObject({
        tool_changes: sizeOf(revisions.slice(low)),
        // The row of the low mark keeps its chained hash.
        catalog_revisions: revisions.length - low + (low > 0 ? 1 : 0),
      });
      expect(await trimChangeLog(database, policy, clock)).toBe(0);
      const after = await log.revisionsAfter(low, 1_000);
      expect(after?.map(({ revision }) => revision)).toEqual(revisions.slice(low).map((_, index) => low + 1 + index));
      if (low > 0) expect(await log.revisionsAfter(low - 1, 1_000)).toBeNull();
    }),
    { numRuns: 40 },
  );
});

test('L1 and L2: the mark moves in the transaction that deletes; deletions stay as long as all else', async () => {
  const own = await createTestDatabase();
  const [rows, live] = await Promise.all([openSql(own.url), startInstance(own.url, { now })]);
  try {
    await live.commands.createTool(ada, { definition: definitionInput({ name: 'kept' }) });
    await live.commands.createTool(ada, { definition: definitionInput({ name: 'gone' }) });
    await live.commands.setToolState(ada, { name: 'kept', owner: 'early' });
    clock = new Date(clock.getTime() + 10 * DAY_MS);
    await live.commands.deleteTool(ada, { name: 'gone' });
    await live.commands.setToolState(ada, { name: 'kept', owner: 'late' });
    const before = { counts: await tableCounts(rows), head: await live.log.head() };
    const policy = { maxAgeMs: 7 * DAY_MS, minChanges: 1 };

    const mend = await failOn(rows, 'UPDATE', 'catalog_head');
    await expect(trimChangeLog(live.database, policy, clock)).rejects.toThrow(/planted fault/);
    await mend();
    expect({ counts: await tableCounts(rows), head: await live.log.head() }).toEqual(before);

    expect(await trimChangeLog(live.database, policy, clock)).toBe(3);
    expect(await live.log.head()).toEqual({ ...before.head, lowRevision: 3 });
    const after = `${before.head.epoch}:3`;
    const seen = await reading(live.feed, { after }, (reader) => reader.take(2));
    expect(seen.map((update) => [update.action, update.change?.toolName])).toEqual([
      ['DELETED', 'gone'],
      ['UPDATED', 'kept'],
    ]);
    await live.commands.setToolState(ada, { name: 'kept', owner: 'later' });
    await expectViewToEqualRows(live, rows);
    const fresh = await startInstance(own.url);
    await expectViewToEqualRows(fresh, rows);
    await fresh.close();
  } finally {
    await live.close();
    await rows.close();
    await own.drop();
  }
});

test('retention goes on after a failure, and lets go of idempotency keys after 24 hours', async () => {
  const keys = () => sql.number('select count(*) from tool_catalog.idempotency_keys');
  await sql.rows(
    `insert into tool_catalog.idempotency_keys (tenant, principal, key, request_hash, response, created_at)
    select 'shared', 'ada', 'key-' || hours, repeat('a', 64), '{}', $1::timestamptz - make_interval(hours => hours)
    from unnest(array[0, 23, 25, 500]) as hours`,
    [clock],
  );
  await writeLog([
    { changes: 1, ageDays: 9 },
    { changes: 1, ageDays: 0 },
  ]);
  const mend = await failOn(sql, 'UPDATE', 'catalog_head');
  const failures: unknown[] = [];
  const logger = Object.assign(Object.create(silentLogger), { warn: (found: unknown) => failures.push(found) });
  const retention = startRetention(database, {
    policy: { maxAgeMs: DAY_MS, minChanges: 0 },
    logger,
    now,
    everyMs: 20,
  });
  try {
    await expect.poll(() => failures.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await mend();
    await expect.poll(async () => (await log.head()).lowRevision, { timeout: 10_000 }).toBe(1);
    await expect.poll(keys, { timeout: 10_000 }).toBe(2);
  } finally {
    await retention.stop();
  }
});

test('stop waits for a trim that is running, and none begins after it', async () => {
  await writeLog([
    { changes: 1, ageDays: 9 },
    { changes: 1, ageDays: 0 },
  ]);
  const holder = await openSql(testDatabase.url);
  const waiting = `select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%catalog_head%'`;
  await holder.rows('begin');
  await holder.rows('select * from tool_catalog.catalog_head for update');
  const retention = startRetention(database, {
    policy: { maxAgeMs: DAY_MS, minChanges: 0 },
    logger: silentLogger,
    now,
    everyMs: 10,
  });
  // One trim at a time, however long it takes.
  await expect.poll(() => sql.number(waiting), { timeout: 10_000 }).toBe(1);
  let stopped = false;
  const stopping = retention.stop().then(() => {
    stopped = true;
  });
  expect(await sql.number(waiting)).toBe(1);
  expect(stopped).toBe(false);
  await holder.rows('commit');
  await stopping;
  expect((await log.head()).lowRevision).toBe(1);
  await holder.close();
});
