import type { Corpus } from './corpus.js';
import type { QueryWord } from './read-query.js';
import { stemWord } from './stem-word.js';
import { SYNONYMS } from './synonyms.js';

/** A word to look for, and how much finding it is worth, against 1 for the very word that was asked for. */
export interface Variant {
  readonly word: string;
  readonly weight: number;
}

const SYNONYM_WEIGHT = 0.6;
const COMPLETION_WEIGHT = 0.8;
const MISSPELT_WEIGHT = 0.7;
const MIN_COMPLETED_LENGTH = 3;
const MIN_MISSPELT_LENGTH = 4;
const TWO_EDITS_FROM_LENGTH = 8;
const MAX_MISSPELT_LENGTH = 32;
const MAX_VARIANTS = 12;
const MIN_PART_LENGTH = 3;

/**
 * What to look for when a word is asked for: the word, what means the same and, only where the catalog knows neither, words
 * that begin so, its two parts, or words that are spelt nearly so. Empty when the catalog has nothing like it.
 *
 * @param mayGuess false when too many words have been guessed already.
 */
export function expandWord(corpus: Corpus, asked: QueryWord, mayGuess: boolean): readonly Variant[] {
  const known = knownVariants(corpus, asked);
  if (known.length > 0 || !mayGuess) return known;
  const { word, stem } = asked;
  const guesses = completed(corpus, word, stem) ?? parted(corpus, word) ?? misspelt(corpus, word, stem) ?? [];
  return withSynonyms(corpus, guesses);
}

function knownVariants(corpus: Corpus, { stem, joined }: QueryWord): Variant[] {
  const same = [stem, ...joined.map(stemWord)].filter((word) => corpus.knows(word));
  return withSynonyms(
    corpus,
    [...new Set(same)].map((word) => ({ word, weight: 1 })),
    stem,
  );
}

/** The variants and what means the same as one of them, the most valuable first. */
function withSynonyms(corpus: Corpus, variants: readonly Variant[], asked?: string): Variant[] {
  const weights = new Map(variants.map(({ word, weight }) => [word, weight]));
  const sources = asked === undefined ? variants : [{ word: asked, weight: 1 }, ...variants];
  for (const { word, weight } of sources) {
    for (const synonym of SYNONYMS.get(word) ?? []) {
      const known = weights.get(synonym);
      const value = weight * SYNONYM_WEIGHT;
      if ((known ?? 0) < value && corpus.knows(synonym)) weights.set(synonym, value);
    }
  }
  return [...weights].map(([word, weight]) => ({ word, weight }));
}

function completed(corpus: Corpus, word: string, stem: string): Variant[] | undefined {
  if (word.length < MIN_COMPLETED_LENGTH) return undefined;
  const longer = new Set([...corpus.completions(word), ...(stem === word ? [] : corpus.completions(stem))]);
  if (longer.size === 0) return undefined;
  return [...longer].slice(0, MAX_VARIANTS).map((found) => ({ word: found, weight: COMPLETION_WEIGHT }));
}

/** `diskspace` is disk and space. */
function parted(corpus: Corpus, word: string): Variant[] | undefined {
  for (let length = word.length - MIN_PART_LENGTH; length >= MIN_PART_LENGTH; length -= 1) {
    const parts = [stemWord(word.slice(0, length)), stemWord(word.slice(length))];
    if (parts.every((part) => corpus.knows(part))) return parts.map((part) => ({ word: part, weight: 1 }));
  }
  return undefined;
}

function misspelt(corpus: Corpus, word: string, stem: string): Variant[] | undefined {
  if (word.length < MIN_MISSPELT_LENGTH || word.length > MAX_MISSPELT_LENGTH) return undefined;
  const swapped = swaps(word).filter((near) => corpus.knows(near));
  if (swapped.length > 0) return swapped.map((near) => ({ word: near, weight: MISSPELT_WEIGHT }));
  const maxEdits = word.length >= TWO_EDITS_FROM_LENGTH ? 2 : 1;
  const near = [...corpus.nearMisses(stem, maxEdits), ...(stem === word ? [] : corpus.nearMisses(word, maxEdits))];
  const fewest = Math.min(...near.map(({ edits }) => edits));
  const nearest = near.filter(({ word: found, edits }) => edits === fewest && found.length >= MIN_PART_LENGTH);
  if (nearest.length === 0) return undefined;
  return nearest.slice(0, MAX_VARIANTS).map(({ word: found, edits }) => ({
    word: found,
    weight: MISSPELT_WEIGHT / edits,
  }));
}

/** The stems of the word with two neighbouring letters swapped, the commonest slip of the hand. */
function swaps(word: string): string[] {
  const swapped = Array.from({ length: word.length - 1 }, (_, place) =>
    stemWord(word.slice(0, place) + word.charAt(place + 1) + word.charAt(place) + word.slice(place + 2)),
  );
  return [...new Set(swapped)];
}
