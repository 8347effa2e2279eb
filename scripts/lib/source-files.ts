import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from './command-error.js';

/** Stands for standard input among file names. */
export const STDIN = '-';

/**
 * The YAML files that the paths name: files as they are, folders with all *.yaml and *.yml files in them, in the order of their
 * names. Hidden files and folders, and node_modules, are passed over. No file is listed twice.
 *
 * @throws CommandError for a path that does not exist, a folder that cannot be read, and when there is no file at all.
 */
export async function findSourceFiles(paths: readonly string[]): Promise<readonly string[]> {
  /** By their absolute paths; shown as their user named them first. */
  const files = new Map<string, string>();
  for (const given of paths) {
    for (const file of given === STDIN ? [STDIN] : await filesAt(given)) {
      const key = file === STDIN ? STDIN : path.resolve(file);
      if (!files.has(key)) files.set(key, file === STDIN ? STDIN : path.normalize(file));
    }
  }
  if (files.size === 0) throw new CommandError(`No .yaml or .yml file in ${paths.join(', ')}.`);
  return [...files.values()];
}

async function filesAt(given: string): Promise<readonly string[]> {
  const isFolder = (await readable(given, stat(given))).isDirectory();
  return isFolder ? yamlFilesBelow(given) : [given];
}

async function readable<T>(place: string, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(code === 'ENOENT' ? `${place} is not there.` : `${place} cannot be read (${code}).`);
  }
}

async function yamlFilesBelow(folder: string): Promise<string[]> {
  const entries = await readable(folder, readdir(folder, { withFileTypes: true }));
  const found: string[] = [];
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const full = path.join(folder, entry.name);
    const target = entry.isSymbolicLink() ? await stat(full).catch(() => undefined) : entry;
    // Links to folders are not followed: they may lead round in a circle.
    if (entry.isDirectory()) found.push(...(await yamlFilesBelow(full)));
    else if (target?.isFile() && /\.ya?ml$/i.test(entry.name)) found.push(full);
  }
  return found;
}

/** The file cannot be read, or is not UTF-8. */
export class SourceFileError extends Error {
  override readonly name = 'SourceFileError';
}

/** @throws SourceFileError */
export async function readSourceFile(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = file === STDIN ? await readAll(stdin) : await readFile(file);
  } catch (error) {
    throw new SourceFileError(`The file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SourceFileError('The file is not UTF-8 text.');
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
