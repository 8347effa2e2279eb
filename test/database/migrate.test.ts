import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate } from '../../src/database/migrate.js';
import { packageRoot } from '../../src/database/package-root.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const databases: TestDatabase[] = [];
async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase({ migrated: false });
  databases.push(database);
  return database.url;
}
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

const INIT = '20261123000000_init';

describe('migrate', () => {
  it('applies every migration once, and nothing the second time', async () => {
    const connection = await emptyDatabase();
    expect(await migrate({ connection })).toEqual([INIT]);
    expect(await migrate({ connection })).toEqual([]);
  });
});
