import { describe, expect, it } from 'vitest';
import { FEATURE_WEIGHTS, FEATURES, NORMALISE, scoreOf } from '../../src/selection/features.js';
import { PREFERENCE_MODES } from '../../src/selection/selection-request.js';
import measured from './golden-normalisation.json' with { type: 'json' };

interface Case {
  readonly feature: 'time_ms' | 'cost' | 'complexity' | 'accuracy';
  readonly raw: number;
  readonly normalized: number;
}

const cases = measured as readonly Case[];

describe('NORMALISE', () => {
  it('has all measured cases', () => expect(cases).toHaveLength(22));

  it.each(cases)('makes $normalized of $feature $raw, as measured', ({ feature, raw, normalized }) => {
    expect(NORMALISE[feature === 'time_ms' ? 'time' : feature](raw)).toBeCloseTo(normalized, 6);
  });

  it.each([
    [-0.1, 0],
    [0.75, 0.75],
    [1.2, 1],
  ])('makes %d of completeness %d', (raw, normalised) => expect(NORMALISE.completeness(raw)).toBe(normalised));

  it.each(FEATURES)('counts a missing %s half', (feature) => expect(NORMALISE[feature](Number.NaN)).toBe(0.5));
});

describe('FEATURE_WEIGHTS', () => {
  const own = { FAST: 'time', CHEAP: 'cost', SIMPLE: 'complexity', ACCURATE: 'accuracy', THOROUGH: 'completeness' };

  it.each(PREFERENCE_MODES)('of %s make 1, its own feature weighing most', (mode) => {
    const weights = FEATURE_WEIGHTS[mode];
    expect(FEATURES.reduce((sum, feature) => sum + weights[feature], 0)).toBeCloseTo(1, 12);
    const expected = FEATURES.map((feature) => {
      if (mode === 'BALANCED') return 0.2;
      return own[mode] === feature ? 0.4 : 0.15;
    });
    expect(FEATURES.map((feature) => weights[feature])).toEqual(expected);
  });
});

describe('scoreOf', () => {
  const values = { time: 0.9, cost: 0.8, complexity: 0.7, accuracy: 0.6, completeness: 0.5 };

  it.each([
    ['BALANCED', 0.7],
    ['FAST', 0.75],
    ['CHEAP', 0.725],
    ['SIMPLE', 0.7],
    ['ACCURATE', 0.675],
    ['THOROUGH', 0.65],
  ] as const)('sums what each feature weighs for %s', (mode, score) => {
    expect(scoreOf(values, FEATURE_WEIGHTS[mode])).toBe(score);
  });

  it('gives candidates the same score whose features add up to the same', () => {
    const one = { ...values, time: 0.1, cost: 0.2, complexity: 0.3 };
    const other = { ...values, time: 0.3, cost: 0.1, complexity: 0.2 };
    expect(scoreOf(one, FEATURE_WEIGHTS.BALANCED)).toBe(scoreOf(other, FEATURE_WEIGHTS.BALANCED));
  });
});
