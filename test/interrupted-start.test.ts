import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageRoot } from '../src/database/package-root.js';

let dataDir: string;
let child: ChildProcess;
let errors: string;

/** A start that waits for its database: nobody listens on port 1. */
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tool-catalog-start-'));
  errors = '';
  child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: packageRoot(),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: 'postgresql://user:secret@127.0.0.1:1/x',
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'info',
    },
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  while (!errors.includes('cannot be reached yet')) await once(child.stderr ?? child, 'data');
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const exit = () => once(child, 'exit', { signal: AbortSignal.timeout(10_000) });

it('a signal ends the wait for a database that is away', async () => {
  child.kill('SIGTERM');
  expect(await exit()).toEqual([0, null]);
  expect(errors).toContain('stopped before it had started');
  expect(errors).not.toMatch(/could not start|secret/);
});

it('a signal ends it too when nobody reads its log any more', async () => {
  child.stderr?.destroy();
  child.kill('SIGTERM');
  expect(await exit()).toEqual([0, null]);
});
