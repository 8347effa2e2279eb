import type { PreferenceMode } from './selection-request.js';

/** What candidates are scored by, in the order in which a score is summed. */
export const FEATURES = ['time', 'cost', 'complexity', 'accuracy', 'completeness'] as const;
export type Feature = (typeof FEATURES)[number];

/** Each 0 to 1, higher is better. */
export type FeatureValues = Readonly<Record<Feature, number>>;

/** What a feature counts whose input is missing. */
const UNKNOWN = 0.5;

const FASTEST_MS = 50;
const SLOWEST_MS = 60_000;
const LOG_FASTEST = Math.log(FASTEST_MS);
const LOG_SPAN = Math.log(SLOWEST_MS) - LOG_FASTEST;
const DEAREST = 10;

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** How each feature is made of its input: milliseconds, cost units, or a share of 0 to 1. NaN stands for no input. */
export const NORMALISE = Object.freeze({
  time: (ms: number) =>
    Number.isNaN(ms) ? UNKNOWN : 1 - (Math.log(clamp(ms, FASTEST_MS, SLOWEST_MS)) - LOG_FASTEST) / LOG_SPAN,
  cost: (cost: number) => (Number.isNaN(cost) ? UNKNOWN : 1 - clamp(cost, 0, DEAREST) / DEAREST),
  complexity: (complexity: number) => (Number.isNaN(complexity) ? UNKNOWN : 1 - clamp(complexity, 0, 1)),
  accuracy: (accuracy: number) => (Number.isNaN(accuracy) ? UNKNOWN : clamp(accuracy, 0, 1)),
  completeness: (completeness: number) => (Number.isNaN(completeness) ? UNKNOWN : clamp(completeness, 0, 1)),
} satisfies Record<Feature, (input: number) => number>);

const OWN_WEIGHT = 0.4;
const OTHER_WEIGHT = 0.15;

function weights(own: Feature): FeatureValues {
  const others = { time: 0, cost: 0, complexity: 0, accuracy: 0, completeness: 0 };
  for (const feature of FEATURES) others[feature] = feature === own ? OWN_WEIGHT : OTHER_WEIGHT;
  return Object.freeze(others);
}

/** What each feature weighs; a mode's weights make 1 together. */
export const FEATURE_WEIGHTS: Readonly<Record<PreferenceMode, FeatureValues>> = Object.freeze({
  FAST: weights('time'),
  BALANCED: Object.freeze({ time: 0.2, cost: 0.2, complexity: 0.2, accuracy: 0.2, completeness: 0.2 }),
  ACCURATE: weights('accuracy'),
  THOROUGH: weights('completeness'),
  CHEAP: weights('cost'),
  SIMPLE: weights('complexity'),
});

/** Digits past these are noise of the summation: without them, equal candidates have equal scores. */
const SCORE_UNIT = 1e12;

/** The weighted sum, 0 to 1. */
export function scoreOf(values: FeatureValues, weight: FeatureValues): number {
  const sum =
    weight.time * values.time +
    weight.cost * values.cost +
    weight.complexity * values.complexity +
    weight.accuracy * values.accuracy +
    weight.completeness * values.completeness;
  return Math.round(sum * SCORE_UNIT) / SCORE_UNIT;
}
