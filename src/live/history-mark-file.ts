import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { HistoryMark } from './history.js';

const placeSchema = z.object({
  database: z.string(),
  epoch: z.string(),
  revision: z.number().int().nonnegative(),
  chain: z.string(),
});
const markSchema = placeSchema.extend({ former: z.array(placeSchema).default([]) });

/**
 * Where an earlier run of this instance last saw the log; undefined when there is none, or none that can be read.
 *
 * @param onError told why it cannot be read.
 */
export async function readHistoryMark(
  file: string,
  onError: (error: unknown) => void,
): Promise<HistoryMark | undefined> {
  try {
    return markSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError(error);
    // Without a mark a replaced history goes unnoticed here at start, and nothing else is lost: no reason not to start.
    return undefined;
  }
}

export async function writeHistoryMark(file: string, mark: HistoryMark): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    // With a database and an admin's token of its own, nothing else of an instance needs this folder.
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(draft, `${JSON.stringify(mark)}\n`);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Writes the mark now and then while it moves, and once more at the end. */
export function keepHistoryMark(options: {
  file: string;
  mark: () => HistoryMark | undefined;
  onError: (error: unknown) => void;
  everyMs?: number;
}): { stop(): Promise<void> } {
  let written = '';
  const write = async () => {
    const mark = options.mark();
    const text = JSON.stringify(mark);
    if (!mark || text === written) return;
    try {
      await writeHistoryMark(options.file, mark);
      written = text;
    } catch (error) {
      options.onError(error);
    }
  };
  // One after the other, so that the newest is the one that stays.
  let writing = Promise.resolve();
  const writeNext = () => {
    writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(() => void writeNext(), options.everyMs ?? 5_000);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await writeNext();
    },
  };
}
