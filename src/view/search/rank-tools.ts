import type { ToolState } from '../catalog-change.js';
import { matchesFilter, type ToolFilter } from '../tool-filter.js';
import { compareTools } from '../tool-order.js';
import { SEARCH_FIELDS, type SearchField, type ToolSearchHit } from '../tool-search.js';
import type { Corpus, CorpusLayer } from './corpus.js';
import { expandWord, type Variant } from './expand-word.js';
import { countInField } from './posting-list.js';
import type { QueryWord } from './read-query.js';

/** What a word is worth in each field, and how much a long field dilutes it; in the order of SEARCH_FIELDS. */
const FIELD_WEIGHTS = [5, 3, 2.5, 1.5, 2, 0.5] as const;
const LENGTH_SHARES = [0.3, 0.6, 0.6, 0.6, 0.5, 0.7] as const;
/** How soon a word that comes again stops counting: half of its worth at this weighted count. */
const SATURATION = 2.5;
/** The share of the query's weight that the best tool must have found, or nothing fits. */
const MIN_COVERAGE = 0.4;
/** Words that nobody knows weigh this much of the rarest word. */
const UNKNOWN_WEIGHT = 0.7;
const MAX_GUESSED_WORDS = 8;
/** So many of the best are looked at more closely, however few are asked for: the answer must not depend on the limit. */
const JUDGED = 50;

interface Tally {
  readonly layer: CorpusLayer;
  readonly scores: Float64Array;
  readonly coverage: Float64Array;
  readonly fields: Uint8Array;
  /** Of the word at hand only; zero again after it. */
  readonly counts: Float64Array;
  readonly worth: Float64Array;
}

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
  const tallies = corpus.layers.map(newTally);
  let askedWeight = 0;
  let guesses = 0;
  for (const word of words) {
    const variants = expandWord(corpus, word, guesses < MAX_GUESSED_WORDS);
    if (variants.length === 0 || (variants[0]?.word ?? '') !== word.stem) guesses += 1;
    const touched = tallies.map((tally) => count(tally, variants, corpus.averageLengths));
    const found = touched.reduce((sum, slots) => sum + slots.length, 0);
    const weight = rarity(found, corpus.toolCount);
    if (found > 0) askedWeight += weight;
    else if (!word.isValue) askedWeight += UNKNOWN_WEIGHT * rarity(1, corpus.toolCount);
    for (const [place, tally] of tallies.entries()) settle(tally, touched[place] ?? [], weight);
  }
  const best = select(tallies, filter, Math.max(limit, JUDGED));
  const covered = best.slice(0, JUDGED).reduce((most, { coverage }) => Math.max(most, coverage), 0);
  if (covered < MIN_COVERAGE * askedWeight) return [];
  return best
    .slice(0, limit)
    .map(({ tool, score, fields }) => Object.freeze({ tool, score, matchedOn: matchedOn(fields) }));
}

function newTally(layer: CorpusLayer): Tally {
  const { slotCount } = layer.index;
  return {
    layer,
    scores: new Float64Array(slotCount),
    coverage: new Float64Array(slotCount),
    fields: new Uint8Array(slotCount),
    counts: new Float64Array(slotCount),
    worth: new Float64Array(slotCount),
  };
}

/** BM25's inverse document frequency: what few tools have says more. */
function rarity(toolsWithWord: number, toolCount: number): number {
  return Math.log(1 + (toolCount - toolsWithWord + 0.5) / (toolsWithWord + 0.5));
}

/** Counts a word with all its variants, as one word, in every visible tool of a layer. @returns the slots that have it. */
function count(tally: Tally, variants: readonly Variant[], averageLengths: readonly number[]): number[] {
  const { index, hidden } = tally.layer;
  const touched: number[] = [];
  for (const { word, weight } of variants) {
    const postings = index.postingsOf(word);
    for (let place = 0; place < (postings?.size ?? 0); place += 1) {
      const slot = postings?.slotAt(place) ?? 0;
      if (hidden.has(slot)) continue;
      if (tally.worth[slot] === 0) touched.push(slot);
      const weighted = countWord(tally, slot, postings?.countsAt(place) ?? 0, averageLengths);
      tally.counts[slot] = (tally.counts[slot] ?? 0) + weight * weighted;
      tally.worth[slot] = Math.max(tally.worth[slot] ?? 0, weight);
    }
  }
  return touched;
}

/** How often one tool has a word, each field for what it is worth and for its length. */
function countWord(tally: Tally, slot: number, packed: number, averageLengths: readonly number[]): number {
  let weighted = 0;
  for (let field = 0; field < SEARCH_FIELDS.length; field += 1) {
    const times = countInField(packed, field);
    if (times === 0) continue;
    const share = LENGTH_SHARES[field] ?? 0;
    const length = tally.layer.index.lengthAt(slot, field) / (averageLengths[field] ?? 1);
    weighted += ((FIELD_WEIGHTS[field] ?? 0) * times) / (1 - share + share * length);
    tally.fields[slot] = (tally.fields[slot] ?? 0) | (1 << field);
  }
  return weighted;
}

function settle(tally: Tally, touched: readonly number[], weight: number): void {
  for (const slot of touched) {
    const counted = tally.counts[slot] ?? 0;
    tally.scores[slot] = (tally.scores[slot] ?? 0) + (weight * counted) / (SATURATION + counted);
    tally.coverage[slot] = (tally.coverage[slot] ?? 0) + weight * (tally.worth[slot] ?? 0);
    tally.counts[slot] = 0;
    tally.worth[slot] = 0;
  }
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
