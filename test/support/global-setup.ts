import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { readPostmaster } from '../../src/database/postmaster-pid.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the run's PostgreSQL lives once a test needs it. */
    postgresDirectory: string;
  }
}

const PREFIX = 'tool-catalog-test-';
const silent = { info: () => undefined, warn: () => undefined };

/** Names a directory for the run's PostgreSQL, which the first test that needs one starts; stops and removes it at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned();
  const directory = mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`));
  // Under root the server is another user's process.
  chmodSync(directory, 0o755);
  project.provide('postgresDirectory', directory);
  return () => remove(directory);
}

/** Directories, and servers in them, of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(os.tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) await remove(path.join(os.tmpdir(), name)).catch(() => undefined);
  }
}

async function remove(directory: string): Promise<void> {
  const cluster = path.join(directory, 'postgres');
  const running = readPostmaster(cluster);
  if (running !== undefined) {
    const server = await startEmbeddedPostgres({ dataDir: directory, log: silent });
    await server.stop();
    // A worker that is being torn down may still count as a user of the server.
    if (existsSync(path.join(cluster, 'postmaster.pid'))) process.kill(running.pid, 'SIGQUIT');
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
