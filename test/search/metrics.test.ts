import { describe, expect, it } from 'vitest';
import { bootstrapMean, ndcgAt, recallAt } from '../bench/search/metrics.js';

const RELEVANCE = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 1],
]);

describe('the figures of an evaluation', () => {
  it('NDCG: gain 2^grade - 1, discount log2(rank + 1), against the best order', () => {
    // b, x, a: 3/1 + 0/log2(3) + 7/2 = 6.5; a, b, c: 7/1 + 3/log2(3) + 1/2 = 9.392789
    expect(ndcgAt(['b', 'x', 'a'], RELEVANCE, 10)).toBeCloseTo(6.5 / 9.392789, 6);
    expect(ndcgAt(['b', 'x', 'a'], RELEVANCE, 1)).toBeCloseTo(3 / 7, 12);
    // Past k nothing counts, in the answer as in the best order: 3 of 7 + 3/log2(3) = 8.892789
    expect(ndcgAt(['b', 'x', 'a'], RELEVANCE, 2)).toBeCloseTo(3 / 8.892789, 6);
    expect(ndcgAt(['a', 'b', 'c', 'x'], RELEVANCE, 10)).toBe(1);
    expect(ndcgAt([], RELEVANCE, 10)).toBe(0);
    expect(ndcgAt(['a'], new Map(), 10)).toBeNaN();
  });

  it('recall: the share of the relevant among the first k', () => {
    expect(recallAt(['x', 'a', 'c'], RELEVANCE, 10)).toBeCloseTo(2 / 3, 12);
    expect(recallAt(['x', 'a', 'c'], RELEVANCE, 2)).toBeCloseTo(1 / 3, 12);
  });

  it('the bootstrap: exact where nothing varies, near the normal interval where much does, the same for the same seed', () => {
    expect(bootstrapMean([0.5, 0.5, 0.5], 1_000, 1)).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    // 100 zeros and 100 ones: standard error of the mean 0.5 / sqrt(200) = 0.03536, times 1.96 = 0.0693.
    const values = Array.from({ length: 200 }, (_, index) => index % 2);
    const interval = bootstrapMean(values, 10_000, 1);
    expect(interval.mean).toBe(0.5);
    expect(interval.low).toBeCloseTo(0.5 - 0.0693, 1.9);
    expect(interval.high).toBeCloseTo(0.5 + 0.0693, 1.9);
    expect(bootstrapMean(values, 10_000, 1)).toEqual(interval);
    const uneven = Array.from({ length: 50 }, (_, index) => Math.sqrt(index));
    expect(bootstrapMean(uneven, 500, 1).low).not.toBe(bootstrapMean(uneven, 500, 2).low);
  });
});
