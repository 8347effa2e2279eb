import { describe, expect, it } from 'vitest';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the expression cache', () => {
  it('compiles a source once, as an expression and as a condition', () => {
    const cache = createExpressionCache(10);
    expect(cache.expression('N + 1')).toBe(cache.expression('N + 1'));
    expect(cache.condition('N > 1')).toBe(cache.condition('N > 1'));
    expect(cache.expression('N + 1').evaluate({ N: 1 })).toBe(2);
    expect(cache.condition('N > 1').evaluate({ N: 2 })).toBe(true);
    expect(cache.size).toBe(2);
  });

  it('keeps the two kinds of one source apart', () => {
    const cache = createExpressionCache(10);
    expect(thrownBy(() => cache.expression('N > 1'))).toMatchObject({ code: 'EXPRESSION_TYPE' });
    expect(cache.condition('N > 1').evaluate({ N: 2 })).toBe(true);
    expect(cache.size).toBe(1);
  });

  it('lets go of the source unused for longest', () => {
    const cache = createExpressionCache(2);
    const first = cache.expression('1');
    const second = cache.expression('2');
    expect(cache.expression('1')).toBe(first);
    cache.expression('3');
    expect(cache.size).toBe(2);
    expect(cache.expression('1')).toBe(first);
    expect(cache.expression('2')).not.toBe(second);
  });

  it('remembers what does not compile, within its bounds', () => {
    const cache = createExpressionCache(2);
    const error = thrownBy(() => cache.expression('1 +'));
    expect(error).toMatchObject({ code: 'EXPRESSION_SYNTAX' });
    expect(thrownBy(() => cache.expression('1 +'))).toBe(error);
    for (let i = 0; i < 100; i++) thrownBy(() => cache.expression(`${i} +`));
    expect(cache.size).toBe(2);
  });

  it('holds no source that is too long', () => {
    const cache = createExpressionCache(2);
    expect(thrownBy(() => cache.expression('1'.repeat(1_001)))).toMatchObject({ code: 'EXPRESSION_TOO_LONG' });
    expect(cache.size).toBe(0);
  });

  it.each([[0], [-1], [1.5], [Number.NaN]])('refuses to hold %d entries', (maxEntries) => {
    expect(() => createExpressionCache(maxEntries)).toThrow(RangeError);
  });
});
