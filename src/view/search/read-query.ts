import { BadUserInputError } from '../../kernel/errors.js';
import { MAX_SEARCH_QUERY_LENGTH } from '../tool-search.js';
import { splitWords } from './split-words.js';
import { stemWord } from './stem-word.js';
import { STOP_WORDS } from './stop-words.js';

/** What a query says beyond this is not looked at: each word costs, and no request needs more. */
const MAX_WORDS = 40;
/** Flags, paths, addresses, host names, settings: what the tool is to work on, rather than what it is to do. */
const VALUE = /^-|^.{1,2}$|[\d/\\@:=_]|\w\.\w/;
/** Something with a name of its own, as `payments-redis`, `redis.corp`, `/var/log/nginx`. */
const NAME = /[\p{L}\p{N}][-/\\@:=_.]+[\p{L}\p{N}]|^[-/\\@#~$]./u;
/** A text that is quoted is what the tool is to work on. */
const QUOTED = /"[^"]*"|`[^`]*`|“[^”]*”|(?<=^|\s)'[^']*'(?=\s|$)/gu;
/** An identifier, as `badPwdCount`. */
const HUMPED = /\p{Ll}\p{Lu}/u;

export interface QueryWord {
  readonly stem: string;
  /** As it was written, folded. */
  readonly word: string;
  /** Looks like a value: that no tool knows it says nothing. */
  readonly isValue: boolean;
  /** Part of a name, or of a quoted text. */
  readonly isName: boolean;
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
  const all = piecesOf(query).flatMap(({ piece, isQuoted }) => {
    const isValue = isQuoted || VALUE.test(piece) || HUMPED.test(piece);
    const isName = isQuoted || NAME.test(piece);
    return splitWords(piece).map((word) => ({ word, isValue, isName }));
  });
  const meaningful = all.filter(({ word }) => !STOP_WORDS.has(word));
  // `who` and `at` are tools too.
  const isAllStops = meaningful.length === 0;
  const words = new Map<string, QueryWord>();
  for (const [place, { word, isValue, isName }] of all.entries()) {
    if (!isAllStops && STOP_WORDS.has(word)) continue;
    const stem = stemWord(word);
    const joined = [...compounds(all[place - 1]?.word, word), ...compounds(word, all[place + 1]?.word)];
    if (!words.has(stem) && words.size < MAX_WORDS) words.set(stem, { stem, word, isValue, isName, joined });
  }
  return [...words.values()];
}

/** `roll back` and `rolling back` are `rollback`. */
function compounds(first: string | undefined, second: string | undefined): readonly string[] {
  return first === undefined || second === undefined ? [] : [first + second, stemWord(first) + second];
}

function piecesOf(query: string): { readonly piece: string; readonly isQuoted: boolean }[] {
  const quoted = query.match(QUOTED) ?? [];
  return query
    .split(QUOTED)
    .flatMap((plain, place) => [
      ...plain.split(/\s+/).map((piece) => ({ piece, isQuoted: false })),
      ...(quoted[place] ?? '').split(/\s+/).map((piece) => ({ piece, isQuoted: true })),
    ]);
}
