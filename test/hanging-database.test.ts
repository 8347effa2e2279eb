import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig, startApp } from '../src/app.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { silentLogger } from './support/instance.js';
import { createTestDatabase, type TestDatabase } from './support/postgres.js';

let testDatabase: TestDatabase;
let dataDir: string;
let proxy: DatabaseProxy;

beforeAll(async () => {
  [testDatabase, dataDir] = await Promise.all([
    createTestDatabase(),
    mkdtemp(path.join(tmpdir(), 'tool-catalog-app-')),
  ]);
  proxy = await DatabaseProxy.start(testDatabase.url);
});

afterAll(async () => {
  proxy.close();
  await testDatabase.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('A-1: an instance whose database hangs ends in order all the same', async () => {
  const env = {
    DATABASE_URL: proxy.url,
    DATA_DIR: dataDir,
    PORT: '0',
    ADMIN_TOKEN: 'test-admin-token-0123456789',
    BUNDLED_CATALOG: 'false',
  };
  const app = await startApp(readConfig(env), silentLogger);
  proxy.hang();
  // So that the follower is in the midst of a question that nobody answers.
  await expect.poll(() => app.services.source.stalenessMs, { timeout: 10_000 }).toBeGreaterThan(1_500);
  await app.close();
  await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
});
