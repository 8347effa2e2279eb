import { type FileHandle, open, stat } from 'node:fs/promises';
import { looksLikeCopy } from './copy-file-format.js';

/** Longer than any header: only the tenant's name varies in length. */
const HEADER_BYTES = 4_096;
/** So much is read at a time where nothing but NULs has been found. */
const CHUNK_BYTES = 1_048_576;

/**
 * Looks whether there is something at a place that a copy must not be written over: whatever is neither a copy of ours, whole or
 * damaged, nor empty, nor all NULs, as a file is that was being made when the power went. A folder, a pipe and a device count, too;
 * nothing is read from them.
 * @throws what the file system throws for a file that is there and cannot be read.
 */
export async function isForeignFile(place: string): Promise<boolean> {
  const isFile = await isOrdinaryFile(place);
  if (isFile === null) return false;
  if (!isFile) return true;
  const handle = await open(place, 'r');
  try {
    const start = await readAt(handle, 0, HEADER_BYTES);
    return !looksLikeCopy(start.toString('latin1')) && !(await holdsNothing(handle));
  } finally {
    await handle.close();
  }
}

/** Null where there is nothing. */
async function isOrdinaryFile(place: string): Promise<boolean | null> {
  try {
    return (await stat(place)).isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

async function holdsNothing(handle: FileHandle): Promise<boolean> {
  for (let at = 0; ; ) {
    const chunk = await readAt(handle, at, CHUNK_BYTES);
    if (chunk.length === 0) return true;
    if (chunk.some((byte) => byte !== 0)) return false;
    at += chunk.length;
  }
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}
