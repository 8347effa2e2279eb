import type { ToolState } from '../catalog-change.js';
import { matchesFilter, type ToolFilter } from '../tool-filter.js';
import { compareTools } from '../tool-order.js';
import { SEARCH_FIELDS, type SearchField, type ToolSearchHit } from '../tool-search.js';
import type { AskedWord } from './asked-word.js';
import type { Corpus } from './corpus.js';
import { anyFits, bestEvidence, type Evidence, type Place } from './evidence.js';
import { expandWord } from './expand-word.js';
import { isOtherPlatform, type OperatingSystem } from './meant-platform.js';
import { JUDGEMENT, RANKING } from './ranking-settings.js';
import type { QueryWord } from './read-query.js';
import { Tally } from './tally.js';
import { type WordKind, wordKind } from './vocabulary/word-kind.js';

const MAX_GUESSED_WORDS = 8;
/** So many of the best are looked at more closely, however few are asked for: the answer must not depend on the limit. */
export const JUDGED = 20;

interface Candidate extends Place {
  readonly tool: ToolState;
  readonly score: number;
}

export interface RankRequest {
  readonly words: readonly QueryWord[];
  /** The operating system that the query is about, if it shows one. */
  readonly platform: OperatingSystem | null;
  readonly filter: ToolFilter | null;
  readonly limit: number;
}

interface Ranking {
  readonly asked: readonly AskedWord[];
  readonly best: readonly Candidate[];
}

/** The best tools for the words of a query, best first; none when even the best is not what was asked for. */
export function rankTools(corpus: Corpus, request: RankRequest): readonly ToolSearchHit[] {
  const { asked, best } = rank(corpus, request);
  if (!anyFits(asked, best.slice(0, JUDGED)) && !isNamed(asked, best)) return [];
  return best
    .slice(0, request.limit)
    .map(({ tool, score, fields }) => Object.freeze({ tool, score, matchedOn: MATCHED_ON[fields] ?? [] }));
}

/** What the judgement whether anything fits rests on; null when no tool has a word of the query, and nothing is to be judged. */
export function evidenceFor(corpus: Corpus, words: readonly QueryWord[]): Evidence | null {
  const { asked, best } = rank(corpus, { words, platform: null, filter: null, limit: JUDGED });
  return bestEvidence(asked, best.slice(0, JUDGED));
}

function rank(corpus: Corpus, { words, platform, filter, limit }: RankRequest): Ranking {
  if (words.length === 0 || corpus.toolCount === 0) return { asked: [], best: [] };
  const tallies = corpus.layers.map((layer) => new Tally(layer));
  let guesses = 0;
  const asked = words.map((word) => {
    const isPart = word.joined.some((compound) => wordKind(compound) === 'technical');
    const kind = isPart ? 'technical' : kindOf(word);
    const variants = expandWord(corpus, word, { kind, mayGuess: guesses < MAX_GUESSED_WORDS });
    if (variants[0]?.word !== word.stem) guesses += 1;
    const rarities = variants.map((variant) => rarity(corpus.frequency(variant.word), corpus.toolCount));
    const found = tallies.reduce((sum, tally) => sum + tally.count(variants, rarities), 0);
    const isEveryday = kind === 'everyday';
    for (const tally of tallies) tally.settle(RANKING.kindWeights[kind]);
    return { ...word, kind, isPart, variants, isKnown: found > 0, share: shareOf(found, corpus.toolCount, isEveryday) };
  });
  return { asked, best: select(tallies, { platform, filter, limit: Math.max(limit, JUDGED) }) };
}

/** What has a name with `redis` in it need not be about Redis. */
function kindOf({ word, isName }: QueryWord): WordKind {
  const kind = wordKind(word);
  return isName && kind !== 'everyday' ? 'other' : kind;
}

function shareOf(found: number, toolCount: number, isEveryday: boolean): number {
  const rare = found === 0 ? 1 : rarity(found, toolCount) / rarity(1, toolCount);
  const share = JUDGEMENT.commonShare + (1 - JUDGEMENT.commonShare) * rare;
  return isEveryday ? JUDGEMENT.everydayShare * share : share;
}

/** BM25's inverse document frequency: what few tools have says more. */
function rarity(toolsWithWord: number, toolCount: number): number {
  return Math.log(1 + (toolCount - toolsWithWord + 0.5) / (toolsWithWord + 0.5));
}

/** Whoever names a tool gets it, unless its name is a word that everybody uses: "find a recipe". */
function isNamed(asked: readonly AskedWord[], best: readonly Candidate[]): boolean {
  const names = new Set(best.slice(0, JUDGED).map(({ tool }) => tool.name.replaceAll(/[-_.]/g, '').toLowerCase()));
  return asked.some(
    ({ kind, word, joined }) =>
      (kind !== 'everyday' && names.has(word)) || joined.some((compound) => names.has(compound)),
  );
}

/** The best candidates that match the filter, by score, then name and platform. */
function select(tallies: readonly Tally[], { platform, filter, limit }: Omit<RankRequest, 'words'>): Candidate[] {
  let best: Candidate[] = [];
  let leastScore = 0;
  for (const { layer, scores, fields } of tallies) {
    for (let slot = 0; slot < scores.length; slot += 1) {
      const full = scores[slot] ?? 0;
      if (full === 0 || full < leastScore) continue;
      const tool = layer.index.toolAt(slot);
      if (tool === undefined || !passes(tool, filter)) continue;
      const score = full * platformWeight(tool, platform);
      if (score < leastScore) continue;
      best.push({ tool, score, layer, slot, fields: fields[slot] ?? 0 });
      if (best.length < 2 * limit + 64) continue;
      best = best.sort(compareCandidates).slice(0, limit);
      leastScore = best.at(-1)?.score ?? 0;
    }
  }
  return best.sort(compareCandidates).slice(0, limit);
}

function passes(tool: ToolState, filter: ToolFilter | null): boolean {
  return filter === null || matchesFilter(tool, filter);
}

function platformWeight(tool: ToolState, platform: OperatingSystem | null): number {
  return platform !== null && isOtherPlatform(tool.platform, platform) ? RANKING.otherPlatform : 1;
}

function compareCandidates(left: Candidate, right: Candidate): number {
  return right.score - left.score || compareTools(left.tool, right.tool);
}

/** For every set of fields that there is, by its bits. */
const MATCHED_ON: readonly (readonly SearchField[])[] = Array.from({ length: 2 ** SEARCH_FIELDS.length }, (_, fields) =>
  Object.freeze(SEARCH_FIELDS.filter((_name, field) => (fields & (1 << field)) !== 0)),
);
