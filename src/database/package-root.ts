import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of the package's package.json: the same from src (tests) and from dist. */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory);
    if (parent === directory) throw new Error(`No package.json above ${import.meta.dirname}.`);
    directory = parent;
  }
  return directory;
}
