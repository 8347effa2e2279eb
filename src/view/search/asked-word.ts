import type { Variant } from './expand-word.js';
import type { QueryWord } from './read-query.js';
import type { WordKind } from './vocabulary/word-kind.js';

/** A word of the query with what the catalog has of it. */
export interface AskedWord extends QueryWord {
  readonly kind: WordKind;
  /** Half of a technical term, as `pull` before `request`. */
  readonly isPart: boolean;
  /** What is looked for instead and besides; empty when the catalog has nothing like the word. */
  readonly variants: readonly Variant[];
  /** Tools that have any of it are seen. */
  readonly isKnown: boolean;
  /** What it weighs in the judgement whether anything fits, 0 to 1. */
  readonly share: number;
}
