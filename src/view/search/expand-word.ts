import type { Corpus } from './corpus.js';
import { RANKING } from './ranking-settings.js';
import type { QueryWord } from './read-query.js';
import { stemWord } from './stem-word.js';
import { SYNONYMS } from './synonyms.js';
import type { WordKind } from './vocabulary/word-kind.js';

/** A word to look for, and what finding it is worth, against 1 for the very word that was asked for. */
export interface Variant {
  readonly word: string;
  /** For the score. */
  readonly weight: number;
  /** For whether enough of the query was found at all. */
  readonly covers: number;
}

const MIN_COMPLETED_LENGTH = 3;
/** Of the completed word; `book` is not bookworm. */
const MIN_COMPLETED_SHARE = 0.55;
const MIN_MISSPELT_LENGTH = 4;
const ONE_EDIT_FROM_LENGTH = 5;
const TWO_EDITS_FROM_LENGTH = 8;
const MAX_MISSPELT_LENGTH = 32;
const MAX_VARIANTS = 12;
const MIN_PART_LENGTH = 3;

/**
 * What to look for when a word is asked for: the word, what means the same and, only where the catalog knows neither and the word is
 * no English that is known here, words that begin so, its two parts, or words that are spelt nearly so. Empty when the catalog has
 * nothing like it.
 *
 * @param options.mayGuess false when too many words have been guessed already.
 */
export function expandWord(
  corpus: Corpus,
  asked: QueryWord,
  { kind, mayGuess }: { readonly kind: WordKind; readonly mayGuess: boolean },
): readonly Variant[] {
  const known = knownVariants(corpus, asked);
  if (known.length > 0 || !mayGuess || kind !== 'other') return known;
  const { word, stem } = asked;
  const guesses = completed(corpus, word, stem) ?? parted(corpus, word) ?? misspelt(corpus, word, stem) ?? [];
  return withSynonyms(corpus, guesses, guesses, 1);
}

function knownVariants(corpus: Corpus, { stem, joined }: QueryWord): Variant[] {
  const asked = [...new Set([stem, ...joined.map(stemWord)])].map((word) => ({ word, weight: 1, covers: 1 }));
  const known = asked.filter(({ word }) => corpus.knows(word));
  return withSynonyms(corpus, known, asked, known.length > 0 ? RANKING.besideItself : 1);
}

/** The variants, and what means the same as one of the sources, or nearly so, where the catalog knows it. */
function withSynonyms(
  corpus: Corpus,
  variants: readonly Variant[],
  sources: readonly Variant[],
  worth: number,
): Variant[] {
  const found = new Map(variants.map((variant) => [variant.word, variant]));
  for (const { word, weight, covers } of sources) {
    for (const { stem, isSame } of SYNONYMS.get(word) ?? []) {
      const synonym = isSame ? RANKING.synonym : RANKING.nearSynonym;
      const value = weight * worth * synonym.weight;
      if ((found.get(stem)?.weight ?? 0) >= value || !corpus.knows(stem)) continue;
      found.set(stem, { word: stem, weight: value, covers: covers * synonym.covers });
    }
  }
  return [...found.values()];
}

function completed(corpus: Corpus, word: string, stem: string): Variant[] | undefined {
  if (word.length < MIN_COMPLETED_LENGTH) return undefined;
  const longer = new Set([...corpus.completions(word), ...(stem === word ? [] : corpus.completions(stem))]);
  const near = [...longer].filter((found) => found.length * MIN_COMPLETED_SHARE <= word.length);
  if (near.length === 0) return undefined;
  return near.slice(0, MAX_VARIANTS).map((found) => ({
    word: found,
    weight: RANKING.completionWeight,
    covers: Math.min(1, word.length / found.length),
  }));
}

/** `diskspace` is disk and space. */
function parted(corpus: Corpus, word: string): Variant[] | undefined {
  for (let length = word.length - MIN_PART_LENGTH; length >= MIN_PART_LENGTH; length -= 1) {
    const parts = [stemWord(word.slice(0, length)), stemWord(word.slice(length))];
    if (parts.every((part) => corpus.knows(part))) return parts.map((part) => ({ word: part, weight: 1, covers: 1 }));
  }
  return undefined;
}

function misspelt(corpus: Corpus, word: string, stem: string): Variant[] | undefined {
  if (word.length < MIN_MISSPELT_LENGTH || word.length > MAX_MISSPELT_LENGTH) return undefined;
  const swapped = swaps(word).filter((near) => corpus.knows(near));
  if (swapped.length > 0) return swapped.map((near) => ({ word: near, ...RANKING.misspelt }));
  if (word.length < ONE_EDIT_FROM_LENGTH) return undefined;
  const maxEdits = word.length >= TWO_EDITS_FROM_LENGTH ? 2 : 1;
  const near = [...corpus.nearMisses(stem, maxEdits), ...(stem === word ? [] : corpus.nearMisses(word, maxEdits))];
  const fewest = Math.min(...near.map(({ edits }) => edits));
  const nearest = near.filter(
    ({ word: found, edits }) => edits === fewest && found.length >= MIN_PART_LENGTH && found[0] === word[0],
  );
  if (nearest.length === 0) return undefined;
  return nearest.slice(0, MAX_VARIANTS).map(({ word: found }) => ({ word: found, ...RANKING.misspelt }));
}

/** The stems of the word with two neighbouring letters swapped, the commonest slip of the hand. */
function swaps(word: string): string[] {
  const swapped = Array.from({ length: word.length - 1 }, (_, place) =>
    stemWord(word.slice(0, place) + word.charAt(place + 1) + word.charAt(place) + word.slice(place + 2)),
  );
  return [...new Set(swapped)];
}
