import { describe, expect, it } from 'vitest';
import { type Case, fitLogistic, logOdds } from '../bench/search/logistic.js';

/** For each pair of values as many true cases as a model of log-odds 1 + 2 left - right expects. */
function casesOfAModel(): Case<'left' | 'right'>[] {
  return [-1, 0, 1].flatMap((left) =>
    [-1, 0, 1].flatMap((right) => {
      const likelihood = 1 / (1 + Math.exp(-(1 + 2 * left - right)));
      return Array.from({ length: 1_000 }, (_, place) => ({
        features: { left, right },
        isTrue: place < Math.round(1_000 * likelihood),
      }));
    }),
  );
}

describe('fitLogistic', () => {
  it('finds the model that the cases are from', () => {
    const model = fitLogistic(casesOfAModel(), ['left', 'right'], 1e-9);
    expect(model.base).toBeCloseTo(1, 1);
    expect(model.weights.left).toBeCloseTo(2, 1);
    expect(model.weights.right).toBeCloseTo(-1, 1);
    expect(logOdds(model, { left: 1, right: 1 })).toBeCloseTo(2, 1);
  });

  it('stays finite where a feature decides alone, and where one never changes', () => {
    const cases = [0, 1, 2, 3].map((left) => ({ features: { left, right: 7 }, isTrue: left > 1 }));
    const { weights } = fitLogistic(cases, ['left', 'right'], 1);
    expect(weights.left).toBeGreaterThan(0);
    expect(weights.left).toBeLessThan(10);
    expect(weights.right).toBeCloseTo(0);
  });
});
