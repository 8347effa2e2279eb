import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { UnavailableError } from '../../src/kernel/errors.js';
import type { ChangeLog } from '../../src/live/change-log.js';
import { LogFollower } from '../../src/live/log-follower.js';
import { trimChangeLog } from '../../src/live/retention.js';
import { definitionInput } from '../support/definitions.js';
import { inShort, reading } from '../support/feed-reader.js';
import { caller, silentLogger, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import { expectViewToEqualRows, storedHash } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let writer: TestInstance;
const started: { stop(): Promise<void> }[] = [];
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, writer] = await Promise.all([openSql(testDatabase.url), startInstance(testDatabase.url)]);
  await writer.commands.createTool(ada, { definition: definitionInput({ name: 'moving' }) });
});

afterEach(async () => {
  for (const follower of started.splice(0)) await follower.stop();
});

afterAll(async () => {
  await writer.close();
  await sql.close();
  await testDatabase.drop();
});

let count = 0;

/** One more revision. */
async function write(): Promise<number> {
  count += 1;
  return (await writer.commands.setToolState(ada, { name: 'moving', owner: `owner-${count}` })).revision;
}

async function otherInstance(options: { pollMs?: number; recentChanges?: number } = {}): Promise<TestInstance> {
  const instance = await startInstance(testDatabase.url, options);
  started.push({ stop: () => instance.close() });
  return instance;
}

/** Waits until the follower has come to a revision by itself: nothing here wakes it. */
async function reached(follower: LogFollower, revision: number, withinMs = 20_000): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (follower.position.revision < revision) {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) throw new Error(`Revision ${revision} was not reached: ${follower.position.revision}.`);
    await follower.applied.wait(leftMs);
  }
}

function terminate(application: string): Promise<number> {
  return sql.number(
    `select count(pg_terminate_backend(pid)) from pg_stat_activity
     where application_name like $1 and datname = current_database()`,
    [`tool-catalog ${application}%`],
  );
}

test('F1 and L-5: with its LISTEN connection terminated again and again, an instance has every change within the poll', async () => {
  const other = await otherInstance({ pollMs: 200 });
  const after = other.follower.position;
  for (let round = 0; round < 8; round += 1) {
    await terminate('listen');
    // Fivefold slack over the poll.
    await reached(other.follower, await write(), 5_000);
  }
  const revisions = other.follower.recent.after(after.revision, 1_000) ?? [];
  expect(revisions.map(({ revision }) => revision)).toEqual(revisions.map((_, index) => after.revision + 1 + index));
  expect(other.follower.position).toEqual({ epoch: after.epoch, revision: (await writer.log.head()).revision });
  await expectViewToEqualRows(other, sql);
});

test('F1 and L-5: without any hint at all, the poll alone brings every change', async () => {
  const deaf = { connected: false, close: async () => undefined };
  const database = { ...writer.database, listen: async () => deaf };
  const follower = new LogFollower({ database, log: writer.log, logger: silentLogger, pollMs: 100 });
  await follower.start();
  started.push(follower);
  for (let round = 0; round < 3; round += 1) await reached(follower, await write(), 5_000);
});

test('F1 and L-5: doubled, reordered and false hints change nothing', async () => {
  const other = await otherInstance();
  const before = other.follower.position;
  const revisions: number[] = [];
  for (let round = 0; round < 5; round += 1) revisions.push(await write());
  for (const payload of [...revisions.reverse(), ...revisions, '0', '-1', '99999999', 'garbage', '']) {
    await sql.rows(`select pg_notify('tool_catalog', $1)`, [String(payload)]);
  }
  await reached(other.follower, Math.max(...revisions));
  const seen = await reading(
    other.feed,
    { after: `${before.epoch}:${before.revision}`, bookmarks: false },
    async (reader) => reader.take(5),
  );
  expect(seen.map((update) => update.revision)).toEqual([...revisions].sort((left, right) => left - right));
  await expectViewToEqualRows(other, sql);
});

test('F1 and L3: connections that break at any moment lose nothing and begin no new epoch', async () => {
  const other = await otherInstance({ pollMs: 50 });
  const before = await writer.log.head();
  for (let round = 0; round < 15; round += 1) await Promise.all([write(), terminate('catalog_system')]);
  await reached(other.follower, (await writer.log.head()).revision);
  expect((await writer.log.head()).epoch).toBe(before.epoch);
  await expectViewToEqualRows(other, sql);
});

/** A follower whose log can be taken away, or made to do something between two of its queries. */
async function followerOver(changed: (log: ChangeLog) => Partial<ChangeLog>): Promise<LogFollower> {
  const log: ChangeLog = { ...writer.log, ...changed(writer.log) };
  const follower = new LogFollower({ database: writer.database, log, logger: silentLogger, pollMs: 50 });
  await follower.start();
  started.push(follower);
  return follower;
}

test('F1: after a gap the follower catches up from where it stood, in order', async () => {
  let away = false;
  let asked: Promise<unknown> = Promise.resolve();
  const follower = await followerOver((log) => ({
    head: () => {
      if (away) return Promise.reject(new UnavailableError('away'));
      const answer = log.head();
      asked = answer;
      return answer;
    },
  }));
  const before = follower.position;
  away = true;
  // What was asked before must not be answered after the first write.
  await asked;
  let last = 0;
  for (let round = 0; round < 10; round += 1) last = await write();
  expect(follower.position).toEqual(before);
  expect(follower.viewFor('shared').find('moving')?.owner).not.toBe(`owner-${count}`);
  away = false;
  await reached(follower, last);
  const caughtUp = follower.recent.after(before.revision, 1_000) ?? [];
  expect(caughtUp.map(({ revision }) => revision)).toEqual(
    Array.from({ length: 10 }, (_, index) => before.revision + 1 + index),
  );
  expect(follower.viewFor('shared').contentHash).toBe(await storedHash(sql));
});

test('F1: a read of the log that leaves out a revision moves nothing, and is tried again', async () => {
  let away = false;
  let broken = true;
  let asked = 0;
  const follower = await followerOver((log) => ({
    head: () => (away ? Promise.reject(new UnavailableError('away')) : log.head()),
    revisionsAfter: async (after, maxChanges) => {
      const revisions = await log.revisionsAfter(after, maxChanges);
      if (!broken) return revisions;
      asked += 1;
      return revisions?.slice(1) ?? null;
    },
  }));
  const before = follower.position;
  away = true;
  await write();
  const last = await write();
  away = false;
  await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(1);
  // Whoever follows finds everything up to here in memory: a place beyond what is held would be waited for in a loop without end.
  expect(follower.position).toEqual(before);
  expect(follower.recent.after(before.revision, 10)).toEqual([]);
  broken = false;
  await reached(follower, last);
  expect(follower.recent.after(before.revision, 10)).toHaveLength(2);
  expect(follower.viewFor('shared').contentHash).toBe(await storedHash(sql));
});

test('F1: a log that grows or fails while it is read makes nobody believe in another history', async () => {
  let armed = false;
  let failing = false;
  const follower: LogFollower = await followerOver((log) => ({
    head: async () => {
      failing = false;
      const head = await log.head();
      // The log grows after its head was read, so that the follower comes further than that.
      if (armed && head.revision > follower.position.revision) await write();
      return head;
    },
    revisionsAfter: async (after, maxChanges) => {
      const revisions = await log.revisionsAfter(after, maxChanges);
      failing = armed;
      armed = false;
      return revisions;
    },
    // What else this round asks for fails: the position has moved by then, and nothing may lag behind it.
    chainAt: (revision) => (failing ? Promise.reject(new UnavailableError('away')) : log.chainAt(revision)),
  }));
  const { epoch } = follower.position;
  armed = true;
  await reached(follower, (await write()) + 1);
  expect(armed).toBe(false);
  await reached(follower, await write());
  expect(follower.position.epoch).toBe(epoch);
  expect((await writer.log.head()).epoch).toBe(epoch);
});

test('F1: a follower that the log no longer reaches back to begins again from the tables', async () => {
  let away = false;
  const follower = await followerOver((log) => ({
    head: () => (away ? Promise.reject(new UnavailableError('away')) : log.head()),
  }));
  const { epoch } = follower.position;
  away = true;
  for (let round = 0; round < 5; round += 1) await write();
  expect(
    await trimChangeLog(writer.database, { maxAgeMs: 0, minChanges: 1 }, new Date(Date.now() + 1_000)),
  ).toBeGreaterThan(0);
  const head = await writer.log.head();
  away = false;
  await reached(follower, head.revision);
  expect(follower.position).toEqual({ epoch, revision: head.revision });
  expect(follower.oldestPosition).toEqual({ epoch, revision: head.lowRevision });
  expect(follower.viewFor('shared').contentHash).toBe(await storedHash(sql));
  expect((await writer.log.head()).epoch).toBe(epoch);
});

test('reads behind the ring of recent changes come from the database, and are the same', async () => {
  const [small, large] = await Promise.all([otherInstance({ recentChanges: 2 }), otherInstance()]);
  const { epoch, revision } = small.follower.position;
  for (let round = 0; round < 12; round += 1) await write();
  const last = await write();
  await Promise.all([reached(small.follower, last), reached(large.follower, last)]);
  expect(small.follower.recent.after(revision, 10)).toBeUndefined();
  const request = { after: `${epoch}:${revision}`, bookmarks: false };
  const [fromDatabase, fromMemory] = await Promise.all(
    [small, large].map((instance) => reading(instance.feed, request, (reader) => reader.take(13))),
  );
  expect(fromDatabase).toEqual(fromMemory);
  expect(fromDatabase?.map(inShort).at(-1)).toBe(`UPDATED shared/moving@1.0.0 r${last} -> ${epoch}:${last} last`);
});
