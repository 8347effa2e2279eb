import { open } from 'node:fs/promises';
import { COPY_BEGINNING } from '../../src/client/node/copy-file-format.js';
import { CommandError } from './command-error.js';

/**
 * Looks whether a file may be written over with a copy: one that is a copy, whole or not, is empty, or is not there.
 * @throws CommandError for a file that holds anything else: it was named by mistake, and would be lost.
 */
export async function requireCopyFile(file: string): Promise<void> {
  const beginning = await readBeginning(file);
  if (beginning === '' || beginning === COPY_BEGINNING) return;
  throw new CommandError(`${file} holds something else than a copy: name another file.`);
}

async function readBeginning(file: string): Promise<string> {
  const bytes = Buffer.alloc(COPY_BEGINNING.length);
  try {
    const handle = await open(file, 'r');
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0).finally(() => handle.close());
    return bytes.subarray(0, bytesRead).toString('latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new CommandError(`${file} cannot be read (${code}).`);
  }
}
