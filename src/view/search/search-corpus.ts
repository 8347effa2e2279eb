import { BadUserInputError } from '../../kernel/errors.js';
import { DEFAULT_SEARCH_LIMIT, type ToolSearchHit, type ToolSearchOptions } from '../tool-search.js';
import type { Corpus } from './corpus.js';
import { meantPlatform } from './meant-platform.js';
import { rankTools } from './rank-tools.js';
import { readQuery } from './read-query.js';

/** @throws BadUserInputError for a query that is too long, or a limit that is not a whole number from 0. */
export function searchCorpus(corpus: Corpus, query: string, options: ToolSearchOptions = {}): readonly ToolSearchHit[] {
  const { filter = null, limit = DEFAULT_SEARCH_LIMIT } = options;
  if (!Number.isInteger(limit) || limit < 0) {
    throw new BadUserInputError(`The limit of a search must be a whole number from 0, not ${limit}.`);
  }
  return Object.freeze(rankTools(corpus, { words: readQuery(query), platform: meantPlatform(query), filter, limit }));
}
