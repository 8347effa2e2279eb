import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';

/** A fenced block of a Markdown file. The first word after the fence is the language; `name=...` names the block. */
export interface Block {
  /** Path below the package's root. */
  readonly file: string;
  /** 1-based line of the fence. */
  readonly line: number;
  readonly language: string;
  /** Unique in its file; undefined for a block that only illustrates. */
  readonly name: string | undefined;
  readonly text: string;
}

/** The text of a file below the package's root. */
export function readPage(file: string): string {
  return readFileSync(path.join(packageRoot(), file), 'utf8');
}

/** A page with its tables as they read, without the blanks that line their columns up. */
export function readTables(file: string): string {
  return readPage(file).replace(/^\|.*\|$/gm, (row) => row.replace(/ {2,}/g, ' '));
}

/** The Markdown files that are held: those at the root and in docs/. */
export function pages(): readonly string[] {
  const root = packageRoot();
  const below = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return [...readdirSync(root), ...below.map((file) => `docs/${file.replaceAll(path.sep, '/')}`)]
    .filter((file) => file.endsWith('.md'))
    .sort();
}

/** The fenced blocks of a Markdown file, in its order. @throws Error for two of one name. */
export function readBlocks(file: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = readPage(file).split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\w+)(?: name=([\w-]+))?$/.exec(lines[at] ?? '');
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`${file}:${at + 1}: the block has no end.`);
    const [, language = '', name] = fence;
    if (name !== undefined && blocks.some((block) => block.name === name)) {
      throw new Error(`${file}:${at + 1}: there are two blocks called ${name}.`);
    }
    blocks.push({ file, line: at + 1, language, name, text: `${lines.slice(at + 1, end).join('\n')}\n` });
    at = end;
  }
  return blocks;
}

/** One block by its name. @throws Error when the file has none. */
export function readBlock(file: string, name: string): Block {
  const block = readBlocks(file).find((candidate) => candidate.name === name);
  if (!block) throw new Error(`${file} has no block called ${name}.`);
  return block;
}

/** All blocks of a language, in all pages. */
export function blocksOf(language: string): readonly Block[] {
  return pages()
    .flatMap(readBlocks)
    .filter((block) => block.language === language);
}

/** The commands of a shell block: comments left out, continued lines joined, `&&` taken apart. */
export function commandsOf(block: Block): readonly string[] {
  return block.text
    .replace(/\\\n\s*/g, ' ')
    .split(/\n|&&/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
