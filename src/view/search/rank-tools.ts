import type { ToolState } from '../catalog-change.js';
import { matchesFilter, type ToolFilter } from '../tool-filter.js';
import { compareTools } from '../tool-order.js';
import { SEARCH_FIELDS, type SearchField, type ToolSearchHit } from '../tool-search.js';
import type { Corpus } from './corpus.js';
import { expandWord } from './expand-word.js';
import { PRODUCT_NAMES } from './product-names.js';
import { RANKING } from './ranking-settings.js';
import type { QueryWord } from './read-query.js';
import { Tally } from './tally.js';

const MAX_GUESSED_WORDS = 8;
/** So many of the best are looked at more closely, however few are asked for: the answer must not depend on the limit. */
const JUDGED = 50;

interface Candidate {
  readonly tool: ToolState;
  readonly score: number;
  readonly coverage: number;
  readonly fields: number;
}

export interface RankRequest {
  readonly words: readonly QueryWord[];
  readonly filter: ToolFilter | null;
  readonly limit: number;
}

/** The best tools for the words of a query, best first; none when even the best has too little of what was asked for. */
export function rankTools(corpus: Corpus, { words, filter, limit }: RankRequest): readonly ToolSearchHit[] {
  if (words.length === 0 || corpus.toolCount === 0) return [];
  const tallies = corpus.layers.map((layer) => new Tally(layer));
  let askedWeight = 0;
  let guesses = 0;
  for (const word of words) {
    const variants = expandWord(corpus, word, guesses < MAX_GUESSED_WORDS);
    if (variants.length === 0 || (variants[0]?.word ?? '') !== word.stem) guesses += 1;
    const counts = tallies.map((tally) => tally.count(variants));
    const found = counts.reduce((sum, count) => sum + count.found, 0);
    const exact = counts.reduce((sum, count) => sum + count.exact, 0);
    const weight =
      (1 - RANKING.ownRarity) * rarity(found, corpus.toolCount) +
      RANKING.ownRarity * rarity(exact === 0 ? found : exact, corpus.toolCount);
    if (found > 0) askedWeight += weight;
    else if (!word.isValue || PRODUCT_NAMES.has(word.word))
      askedWeight += unknownWeight(word) * rarity(1, corpus.toolCount);
    for (const tally of tallies) tally.settle(weight);
  }
  const best = select(tallies, filter, Math.max(limit, JUDGED));
  const covered = best.slice(0, JUDGED).reduce((most, { coverage }) => Math.max(most, coverage), 0);
  if (covered < RANKING.minCoverage * askedWeight) return [];
  return best
    .slice(0, limit)
    .map(({ tool, score, fields }) => Object.freeze({ tool, score, matchedOn: matchedOn(fields) }));
}

function unknownWeight({ word }: QueryWord): number {
  return PRODUCT_NAMES.has(word) ? RANKING.unknownProductWeight : RANKING.unknownWeight;
}

/** BM25's inverse document frequency: what few tools have says more. */
function rarity(toolsWithWord: number, toolCount: number): number {
  return Math.log(1 + (toolCount - toolsWithWord + 0.5) / (toolsWithWord + 0.5));
}

/** The best candidates that match the filter, by score, then name and platform. */
function select(tallies: readonly Tally[], filter: ToolFilter | null, limit: number): Candidate[] {
  let best: Candidate[] = [];
  let leastScore = 0;
  for (const { layer, scores, coverage, fields } of tallies) {
    for (let slot = 0; slot < scores.length; slot += 1) {
      const score = scores[slot] ?? 0;
      if (score === 0 || score < leastScore) continue;
      const tool = layer.index.toolAt(slot);
      if (tool === undefined || (filter !== null && !matchesFilter(tool, filter))) continue;
      best.push({ tool, score, coverage: coverage[slot] ?? 0, fields: fields[slot] ?? 0 });
      if (best.length < 2 * limit + 64) continue;
      best = best.sort(compareCandidates).slice(0, limit);
      leastScore = best.at(-1)?.score ?? 0;
    }
  }
  return best.sort(compareCandidates).slice(0, limit);
}

function compareCandidates(left: Candidate, right: Candidate): number {
  return right.score - left.score || compareTools(left.tool, right.tool);
}

function matchedOn(fields: number): readonly SearchField[] {
  return Object.freeze(SEARCH_FIELDS.filter((_, field) => (fields & (1 << field)) !== 0));
}
