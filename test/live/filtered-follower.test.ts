import { afterAll, beforeAll, expect, test } from 'vitest';
import { trimChangeLog } from '../../src/live/retention.js';
import { formatPosition, type Position } from '../../src/view/position.js';
import { definitionInput } from '../support/definitions.js';
import { FeedReader, firstWord } from '../support/feed-reader.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const REVISIONS = 300;
/** Trimming goes on while the stream is followed; so many of the newest changes stay. */
const KEPT = 50;
/** They all reconnect at once, again and again. */
const FOLLOWERS = 40;
const STORMS = 3;
const FILTER = { names: ['rare'] };

let testDatabase: TestDatabase;
let instance: TestInstance;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  instance = await startInstance(testDatabase.url, { bookmarkMs: 20, recentChanges: 10 });
  for (const name of ['busy', 'rare']) {
    await instance.commands.createTool(ada, { definition: definitionInput({ name }) });
  }
});

afterAll(async () => {
  await instance.close();
  await testDatabase.drop();
});

async function writeBusy(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const owner = `owner-${instance.follower.position.revision}`;
    await instance.commands.setToolState(ada, { name: 'busy', owner });
  }
}

function trim(): Promise<number> {
  return trimChangeLog(instance.database, { maxAgeMs: 0, minChanges: KEPT }, new Date(Date.now() + 1_000));
}

/** One connection, from a position that a bookmark gave, until everything that there is has been considered. */
async function follow(after: Position, write: () => Promise<void>): Promise<Position> {
  let stored = after;
  const reader = new FeedReader(instance.feed, { after: formatPosition(stored), filter: FILTER });
  await write();
  const head = instance.follower.position.revision;
  for (const update of await reader.until(({ position }) => position.revision >= head)) {
    expect(update).toMatchObject({ action: 'BOOKMARK', previousPosition: stored, contentHash: null });
    expect(update.position.revision).toBeGreaterThanOrEqual(stored.revision);
    stored = update.position;
  }
  reader.stop();
  return stored;
}

test('L-10: followers that nothing matches are kept above the low mark by bookmarks, through storms of reconnects, without listing again', async () => {
  const begin = instance.follower.position;
  let positions: readonly Position[] = Array.from({ length: FOLLOWERS }, () => begin);
  for (let round = 0; round < REVISIONS / KEPT; round += 1) {
    for (let storm = 0; storm < STORMS; storm += 1) {
      const written = writeBusy(Math.ceil(KEPT / STORMS));
      positions = await Promise.all(positions.map((position) => follow(position, () => written)));
    }
    await trim();
  }
  const [stored = begin] = positions;

  const { lowRevision } = await instance.log.head();
  expect(lowRevision).toBeGreaterThan(begin.revision + REVISIONS / 2);
  // Another instance knows the low mark from the start; without the bookmarks, the follower would be told so.
  const fresh = await startInstance(testDatabase.url, { bookmarkMs: 20 });
  try {
    expect(await firstWord(fresh.feed, { after: formatPosition(begin), filter: FILTER })).toBe('POSITION_EXPIRED');
    const reader = new FeedReader(fresh.feed, { after: formatPosition(stored), filter: FILTER });
    const { revision } = await instance.commands.setToolState(ada, { name: 'rare', owner: 'grace' });
    const [update] = (await reader.until(({ action }) => action !== 'BOOKMARK')).slice(-1);
    expect(update).toMatchObject({ action: 'UPDATED', revision, lastInRevision: true });
    reader.stop();
  } finally {
    await fresh.close();
  }
});
