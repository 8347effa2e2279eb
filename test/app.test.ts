import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig, startApp } from '../src/app.js';
import { silentLogger } from './support/instance.js';
import { createTestDatabase, type TestDatabase } from './support/postgres.js';

let testDatabase: TestDatabase;
let dataDir: string;
let proxy: Server;
const sockets = new Set<Socket>();

beforeAll(async () => {
  [testDatabase, dataDir] = await Promise.all([
    createTestDatabase(),
    mkdtemp(path.join(tmpdir(), 'tool-catalog-app-')),
  ]);
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
  await testDatabase.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** The database's URL through a connection that can be made to hang. */
async function hangingUrl(): Promise<string> {
  const url = new URL(testDatabase.url);
  const folder = url.searchParams.get('host');
  const target = folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` };
  proxy = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.pipe(upstream).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  return url.toString();
}

test('A-1: an instance whose database hangs ends in order all the same', async () => {
  const env = {
    DATABASE_URL: await hangingUrl(),
    DATA_DIR: dataDir,
    PORT: '0',
    ADMIN_TOKEN: 'test-admin-token-0123456789',
    BUNDLED_CATALOG: 'false',
  };
  const app = await startApp(readConfig(env), silentLogger);
  for (const socket of sockets) socket.unpipe().pause();
  // So that the follower is in the midst of a question that nobody answers.
  await expect.poll(() => app.services.source.stalenessMs, { timeout: 10_000 }).toBeGreaterThan(1_500);
  await app.close();
  await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
});
