import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { processExists } from './postmaster-pid.js';

const RETRY_MS = 25;

/**
 * Runs `work` while no other process of this machine does so for the same directory. The lock is gone with its holder, also
 * after kill -9: an abstract socket (Linux) or a named pipe (Windows); elsewhere a file that names its holder.
 *
 * @throws EmbeddedPostgresError when another process holds it for longer than `timeoutMs`.
 */
export async function withStartLock<T>(directory: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const name = `tool-catalog-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  const deadline = Date.now() + timeoutMs;
  let release = await tryLock(directory, name);
  while (release === undefined) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Another process has been starting or stopping the PostgreSQL of ${directory} for ${Math.round(timeoutMs / 1000)} s. ` +
          'Wait for it, or end it.',
      );
    }
    await sleep(RETRY_MS);
    release = await tryLock(directory, name);
  }
  try {
    return await work();
  } finally {
    await release();
  }
}

type Release = () => Promise<void>;

function tryLock(directory: string, name: string): Promise<Release | undefined> {
  if (process.platform === 'linux') return lockAddress(`\0${name}`);
  if (process.platform === 'win32') return lockAddress(`\\\\.\\pipe\\${name}`);
  return Promise.resolve(lockFile(path.join(directory, 'start.lock')));
}

function lockAddress(address: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });
}

/** Exported for its test: the systems that need it are not the ones that tests usually run on. */
export function lockFile(file: string): Release | undefined {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${process.pid}`, { mode: 0o600, flag: 'wx' });
    // A link appears whole or not at all, and only if nobody else was first: a lock names its holder from its first moment on.
    linkSync(draft, file);
    return async () => rmSync(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  removeIfAbandoned(file);
  return undefined;
}

function removeIfAbandoned(file: string): void {
  const holder = holderOf(file);
  if (holder === undefined || (holder !== NOBODY && processExists(holder))) return;
  // Two may find it abandoned at once. Renaming gives it to one of them, which looks whether it is still the same.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) === holder) rmSync(aside);
    else renameSync(aside, file);
  } catch {
    // The other one was quicker.
  }
}

/** What a file names that was written by halves. */
const NOBODY = 0;

/** Undefined where there is no lock. */
function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return pid > 0 ? pid : NOBODY;
  } catch {
    return undefined;
  }
}
