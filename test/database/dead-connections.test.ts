import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { createTestDatabase, silentLog, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let proxy: DatabaseProxy;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  proxy = await DatabaseProxy.start(testDatabase.url);
  database = await openDatabase({ connection: proxy.url, poolSize: 4, log: silentLog });
});

afterAll(async () => {
  await database.close();
  proxy.close();
  await testDatabase.drop();
});

const answer = () => database.guard(() => database.system.$queryRaw`select 1 as one`);

test.concurrent('a connection that died without a word is given up when its statement had to have an end', async () => {
  expect(await answer()).toEqual([{ one: 1 }]);
  proxy.hang();
  await expect(answer()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  expect(await answer()).toEqual([{ one: 1 }]);
});

test.concurrent('a statement that may take longer, takes longer', async () => {
  const direct = await openDatabase({ connection: testDatabase.url, poolSize: 2, log: silentLog });
  try {
    const slowly = direct.systemTransaction((tx) => tx.$queryRaw`select 1 as one from pg_sleep(11)`, {
      timeoutMs: 60_000,
    });
    expect(await slowly).toEqual([{ one: 1 }]);
  } finally {
    await direct.close();
  }
});

test('a connection that dies in the moment in which it is made fails its statement, and does not end the process', async () => {
  const dying = await DatabaseProxy.start(testDatabase.url);
  const young = await openDatabase({ connection: dying.url, poolSize: 2, log: silentLog });
  const youngTransaction = () => young.withTenant('shared', (tx) => tx.$queryRaw`select 1 as one`);
  try {
    for (const role of ['catalog_app', 'catalog_system']) {
      dying.cut();
      const died = dying.plan({ how: 'after', exchange: 1, role });
      const work = role === 'catalog_app' ? youngTransaction : young.ping;
      const asked = [await Promise.allSettled([work()]), await Promise.allSettled([work()])].flat();
      for (const one of asked) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      }
      expect(died()).toBe(true);
      await work();
    }
  } finally {
    await young.close();
    dying.close();
  }
});
