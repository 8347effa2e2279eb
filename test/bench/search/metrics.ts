/** What a query should find: tools by key, with how much each is worth (1 where nobody graded). */
export type Relevance = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first k of a ranking: gain 2^grade - 1, discount log2(rank + 1), divided by that of
 * the best order there is. 0 to 1; NaN when nothing is relevant.
 */
export function ndcgAt(ranking: readonly string[], relevance: Relevance, k: number): number {
  const gains = ranking.slice(0, k).map((key) => gain(relevance.get(key) ?? 0));
  const ideal = [...relevance.values()].map(gain).sort((left, right) => right - left);
  return discounted(gains) / discounted(ideal.slice(0, k));
}

/** The share of the relevant tools among the first k; NaN when nothing is relevant. */
export function recallAt(ranking: readonly string[], relevance: Relevance, k: number): number {
  const found = ranking.slice(0, k).filter((key) => (relevance.get(key) ?? 0) > 0);
  return found.length / [...relevance.values()].filter((grade) => grade > 0).length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The percentile bootstrap's 95 % interval of a mean; the same for the same seed. */
export function bootstrapMean(values: readonly number[], resamples: number, seed: number): Interval {
  const random = mulberry32(seed);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw += 1) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).sort((left, right) => left - right);
  const at = (share: number) => means[Math.min(resamples - 1, Math.floor(share * resamples))] ?? Number.NaN;
  return { mean: mean(values), low: at(0.025), high: at(0.975) };
}

function gain(grade: number): number {
  return 2 ** grade - 1;
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, value, place) => sum + value / Math.log2(place + 2), 0);
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
