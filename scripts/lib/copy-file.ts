import { isForeignFile } from '../../src/client/node/foreign-file.js';
import { CommandError } from './command-error.js';

/**
 * Looks whether a file may be written over with a copy: one that is a copy, whole or not, is empty, or is not there. The client would
 * go on without it; who named it by mistake should hear of it at once.
 * @throws CommandError for anything else.
 */
export async function requireCopyFile(file: string): Promise<void> {
  const isForeign = await isForeignFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read (${error.code}).`);
  });
  if (isForeign) throw new CommandError(`${file} holds something else than a copy: name another file.`);
}
