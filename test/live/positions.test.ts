import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { UnavailableError } from '../../src/kernel/errors.js';
import { createChangeFeed } from '../../src/live/change-feed.js';
import type { ChangeLog } from '../../src/live/change-log.js';
import { LogFollower } from '../../src/live/log-follower.js';
import { trimChangeLog } from '../../src/live/retention.js';
import { formatPosition, type Position } from '../../src/view/position.js';
import { definitionInput } from '../support/definitions.js';
import { FeedReader, firstWord, reading } from '../support/feed-reader.js';
import { caller, silentLogger, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let instance: TestInstance;
let head: Position;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  instance = await startInstance(testDatabase.url, { bookmarkMs: 60_000 });
  await instance.commands.createTenant(ada, { name: 'acme' });
  for (let round = 0; round < 6; round += 1) {
    await instance.commands.createTool(ada, { definition: definitionInput({ name: `tool-${round}` }) });
  }
});

beforeEach(() => {
  head = instance.follower.position;
});

afterAll(async () => {
  await instance.close();
  await testDatabase.drop();
});

let count = 0;
async function write(): Promise<Position> {
  count += 1;
  await instance.commands.setToolState(ada, { name: 'tool-0', owner: `owner-${count}` });
  return instance.follower.position;
}

describe('F3 and L-9: every form of position has a documented start or a typed error', () => {
  const forms: [string, () => string | null, string][] = [
    ['null', () => null, 'BOOKMARK'],
    ['zero', () => `${head.epoch}:0`, 'CREATED'],
    ['-1', () => `${head.epoch}:-1`, 'POSITION_INVALID'],
    ['2^53', () => `${head.epoch}:9007199254740992`, 'POSITION_INVALID'],
    ['2^53 - 1', () => `${head.epoch}:9007199254740991`, 'POSITION_AHEAD'],
    ['2^63', () => `${head.epoch}:9223372036854775808`, 'POSITION_INVALID'],
    ['the head', () => formatPosition(head), 'BOOKMARK'],
    ['head + 1', () => `${head.epoch}:${head.revision + 1}`, 'POSITION_AHEAD'],
    ['head + 10^6', () => `${head.epoch}:${head.revision + 1_000_000}`, 'POSITION_AHEAD'],
    ['another epoch', () => `${'0'.repeat(32)}:${head.revision}`, 'POSITION_INVALID'],
    ['another epoch, ahead', () => `${'0'.repeat(32)}:${head.revision + 5}`, 'POSITION_INVALID'],
    ['truncated', () => `${head.epoch}:`, 'POSITION_INVALID'],
    ['truncated in its epoch', () => formatPosition(head).slice(0, 10), 'POSITION_INVALID'],
    ['a revision alone', () => String(head.revision), 'POSITION_INVALID'],
    ['base64 junk', () => Buffer.from(formatPosition(head)).toString('base64'), 'POSITION_INVALID'],
    ['10 KB', () => 'x'.repeat(10_240), 'POSITION_INVALID'],
    ['10 KB of digits', () => `${head.epoch}:${'1'.repeat(10_240)}`, 'POSITION_INVALID'],
    ['empty', () => '', 'POSITION_INVALID'],
    ['with a leading zero', () => `${head.epoch}:0${head.revision}`, 'POSITION_INVALID'],
    ['with white space', () => `${formatPosition(head)}\n`, 'POSITION_INVALID'],
    ['hexadecimal', () => `${head.epoch}:0x1`, 'POSITION_INVALID'],
    ['a fraction', () => `${head.epoch}:1.5`, 'POSITION_INVALID'],
    ['with NUL', () => `${head.epoch}:1\0`, 'POSITION_INVALID'],
  ];
  test.each(forms)('%s', async (_, after, expected) => {
    for (const tenant of ['shared', 'acme']) {
      expect(await firstWord(instance.feed, { tenant, after: after() })).toBe(expected);
    }
  });

  test('a stream that asks for a snapshot and a position resumes after the position', async () => {
    const [update] = await reading(instance.feed, { after: `${head.epoch}:2`, snapshot: true }, (reader) =>
      reader.take(1),
    );
    expect(update).toMatchObject({ action: 'CREATED', revision: 3 });
  });
});

/** An instance that does not see the log for a while. */
async function laggingInstance() {
  let away = false;
  const headOf = () => instance.log.head();
  const log: ChangeLog = {
    ...instance.log,
    head: () => (away ? Promise.reject(new UnavailableError('away')) : headOf()),
  };
  const follower = new LogFollower({ database: instance.database, log, logger: silentLogger, pollMs: 50 });
  await follower.start();
  return {
    follower,
    // The feed itself may ask the database.
    feed: createChangeFeed({ follower, log: instance.log, now: () => new Date(), bookmarkMs: 60_000 }),
    lag: () => {
      away = true;
    },
    catchUp: () => {
      away = false;
      follower.wake();
    },
  };
}

test('F3: POSITION_AHEAD means ahead of the database; an instance that merely lags waits and goes on', async () => {
  const lagging = await laggingInstance();
  try {
    lagging.lag();
    await write();
    const known = await write();
    expect(lagging.follower.position.revision).toBeLessThan(known.revision);
    const reader = new FeedReader(lagging.feed, { after: formatPosition(known) });
    expect(await reader.next()).toMatchObject({ action: 'BOOKMARK', position: known, contentHash: null });
    const ahead = `${known.epoch}:${known.revision + 1}`;
    expect(await firstWord(lagging.feed, { after: ahead })).toBe('POSITION_AHEAD');
    const next = await write();
    const update = reader.next();
    lagging.catchUp();
    expect(await update).toMatchObject({ action: 'UPDATED', position: next, previousPosition: known });
    reader.stop();
  } finally {
    await lagging.follower.stop();
  }
});

test('F3 and F7: who resumes at an instance that lags while the database is away waits, and is told no error', async () => {
  const lagging = await laggingInstance();
  let refusals = 2;
  const log: ChangeLog = {
    ...instance.log,
    head: () => (refusals-- > 0 ? Promise.reject(new UnavailableError('away')) : instance.log.head()),
  };
  const feed = createChangeFeed({ follower: lagging.follower, log, now: () => new Date(), bookmarkMs: 60_000 });
  try {
    lagging.lag();
    const known = await write();
    const reader = new FeedReader(feed, { after: formatPosition(known) });
    expect(await reader.next()).toMatchObject({ action: 'BOOKMARK', position: known });
    expect(refusals).toBeLessThan(0);
    refusals = 2;
    expect(await firstWord(feed, { after: `${known.epoch}:${known.revision + 1}` })).toBe('POSITION_AHEAD');
    reader.stop();
  } finally {
    await lagging.follower.stop();
  }
});

test('waitFor: an instance that lags is waited for, but not for ever', async () => {
  const lagging = await laggingInstance();
  try {
    lagging.lag();
    const known = await write();
    await expect(lagging.follower.waitFor(known, 50)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    const waiting = lagging.follower.waitFor(known, 20_000);
    lagging.catchUp();
    await waiting;
    expect(lagging.follower.position).toEqual(known);
  } finally {
    await lagging.follower.stop();
  }
});

test('F2 and F7: a stream that falls behind the ring while the database is away stays open and goes on after it', async () => {
  let refusals = 0;
  const reads = instance.log.revisionsAfter.bind(instance.log);
  const follower = new LogFollower({
    database: instance.database,
    log: instance.log,
    logger: silentLogger,
    pollMs: 50,
    recentChanges: 1,
  });
  await follower.start();
  const log: ChangeLog = {
    ...instance.log,
    revisionsAfter: (after, max) => {
      if (refusals === 0) return reads(after, max);
      refusals -= 1;
      return Promise.reject(new UnavailableError('away'));
    },
  };
  const feed = createChangeFeed({ follower, log, now: () => new Date(), bookmarkMs: 60_000 });
  try {
    const reader = new FeedReader(feed, { after: formatPosition(head), bookmarks: false });
    const first = await write();
    expect(await reader.next()).toMatchObject({ position: first });
    refusals = 2;
    const second = await write();
    const third = await write();
    await follower.waitFor(third, 10_000);
    expect(await reader.next()).toMatchObject({ position: second });
    expect(refusals).toBe(0);
    expect(await reader.next()).toMatchObject({ position: third });
    reader.stop();
  } finally {
    await follower.stop();
  }
});

test('F3 and L1: exactly at the low mark a stream goes on, one before it the position has expired', async () => {
  const small = await startInstance(testDatabase.url, { recentChanges: 1, pollMs: 100 });
  try {
    const stale = new FeedReader(small.feed, { after: `${head.epoch}:0`, bookmarks: false });
    await stale.next();
    for (let round = 0; round < 4; round += 1) await write();
    const last = await write();
    await trimChangeLog(instance.database, { maxAgeMs: 0, minChanges: 3 }, new Date(Date.now() + 1_000));
    const { lowRevision } = await instance.log.head();
    expect(lowRevision).toBe(last.revision - 3);
    // Until it polls, it may still have in memory what the slow stream read of the log: right, though no longer promised.
    await vi.waitFor(() => expect(small.follower.oldestPosition.revision).toBe(lowRevision), 10_000);
    const fresh = await startInstance(testDatabase.url);
    try {
      for (const { feed } of [small, fresh]) {
        const at = await reading(feed, { after: `${head.epoch}:${lowRevision}`, bookmarks: false }, (reader) =>
          reader.take(3),
        );
        expect(at.map((update) => update.revision)).toEqual([1, 2, 3].map((step) => lowRevision + step));
        expect(await firstWord(feed, { after: `${head.epoch}:${lowRevision - 1}` })).toBe('POSITION_EXPIRED');
        expect(await firstWord(feed, { after: `${head.epoch}:0` })).toBe('POSITION_EXPIRED');
      }
      expect(fresh.follower.oldestPosition).toEqual({ epoch: head.epoch, revision: lowRevision });
    } finally {
      await fresh.close();
    }
    // A stream that was too slow for retention is told so, too, and never skips anything.
    const rest = stale.until((update) => update.revision >= last.revision);
    await expect(rest).rejects.toMatchObject({ code: 'POSITION_EXPIRED' });
  } finally {
    await small.close();
  }
});
