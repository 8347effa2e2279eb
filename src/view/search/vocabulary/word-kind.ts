import { EVERYDAY_TEXT } from './everyday-words.js';
import { OUTSIDE_TEXT } from './outside-words.js';
import { TECHNICAL_TEXT } from './technical-words.js';

/** What a word is in the language, whatever a catalog knows: of everyday life, of life outside operations, the name of a technology. */
export type WordKind = 'everyday' | 'outside' | 'technical' | 'other';

export const KINDS: ReadonlyMap<string, WordKind> = new Map([
  ...wordsOf(EVERYDAY_TEXT, 'everyday'),
  ...wordsOf(OUTSIDE_TEXT, 'outside'),
  ...wordsOf(TECHNICAL_TEXT, 'technical'),
]);
/** Endings are taken off here by themselves: the stem of `contains` is that of `container`. */
const ENDINGS: readonly (readonly [ending: string, instead: string])[] = [
  ['s', ''],
  ['es', ''],
  ['ies', 'y'],
  ['ed', ''],
  ['ed', 'e'],
  ['ing', ''],
  ['ing', 'e'],
];

/** The kind of a folded word. */
export function wordKind(word: string): WordKind {
  const kind = KINDS.get(word);
  if (kind !== undefined) return kind;
  for (const [ending, instead] of ENDINGS) {
    if (word.length < ending.length + 3 || !word.endsWith(ending)) continue;
    const ofBase = KINDS.get(word.slice(0, -ending.length) + instead);
    if (ofBase !== undefined) return ofBase;
  }
  return 'other';
}

function wordsOf(text: string, kind: WordKind): [string, WordKind][] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => [word, kind]);
}
