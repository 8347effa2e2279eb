import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ChangeLog } from '../../src/live/change-log.js';
import type { HistoryMark } from '../../src/live/history.js';
import { keepHistoryMark, readHistoryMark, writeHistoryMark } from '../../src/live/history-mark-file.js';
import { LogFollower } from '../../src/live/log-follower.js';
import { trimChangeLog } from '../../src/live/retention.js';
import { formatPosition } from '../../src/view/position.js';
import { takeBackup } from '../support/backup.js';
import { definitionInput } from '../support/definitions.js';
import { FeedReader, firstWord } from '../support/feed-reader.js';
import { caller, type InstanceOptions, silentLogger, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import { expectViewToEqualRows } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
const running: TestInstance[] = [];
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  sql = await openSql(testDatabase.url);
  const first = await start();
  await first.commands.createTool(ada, { definition: definitionInput({ name: 'moving' }) });
  await stopAll();
});

async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((instance) => instance.close()));
}

afterEach(stopAll);

afterAll(async () => {
  await sql.close();
  await testDatabase.drop();
});

async function start(options: InstanceOptions = {}): Promise<TestInstance> {
  const instance = await startInstance(testDatabase.url, { pollMs: 100, ...options });
  running.push(instance);
  return instance;
}

let count = 0;
async function write(instance: TestInstance, times = 1): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    count += 1;
    await instance.commands.setToolState(ada, { name: 'moving', owner: `owner-${count}` });
  }
}

async function epochChange(instance: TestInstance, from: string): Promise<string> {
  const deadlineMs = performance.now() + 20_000;
  while (instance.follower.position.epoch === from) {
    if (performance.now() > deadlineMs) throw new Error('No new epoch has begun.');
    await instance.follower.applied.wait(100);
  }
  return instance.follower.position.epoch;
}

/** Epochs are told in the audit log: which one ended, which one began. */
async function audited(): Promise<{ before: string; after: string }[]> {
  const rows = await sql.rows<{ changes: { before: string; after: string }[] }>(
    "select changes from tool_catalog.tool_audit_log where action = 'epoch_started' order by id",
  );
  return rows.flatMap(({ changes }) => changes.map(({ before, after }) => ({ before, after })));
}

test('L3: three running instances notice a restored backup; one new epoch, told once, refuses old positions', async () => {
  const [one, two, three] = await Promise.all([start(), start(), start()]);
  await write(one, 2);
  const backup = await takeBackup(sql);
  const kept = one.follower.position;
  await write(one, 3);
  const lost = one.follower.position;
  await Promise.all([two, three].map((instance) => instance.follower.waitFor(lost, 10_000)));
  const reader = new FeedReader(two.feed);
  await reader.next();
  const before = (await audited()).length;
  await backup.restore();
  const epochs = await Promise.all([one, two, three].map((instance) => epochChange(instance, lost.epoch)));
  expect(new Set(epochs).size).toBe(1);
  expect((await audited()).slice(before)).toEqual([{ before: lost.epoch, after: epochs[0] }]);
  await expect(reader.next()).rejects.toMatchObject({ code: 'POSITION_INVALID' });
  for (const instance of [one, two, three]) {
    await expectViewToEqualRows(instance, sql);
    expect(instance.follower.position.revision).toBe(kept.revision);
    for (const position of [kept, lost]) {
      expect(await firstWord(instance.feed, { after: formatPosition(position) })).toBe('POSITION_INVALID');
      await expect(instance.follower.waitFor(position, 1_000)).rejects.toMatchObject({ code: 'POSITION_INVALID' });
    }
    expect(await firstWord(instance.feed, { after: formatPosition(instance.follower.position) })).toBe('BOOKMARK');
  }
});

test.each(['revisionsAfter', 'snapshot'] as const)(
  'L3: a backup that is restored in the very moment before %s is another history, too',
  async (query) => {
    const writer = await start({ pollMs: 600_000 });
    await write(writer);
    const backup = await takeBackup(sql);
    await write(writer, 3);
    const { mark } = writer.follower;
    let isRestored = false;
    const restoring = async () => {
      if (isRestored) return;
      isRestored = true;
      await backup.restore();
    };
    const log: ChangeLog = {
      ...writer.log,
      // One more than this follower has seen, so that it reads on.
      head: async () => {
        const head = await writer.log.head();
        return isRestored || query === 'snapshot' ? head : { ...head, revision: head.revision + 1 };
      },
      revisionsAfter: async (after, maxChanges) => {
        if (query === 'revisionsAfter') await restoring();
        return writer.log.revisionsAfter(after, maxChanges);
      },
      snapshot: async () => {
        if (query === 'snapshot') await restoring();
        return writer.log.snapshot();
      },
    };
    const follower = new LogFollower({ database: writer.database, log, logger: silentLogger, mark, pollMs: 20 });
    try {
      await follower.start();
      const epochs = new Set<string>();
      while (!isRestored || follower.position.revision >= (mark?.revision ?? 0)) await follower.applied.wait(1_000);
      for (let round = 0; round < 3; round += 1) {
        epochs.add(follower.position.epoch);
        await follower.applied.wait(100);
      }
      expect(epochs.has(mark?.epoch ?? '')).toBe(false);
      expect(epochs.size).toBe(1);
    } finally {
      await follower.stop();
    }
  },
);

test('L3: an instance that was away finds by its mark that history was replaced, shorter or longer than it knew', async () => {
  for (const writtenSince of [0, 5]) {
    const first = await start();
    await write(first);
    const backup = await takeBackup(sql);
    await write(first, 3);
    const { mark } = first.follower;
    expect(mark).toMatchObject(first.follower.position);
    await stopAll();
    await backup.restore();
    // Someone without a memory of what was there goes on writing.
    const stranger = await start();
    await write(stranger, writtenSince);
    expect(stranger.follower.position.epoch).toBe(mark?.epoch);
    const second = await start({ mark });
    expect(second.follower.position.epoch).not.toBe(mark?.epoch);
    expect(await epochChange(stranger, mark?.epoch ?? '')).toBe(second.follower.position.epoch);
    await expectViewToEqualRows(second, sql);
    await stopAll();
  }
});

test('L3: another change of the same tool in the place of a lost one is another history', async () => {
  const first = await start();
  const backup = await takeBackup(sql);
  await first.commands.setToolState(ada, { name: 'moving', status: 'TESTING' });
  const { mark } = first.follower;
  await stopAll();
  await backup.restore();
  const stranger = await start();
  await stranger.commands.setToolState(ada, { name: 'moving', status: 'DISABLED' });
  expect(stranger.follower.position).toEqual({ epoch: mark?.epoch, revision: mark?.revision });
  const second = await start({ mark });
  expect(second.follower.position.epoch).not.toBe(mark?.epoch);
});

test('L3: a backup that is restored twice does not bring back the epoch that it holds', async () => {
  let instance = await start();
  const backup = await takeBackup(sql);
  const seen = [instance.follower.position.epoch];
  for (let round = 0; round < 3; round += 1) {
    await write(instance, 2);
    const { mark } = instance.follower;
    if (round === 2) await stopAll();
    await backup.restore();
    if (round === 2) instance = await start({ mark });
    else await epochChange(instance, seen.at(-1) ?? '');
    expect(seen).not.toContain(instance.follower.position.epoch);
    seen.push(instance.follower.position.epoch);
  }
});

test('L3: neither a restart, nor a lost connection, nor retention begins a new epoch', async () => {
  const first = await start();
  await write(first, 4);
  const behind = first.follower.mark;
  await write(first, 4);
  const { mark } = first.follower;
  const before = (await audited()).length;
  await sql.rows(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name in ('tool-catalog listen', 'tool-catalog catalog_system') and datname = current_database()`);
  await first.commands.disableTool(ada, { name: 'moving' });
  await trimChangeLog(first.database, { maxAgeMs: 0, minChanges: 2 }, new Date(Date.now() + 1_000));
  await write(first);
  await stopAll();
  for (const known of [mark, behind, undefined]) {
    const again = await start({ mark: known });
    expect(again.follower.position.epoch).toBe(mark?.epoch);
    await expectViewToEqualRows(again, sql);
    await stopAll();
  }
  expect(await audited()).toHaveLength(before);
});

test('L3: another database under an old mark is another history, although its log says nothing about the mark', async () => {
  const first = await start();
  await write(first, 4);
  const { mark } = first.follower;
  await write(first, 4);
  await trimChangeLog(first.database, { maxAgeMs: 0, minChanges: 1 }, new Date(Date.now() + 1_000));
  await stopAll();
  const moved: HistoryMark | undefined = mark && { ...mark, database: '7000000000000000000/5' };
  const again = await start({ mark: moved });
  expect(again.follower.position.epoch).not.toBe(mark?.epoch);
});

test('the mark is kept in a file that is whole or not there, and a damaged one is as none, and told', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'mark-'));
  try {
    // As DATA_DIR at the first start: not there yet.
    const file = path.join(directory, 'data', 'history-mark.json');
    const unreadable: unknown[] = [];
    const read = () => readHistoryMark(file, (error) => unreadable.push(error));
    expect(await read()).toBeUndefined();
    const mark: HistoryMark = {
      database: 'd/1',
      epoch: 'e',
      revision: 3,
      chain: 'c',
      former: [{ database: 'd/1', epoch: 'd', revision: 7, chain: 'b' }],
    };
    await writeHistoryMark(file, mark);
    expect(await read()).toEqual(mark);
    const errors: unknown[] = [];
    let revision = 4;
    const keeper = keepHistoryMark({
      file,
      mark: () => ({ ...mark, revision }),
      onError: (error) => errors.push(error),
      everyMs: 60_000,
    });
    revision = 9;
    await Promise.all([keeper.stop(), keeper.stop()]);
    expect(await read()).toEqual({ ...mark, revision: 9 });
    expect(errors).toEqual([]);
    expect(await readdir(path.dirname(file))).toEqual(['history-mark.json']);
    expect(unreadable).toEqual([]);
    await writeFile(file, '{"database": "d/1", "epoch":');
    expect(await read()).toBeUndefined();
    expect(unreadable).toEqual([expect.any(SyntaxError)]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
