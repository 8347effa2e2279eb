import { describe, expect, it } from 'vitest';
import { evaluateEstimate } from '../../src/expressions/estimate.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';

const estimate = (timeEstimateMs: string, costEstimate: string, variables: Record<string, unknown> = {}) =>
  evaluateEstimate({ timeEstimateMs, costEstimate }, variables, createExpressionCache(10));

describe('an estimate', () => {
  it('gives both parts', () => {
    const expected = { timeMs: 120, cost: 0.5, missingVariables: [], error: null };
    expect(estimate('100 + 2 * N', '0.05 * N', { N: 10 })).toEqual(expected);
    expect(evaluateEstimate({ timeEstimateMs: '120', costEstimate: '0.5' }, {})).toEqual(expected);
  });

  it('gives the part that works, and says why the other does not', () => {
    expect(estimate('100 * pages', '0.1', {})).toEqual({
      timeMs: null,
      cost: 0.1,
      missingVariables: ['pages'],
      error: "time_estimate_ms: The variable 'pages' is missing.",
    });
    expect(estimate('5', '1 / (N - 1)', { N: 1 })).toEqual({
      timeMs: 5,
      cost: null,
      missingVariables: [],
      error: 'cost_estimate: 1 / 0 has no result.',
    });
  });

  it('names every missing variable once', () => {
    expect(estimate('a + b', 'b + c').missingVariables).toEqual(['a', 'b', 'c']);
  });

  it.each([['0 - N'], ['N > 1'], ['exp(1000)'], ['import(x)'], ['']])('never takes %j for a value', (source) => {
    const { timeMs, cost, error } = estimate(source, source, { N: 5 });
    expect([timeMs, cost]).toEqual([null, null]);
    expect(error).toContain('time_estimate_ms: ');
    expect(error).toContain('cost_estimate: ');
  });

  it('may be 0', () => {
    expect(estimate('0', '-0')).toEqual({ timeMs: 0, cost: 0, missingVariables: [], error: null });
  });
});
