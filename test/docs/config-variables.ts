import { readPage } from './markdown.js';

/** The variables that src/config.ts reads: the keys of its schema of the environment. */
export function configVariables(): readonly string[] {
  const schema = /const environment = z\.object\(\{\n(.*?)\n\}\);/s.exec(readPage('src/config.ts'))?.[1] ?? '';
  return [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1] ?? '');
}
