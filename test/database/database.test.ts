import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.js';
import { createTestDatabase, silentLog, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connection: testDatabase.url, poolSize: 10, log: silentLog });
});

afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

describe('openDatabase', () => {
  it('answers a ping', async () => {
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('shows the shared tenant inside a transaction, and nothing outside one', async () => {
    expect(await database.withTenant('acme', (tx) => tx.tenant.findMany())).toMatchObject([{ name: 'shared' }]);
    expect(await database.app.tenant.findMany()).toEqual([]);
    expect(await database.system.tenant.findMany()).toMatchObject([{ name: 'shared' }]);
  });
});
