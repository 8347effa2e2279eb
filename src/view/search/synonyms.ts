import { stemWord } from './stem-word.js';
import { SYNONYMS_OF_ACCESS } from './vocabulary/synonyms-of-access.js';
import { SYNONYMS_OF_NETWORKS } from './vocabulary/synonyms-of-networks.js';
import { SYNONYMS_OF_SYSTEMS } from './vocabulary/synonyms-of-systems.js';
import { SYNONYMS_OF_WORK } from './vocabulary/synonyms-of-work.js';

/**
 * What people in operations call the same thing. A line of words means each of them finds the others; `a b >> c d`, that a request for
 * `a` or `b` also finds `c` and `d` as if it meant them, and not the other way round; `a > c`, that `c` is only near. About words,
 * never about tools: a catalog brings the names of its tools itself.
 */
const TABLES = [SYNONYMS_OF_SYSTEMS, SYNONYMS_OF_NETWORKS, SYNONYMS_OF_ACCESS, SYNONYMS_OF_WORK];

export interface Synonym {
  readonly stem: string;
  /** Means the same; else it is only near, from a line with `>`. */
  readonly isSame: boolean;
}

function compile(): ReadonlyMap<string, readonly Synonym[]> {
  const found = new Map<string, Map<string, boolean>>();
  for (const line of TABLES.flatMap((table) => table.trim().split('\n'))) {
    const [words = [], others] = line.split(/>+/).map((side) => side.trim().split(/\s+/).map(stemWord));
    const isNear = others !== undefined && !line.includes('>>');
    for (const word of words) {
      const synonyms = found.get(word) ?? new Map<string, boolean>();
      for (const stem of others ?? words) {
        if (stem !== word) synonyms.set(stem, synonyms.get(stem) === true || !isNear);
      }
      found.set(word, synonyms);
    }
  }
  return new Map(
    [...found].map(([word, synonyms]) => [word, [...synonyms].map(([stem, isSame]) => ({ stem, isSame }))]),
  );
}

/** By stem, the stems that it also finds. */
export const SYNONYMS: ReadonlyMap<string, readonly Synonym[]> = compile();
