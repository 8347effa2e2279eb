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
  try {
    for (let round = 0; round < 3; round++) {
      dying.cut();
      dying.killNext(2);
      expect(await young.systemTransaction((tx) => tx.$queryRaw`select 1 as one`)).toEqual([{ one: 1 }]);
      dying.cut();
      dying.killNext(1);
      const asked = await Promise.allSettled([young.ping(), young.ping(), young.ping()]);
      const refused = asked.filter((one) => one.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      await young.ping();
    }
  } finally {
    await young.close();
    dying.close();
  }
});
