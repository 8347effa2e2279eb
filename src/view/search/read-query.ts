import { BadUserInputError } from '../../kernel/errors.js';
import { MAX_SEARCH_QUERY_LENGTH } from '../tool-search.js';
import { splitWords } from './split-words.js';
import { stemWord } from './stem-word.js';
import { STOP_WORDS } from './stop-words.js';

/** What a query says beyond this is not looked at: each word costs, and no request needs more. */
const MAX_WORDS = 40;
/** Paths, addresses, host names, settings: what the tool is to work on, rather than what it is to do. */
const VALUE = /[\d/\\@:=_]|\w\.\w/;
/** An identifier, as `badPwdCount`. */
const HUMPED = /\p{Ll}\p{Lu}/u;

export interface QueryWord {
  readonly stem: string;
  /** As it was written, folded. */
  readonly word: string;
  /** Looks like a value: that no tool knows it says nothing. */
  readonly isValue: boolean;
  /** This word and its neighbour written together, as in `file system`. */
  readonly joined: readonly string[];
}

/**
 * The words of a query that carry meaning, each once.
 * @throws BadUserInputError for a query of more than 1,000 characters.
 */
export function readQuery(query: string): readonly QueryWord[] {
  if (query.length > MAX_SEARCH_QUERY_LENGTH) {
    throw new BadUserInputError(
      `A search takes at most ${MAX_SEARCH_QUERY_LENGTH} characters, not ${query.length}: send the words that matter.`,
    );
  }
  const all = query
    .split(/\s+/)
    .flatMap((piece) => splitWords(piece).map((word) => ({ word, isValue: VALUE.test(piece) || HUMPED.test(piece) })));
  const meaningful = all.filter(({ word }) => !STOP_WORDS.has(word));
  // `who` and `at` are tools too.
  const isAllStops = meaningful.length === 0;
  const words = new Map<string, QueryWord>();
  for (const [place, { word, isValue }] of all.entries()) {
    if (!isAllStops && STOP_WORDS.has(word)) continue;
    const stem = stemWord(word);
    const [before, after] = [all[place - 1]?.word, all[place + 1]?.word];
    const joined = [before === undefined ? [] : [before + word], after === undefined ? [] : [word + after]].flat();
    if (!words.has(stem) && words.size < MAX_WORDS) words.set(stem, { stem, word, isValue, joined });
  }
  return [...words.values()];
}
