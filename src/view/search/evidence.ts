import { SEARCH_FIELDS } from '../tool-search.js';
import type { AskedWord } from './asked-word.js';
import type { CorpusLayer } from './corpus.js';
import { FIELD_MASKS, FIELD_SHIFTS } from './posting-list.js';
import { JUDGEMENT } from './ranking-settings.js';
import { CARRIER_STEMS } from './vocabulary/carrier-words.js';

const FIELD_COUNT = SEARCH_FIELDS.length;
/** Keeps the logarithm of nothing at bay. */
const LEAST_AMOUNT = 0.2;
const MOST_UNKNOWN = 3;
const MOST_OUTSIDE = 2;

/** Where a tool stands in its layer's index. */
export interface Place {
  readonly layer: CorpusLayer;
  readonly slot: number;
  /** One bit for each of SEARCH_FIELDS in which something was found. */
  readonly fields: number;
}

/** What speaks for and against that a tool does what was asked for; `weights` of JUDGEMENT says how much. */
export type Evidence = Readonly<Record<keyof typeof JUDGEMENT.weights, number>>;

/** Whether the evidence of any of these tools is enough. */
export function anyFits(asked: readonly AskedWord[], places: readonly Place[]): boolean {
  const query = describeQuery(asked);
  return places.some((place) => fitOf(evidenceOf(query, place)) >= JUDGEMENT.leastFit);
}

/** The evidence of the tool for which it is the best; null without tools. */
export function bestEvidence(asked: readonly AskedWord[], places: readonly Place[]): Evidence | null {
  const query = describeQuery(asked);
  let best: Evidence | null = null;
  for (const place of places) {
    const evidence = evidenceOf(query, place);
    if (best === null || fitOf(evidence) > fitOf(best)) best = evidence;
  }
  return best;
}

/** What is the same for every tool. */
interface AskedQuery extends Pick<Evidence, 'words' | 'unknown' | 'outside'> {
  readonly ordinary: readonly AskedWord[];
  readonly technical: readonly AskedWord[];
  readonly carriers: readonly AskedWord[];
  /** What the ordinary words that count come to when all are found. */
  readonly wanted: number;
}

function describeQuery(asked: readonly AskedWord[]): AskedQuery {
  const ordinary = asked.filter((word) => !isTechnical(word));
  const unknown = asked.filter((word) => !word.isKnown && isWanted(word));
  return {
    ordinary,
    technical: asked.filter(isTechnical),
    carriers: asked.filter(({ stem }) => CARRIER_STEMS.has(stem)),
    wanted: ordinary.filter(isWanted).reduce((sum, { share }) => sum + share, 0),
    words: Math.log(1 + ordinary.filter(({ isValue }) => !isValue).length),
    unknown: Math.min(MOST_UNKNOWN, unknown.filter(({ kind }) => kind === 'other').length),
    outside: Math.min(MOST_OUTSIDE, unknown.filter(({ kind }) => kind === 'outside').length),
  };
}

function evidenceOf(query: AskedQuery, place: Place): Evidence {
  const { ordinary, technical, carriers, wanted, words, unknown, outside } = query;
  let covered = 0;
  for (const word of ordinary) covered += word.share * strengthIn(place, word);
  let unserved = 0;
  for (const word of technical) {
    const missing = 1 - Math.min(1, strengthIn(place, word) / JUDGEMENT.servedStrength);
    unserved += word.isPart ? missing / 2 : missing;
  }
  let carried = 0;
  for (const word of carriers) carried = Math.max(carried, strengthIn(place, word));
  return {
    coverage: covered / Math.max(wanted, Number.MIN_VALUE),
    amount: Math.log(LEAST_AMOUNT + covered),
    words,
    unknown,
    outside,
    technology: Math.min(1, unserved),
    moreTechnology: Math.min(1, Math.max(0, unserved - 1)),
    notCarried: Math.min(1, unserved) * (1 - carried),
    name: place.fields & 1,
  };
}

const PIECES = Object.keys(JUDGEMENT.weights) as (keyof Evidence)[];

/** The log-odds that something fits. */
function fitOf(evidence: Evidence): number {
  let sum: number = JUDGEMENT.base;
  for (const name of PIECES) sum += JUDGEMENT.weights[name] * evidence[name];
  return sum;
}

/** How surely a tool is about a word: 0 not at all, towards 1 when it stands in its name or time and again. */
function strengthIn({ layer, slot }: Place, { variants }: AskedWord): number {
  let counted = 0;
  let covers = 0;
  for (const variant of variants) {
    const packed = layer.index.postingsOf(variant.word)?.countsOf(slot) ?? 0;
    if (packed === 0) continue;
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      const times = (packed >>> (FIELD_SHIFTS[field] ?? 0)) & (FIELD_MASKS[field] ?? 0);
      counted += variant.weight * times * (layer.boosts[slot * FIELD_COUNT + field] ?? 0);
    }
    covers = Math.max(covers, variant.covers);
  }
  return (covers * counted) / (JUDGEMENT.mention + counted);
}

function isTechnical({ kind }: AskedWord): boolean {
  return kind === 'technical';
}

/** A value that no tool knows is what the tool is to work on. */
function isWanted({ isKnown, isValue }: AskedWord): boolean {
  return isKnown || !isValue;
}
