import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnavailableError } from '../../src/kernel/errors.js';
import type { ChangeFeed } from '../../src/live/catalog-source.js';
import { createChangeFeed } from '../../src/live/change-feed.js';
import type { ChangeLog } from '../../src/live/change-log.js';
import { ChangeStream } from '../../src/live/change-stream.js';
import { SharedLogReads } from '../../src/live/shared-log-reads.js';
import { Turns } from '../../src/live/turns.js';
import { definitionInput } from '../support/definitions.js';
import { FeedReader, inShort } from '../support/feed-reader.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
/** Holds one change in memory: whoever is further behind reads the log. */
let instance: TestInstance;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  instance = await startInstance(testDatabase.url, { recentChanges: 1 });
  await instance.commands.createTool(ada, { definition: definitionInput({ name: 'moving' }) });
  for (let round = 0; round < 6; round += 1) {
    await instance.commands.setToolState(ada, { name: 'moving', owner: `owner-${round}` });
  }
});

afterAll(async () => {
  await instance.close();
  await testDatabase.drop();
});

const feedOver = (read: ChangeLog['revisionsAfter']) =>
  createChangeFeed({
    follower: instance.follower,
    log: { ...instance.log, revisionsAfter: read },
    now: () => new Date(),
  });

test('F2: streams that resume behind the ring read the same part of the log once, and one at a time', async () => {
  let [reads, running, most] = [0, 0, 0];
  const feed = feedOver(async (after, maxChanges) => {
    reads += 1;
    running += 1;
    most = Math.max(most, running);
    try {
      return await instance.log.revisionsAfter(after, maxChanges);
    } finally {
      running -= 1;
    }
  });
  const { epoch, revision } = instance.follower.position;
  const request = { after: `${epoch}:0` };
  const readers = Array.from({ length: 20 }, () => new FeedReader(feed, request));
  const stream = (reader: FeedReader) => reader.changesUpTo(revision);
  const [first, ...others] = await Promise.all(readers.map(stream));
  expect(first?.map((update) => update.revision)).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
  for (const other of others) expect(other.map(inShort)).toEqual(first?.map(inShort));
  expect(reads).toBe(1);
  // Elsewhere in the log it is another read.
  const elsewhere = Array.from({ length: 4 }, (_, index) => new FeedReader(feed, { after: `${epoch}:${index + 1}` }));
  await Promise.all(elsewhere.map(stream));
  expect(reads).toBe(5);
  expect(most).toBe(1);
  for (const reader of [...readers, ...elsewhere]) reader.stop();
});

test('F6: a stream that was silent for long before it had caught up says so as soon as it has', async () => {
  const away = [new UnavailableError('away')];
  let bookmarkMs = 1;
  const log: ChangeLog = {
    ...instance.log,
    revisionsAfter: async (after, maxChanges) => {
      const error = away.pop();
      if (error) throw error;
      return instance.log.revisionsAfter(after, maxChanges);
    },
  };
  const follow: ChangeFeed['follow'] = (request, signal) =>
    new ChangeStream({
      follower: instance.follower,
      log,
      reads: new SharedLogReads(log),
      now: () => new Date(),
      get bookmarkMs() {
        return bookmarkMs;
      },
      turns: new Turns(),
      request,
      signal,
    }).run();
  const { epoch, revision } = instance.follower.position;
  const reader = new FeedReader({ follow }, { after: `${epoch}:1` });
  expect(await reader.next()).toMatchObject({
    action: 'BOOKMARK',
    position: { epoch, revision: 1 },
    contentHash: null,
  });
  // Nothing is due by the clock from here on.
  bookmarkMs = 600_000;
  const rest = await reader.until(({ action }) => action === 'BOOKMARK');
  const { contentHash } = instance.follower.viewFor('shared');
  expect(rest.at(-1)).toMatchObject({ position: { epoch, revision }, contentHash });
  reader.stop();
});
