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
  return places.some((place) => fitOf(evidenceOf(asked, place)) >= JUDGEMENT.leastFit);
}

/** The evidence of the tool for which it is the best; null without tools. */
export function bestEvidence(asked: readonly AskedWord[], places: readonly Place[]): Evidence | null {
  let best: Evidence | null = null;
  for (const place of places) {
    const evidence = evidenceOf(asked, place);
    if (best === null || fitOf(evidence) > fitOf(best)) best = evidence;
  }
  return best;
}

function evidenceOf(asked: readonly AskedWord[], place: Place): Evidence {
  const strengths = new Map(asked.map((word) => [word, strengthIn(place, word)]));
  const [ordinary, technical] = [asked.filter((word) => !isTechnical(word)), asked.filter(isTechnical)];
  const strengthOf = (word: AskedWord) => strengths.get(word) ?? 0;
  const sum = (words: readonly AskedWord[], value: (word: AskedWord) => number) =>
    words.reduce((total, word) => total + value(word), 0);
  const covered = sum(ordinary, (word) => word.share * strengthOf(word));
  const wanted = sum(ordinary.filter(isWanted), ({ share }) => share);
  const unserved = sum(technical, (word) => {
    const missing = 1 - Math.min(1, strengthOf(word) / JUDGEMENT.servedStrength);
    return word.isPart ? missing / 2 : missing;
  });
  const carried = Math.max(0, ...asked.filter(({ stem }) => CARRIER_STEMS.has(stem)).map(strengthOf));
  const unknown = asked.filter((word) => !word.isKnown && isWanted(word));
  return {
    coverage: covered / Math.max(wanted, Number.MIN_VALUE),
    amount: Math.log(LEAST_AMOUNT + covered),
    words: Math.log(1 + ordinary.filter(({ isValue }) => !isValue).length),
    unknown: Math.min(MOST_UNKNOWN, unknown.filter(({ kind }) => kind === 'other').length),
    outside: Math.min(MOST_OUTSIDE, unknown.filter(({ kind }) => kind === 'outside').length),
    technology: Math.min(1, unserved),
    moreTechnology: Math.min(1, Math.max(0, unserved - 1)),
    notCarried: Math.min(1, unserved) * (1 - carried),
    name: place.fields & 1,
  };
}

const PIECES = Object.keys(JUDGEMENT.weights) as (keyof Evidence)[];

/** The log-odds that something fits. */
function fitOf(evidence: Evidence): number {
  return PIECES.reduce((sum, name) => sum + JUDGEMENT.weights[name] * evidence[name], JUDGEMENT.base);
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
