import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../src/database/package-root.js';
import { createTestDatabase, type TestDatabase } from './support/postgres.js';

let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(path.join(tmpdir(), 'tool-catalog-output-'));
});
afterAll(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  await database.drop();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The built service, which logs every request. */
function startService(port: number, stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, ['dist/src/main.js'], {
    cwd: packageRoot(),
    stdio,
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      PORT: String(port),
      ADMIN_TOKEN: 'test-admin-token-0123456789',
      BUNDLED_CATALOG: 'false',
      LOG_LEVEL: 'info',
    },
  });
}

/** Asks until the service answers, or has ended. */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (response?.ok) return true;
  }
  return false;
}

async function endOf(child: ChildProcess): Promise<unknown> {
  child.kill('SIGTERM');
  return once(child, 'exit', { signal: AbortSignal.timeout(15_000) });
}

it('a service whose words nobody reads serves all the same', async () => {
  const port = await freePort();
  const child = startService(port, ['ignore', 'pipe', 'ignore']);
  child.stdout?.destroy();
  try {
    expect(await answers(port, child)).toBe(true);
    expect(await answers(port, child)).toBe(true);
    expect(await endOf(child)).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

// Only Linux has a device that is always full.
it.runIf(process.platform === 'linux')(
  'a service whose log cannot be written serves, and ends, all the same',
  async () => {
    const full = openSync('/dev/full', 'w');
    const port = await freePort();
    const child = startService(port, ['ignore', 'ignore', full]);
    closeSync(full);
    try {
      for (let request = 0; request < 20; request += 1) expect(await answers(port, child)).toBe(true);
      expect(await endOf(child)).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
