import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readYamlStream, type YamlDocument } from '../../src/definition/read-yaml-stream.js';
import type { ExportedTool } from './api.js';

/** File systems take names of 255 bytes; the rest is for the ending and the temporary file's. */
const MAX_PART_LENGTH = 150;
/** Windows opens a device under these names, whatever the ending. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=$|\.)/i;

/**
 * Where each tool's file goes below the export folder: `<platform>/<name>.yaml`, one to one. Characters that a file system may
 * refuse or misread are percent-encoded. Where tools differ only in letter case, those that are not all lower case
 * get a mark of their own, so that the export also unpacks on file systems that are blind to case.
 */
export function planExportPaths<Tool extends Pick<ExportedTool, 'name' | 'platform'>>(
  tools: readonly Tool[],
): ReadonlyMap<Tool, string> {
  const plain = tools.map((tool) => `${safePart(tool.platform)}/${safePart(tool.name)}`);
  const uses = new Map<string, number>();
  for (const file of plain) uses.set(file.toLowerCase(), (uses.get(file.toLowerCase()) ?? 0) + 1);
  return new Map(
    tools.map((tool, index) => {
      const file = plain[index] ?? '';
      const collides = (uses.get(file.toLowerCase()) ?? 0) > 1;
      const mark = collides && file !== file.toLowerCase() ? `~${fingerprint(`${tool.platform}/${tool.name}`)}` : '';
      return [tool, `${file}${mark}.yaml`];
    }),
  );
}

function safePart(text: string): string {
  const encoded = text
    .replace(/[^A-Za-z0-9._ -]/gu, percentEncoded)
    .replace(/^[. ]|[. ]$/g, percentEncoded)
    .replace(DEVICE, (device) => percentEncoded(device.charAt(0)) + device.slice(1));
  if (encoded === '') return '%';
  return encoded.length <= MAX_PART_LENGTH ? encoded : `${encoded.slice(0, MAX_PART_LENGTH)}~${fingerprint(text)}`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

export interface WriteCounts {
  readonly written: number;
  /** Files that held the same text before. */
  readonly unchanged: number;
}

/** Writes one file a tool; each is replaced at once, so that a reader or a crash never meets half a file. */
export async function writeExport(folder: string, files: ReadonlyMap<ExportedTool, string>): Promise<WriteCounts> {
  let written = 0;
  let unchanged = 0;
  for (const platformFolder of new Set([...files.values()].map((file) => path.dirname(file)))) {
    await mkdir(path.join(folder, platformFolder), { recursive: true });
  }
  for (const [tool, file] of files) {
    const target = path.join(folder, file);
    const before = await readFile(target, 'utf8').catch(() => undefined);
    if (before === tool.yaml) {
      unchanged += 1;
      continue;
    }
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
    try {
      await writeFile(temporary, tool.yaml, { flag: 'wx' });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    written += 1;
  }
  return { written, unchanged };
}

/**
 * Removes the files that an export put there and that belong to none of these tools. Whatever else a folder holds stays, other
 * YAML files too.
 * @returns the removed files.
 */
export async function pruneExport(folder: string, keep: Iterable<string>): Promise<readonly string[]> {
  const kept = new Set(keep);
  const removed: string[] = [];
  for (const platform of await readdir(folder, { withFileTypes: true })) {
    if (!platform.isDirectory() || platform.name.startsWith('.')) continue;
    for (const entry of await readdir(path.join(folder, platform.name), { withFileTypes: true })) {
      const file = `${platform.name}/${entry.name}`;
      if (!entry.isFile() || entry.name.startsWith('.') || !entry.name.endsWith('.yaml') || kept.has(file)) continue;
      if (!(await isExported(folder, file))) continue;
      await rm(path.join(folder, file));
      removed.push(file);
    }
  }
  return removed;
}

/** Whether a file holds one tool, and stands where an export puts that tool, with or without a mark. */
async function isExported(folder: string, file: string): Promise<boolean> {
  const text = await readFile(path.join(folder, file), 'utf8');
  const found: YamlDocument[] = [];
  for await (const document of readYamlStream(text)) {
    found.push(document);
    if (found.length > 1) return false;
  }
  const [{ name, platform } = {}] = found;
  if (name === undefined || platform === undefined) return false;
  const [plain = ''] = planExportPaths([{ name, platform }]).values();
  return file === plain || file.startsWith(`${plain.slice(0, -'.yaml'.length)}~`);
}
