import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Position } from '../../src/view/position.js';
import { definitionInput } from '../support/definitions.js';
import { FeedReader, reading } from '../support/feed-reader.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import { storedHash } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
let head: Position;
const ada = caller();
const acme = caller({ tenant: 'acme', name: 'tom' });

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([
    openSql(testDatabase.url),
    startInstance(testDatabase.url, { bookmarkMs: 60_000 }),
  ]);
  const { commands } = instance;
  await commands.createTenant(ada, { name: 'acme' });
  for (const name of ['a', 'b', 'c']) await commands.createTool(ada, { definition: definitionInput({ name }) });
  await commands.createTool(acme, { definition: definitionInput({ name: 'a' }) });
  await commands.createTool(acme, { definition: definitionInput({ name: 'own' }) });
  await commands.deleteTool(ada, { name: 'b' });
  head = instance.follower.position;
});

afterAll(async () => {
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

describe('F6: bookmarks', () => {
  test('while idle they come one after the other, with the hash of exactly what the rows hold', async () => {
    const quick = await startInstance(testDatabase.url, { bookmarkMs: 20 });
    try {
      for (const tenant of ['shared', 'acme']) {
        const updates = await reading(quick.feed, { tenant }, (reader) => reader.take(4));
        for (const update of updates) {
          expect(update).toMatchObject({ action: 'BOOKMARK', position: quick.follower.position, lastInRevision: true });
          expect(update.contentHash).toBe(await storedHash(sql, tenant));
        }
      }
    } finally {
      await quick.close();
    }
  });

  test('after everything up to them was sent, also when nothing of it matched', async () => {
    const filter = { names: ['nobody'] };
    const [bookmark] = await reading(instance.feed, { after: `${head.epoch}:0`, filter }, (reader) => reader.take(1));
    expect(bookmark).toMatchObject({ action: 'BOOKMARK', position: head, contentHash: null });
    expect(bookmark?.previousPosition.revision).toBe(0);
  });

  test('the hash after each revision is that of the rows at that moment', async () => {
    const quick = await startInstance(testDatabase.url, { bookmarkMs: 1 });
    const reader = new FeedReader(quick.feed, { tenant: 'acme' });
    try {
      for (const status of ['TESTING', 'ACTIVE', 'DISABLED'] as const) {
        const { revision } = await instance.commands.setToolState(ada, { name: 'a', status });
        const updates = await reader.until((update) => update.action === 'BOOKMARK' && update.revision >= revision);
        expect(updates.at(-1)?.contentHash).toBe(await storedHash(sql, 'acme'));
      }
    } finally {
      reader.stop();
      await quick.close();
    }
  });

  test('declined: none come, and an idle stream does not spin', async () => {
    const quick = await startInstance(testDatabase.url, { bookmarkMs: 40 });
    const waits: number[] = [];
    const enough = new Promise<void>((resolve) => {
      const wait = quick.follower.applied.wait.bind(quick.follower.applied);
      vi.spyOn(quick.follower.applied, 'wait').mockImplementation((timeoutMs, abort) => {
        waits.push(timeoutMs);
        if (waits.length === 5) resolve();
        return wait(timeoutMs, abort);
      });
    });
    const reader = new FeedReader(quick.feed, { bookmarks: false });
    try {
      const next = reader.next();
      await enough;
      for (const timeoutMs of waits) expect(timeoutMs).toBeGreaterThan(30);
      await instance.commands.setToolState(ada, { name: 'a', owner: 'last' });
      expect(await next).toMatchObject({ action: 'UPDATED' });
    } finally {
      reader.stop();
      await quick.close();
    }
  });
});
