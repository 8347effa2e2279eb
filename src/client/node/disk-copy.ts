import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { type CopyStorage, CopyStorageError, type StoredCopy } from '../copy-storage.js';
import { decodeCopy, encodeCopy } from './copy-file-format.js';
import { isForeignFile } from './foreign-file.js';

export interface DiskCopyOptions {
  /** The file; its folder must exist. It belongs to one service and one tenant: processes that share both may share it. */
  readonly path: string;
  /** The tenant that the copy must be of. Without it the token's tenant is asked for as soon as the service is there. */
  readonly tenant?: string;
}

/** A file that a process which was killed left behind is removed after so long, at the latest. */
const LEFTOVER_MS = 3_600_000;

/**
 * Keeps the last good copy in a file (live-update rule C5), readable for its owner only. A new copy is written beside it and
 * then takes its place, so there is always a whole one; of several writers the last one wins. A copy that cannot be used is
 * left alone until there is something better. What is no copy at all is neither used nor written over: COPY_FOREIGN.
 */
export function diskCopy({ path: file, tenant }: DiskCopyOptions): CopyStorage {
  const place = path.resolve(file);
  return {
    load: async () => loadCopy(await behindLinks(place), tenant),
    save: async (copy) => saveCopy(await behindLinks(place), copy),
  };
}

/** Where a link leads to, so that the file there is replaced and not the link. The place itself where there is nothing yet. */
async function behindLinks(place: string): Promise<string> {
  return await realpath(place).catch(() => place);
}

async function loadCopy(place: string, tenant: string | undefined): Promise<StoredCopy | null> {
  await removeLeftovers(place);
  const content = await readWhole(place);
  if (content === null) return null;
  const copy = await decodeCopy(content).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CopyStorageError('COPY_DAMAGED', `The copy in ${place} is not used: ${reason}.`, { cause: error });
  });
  if (tenant !== undefined && copy.tenant !== tenant) {
    const message = `The copy in ${place} is of the tenant '${copy.tenant}', not of '${tenant}'. It is not used.`;
    throw new CopyStorageError('COPY_OF_OTHER_TENANT', message);
  }
  return copy;
}

async function readWhole(place: string): Promise<Buffer | null> {
  try {
    await requireOwn(place);
    return await readFile(place);
  } catch (error) {
    if (error instanceof CopyStorageError) throw error;
    if (codeOf(error) === 'ENOENT') return null;
    throw new CopyStorageError('COPY_UNREADABLE', `The copy in ${place} cannot be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** @throws CopyStorageError COPY_FOREIGN for what somebody else keeps there. */
async function requireOwn(place: string): Promise<void> {
  if (!(await isForeignFile(place))) return;
  const message = `What is at ${place} is no copy of a catalog. It is not used, and not written over: name another file, or take it away.`;
  throw new CopyStorageError('COPY_FOREIGN', message);
}

async function saveCopy(place: string, copy: StoredCopy): Promise<void> {
  const beside = `${prefixOf(place)}${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await requireOwn(place);
    // Opened first: where nothing can be written, nothing need be put together.
    const handle = await open(beside, 'wx', 0o600);
    try {
      for (const part of await encodeCopy(copy)) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, place);
    await syncFolder(path.dirname(place));
  } catch (error) {
    if (error instanceof CopyStorageError) throw error;
    await unlink(beside).catch(() => undefined);
    const message = `The copy cannot be written to ${place}: ${reasonOf(error)}`;
    throw new CopyStorageError('COPY_UNWRITABLE', message, { cause: error });
  }
}

/** So that the new name outlives a power cut. Some systems cannot do it with folders: the file itself is safe there too. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The old copy or the new one: both are good.
  }
}

/** What processes that were killed in the middle of writing left behind. */
async function removeLeftovers(place: string): Promise<void> {
  const folder = path.dirname(place);
  const ownStart = path.basename(prefixOf(place));
  const allStart = `${path.basename(place)}.`;
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(allStart) && /\.[0-9]+\.[0-9a-f]{12}\.tmp$/.test(one))) {
    const full = path.join(folder, name);
    const pid = Number(name.slice(ownStart.length).split('.')[0]);
    const isOrphan = (name.startsWith(ownStart) && !isRunning(pid)) || (await ageMs(full)) > LEFTOVER_MS;
    if (isOrphan) await unlink(full).catch(() => undefined);
  }
}

/** Process ids mean something on one machine only, and folders can be shared. */
function prefixOf(place: string): string {
  return `${place}.${hostname().replaceAll(/[^A-Za-z0-9-]/g, '-')}.`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

async function ageMs(file: string): Promise<number> {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null)?.code;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
