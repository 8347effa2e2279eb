import { Parser, type Value } from 'expr-eval';
import { describe, expect, it } from 'vitest';
import { compileCondition, compileExpression } from '../../src/expressions/compile-expression.js';
import { evaluateEstimate } from '../../src/expressions/estimate.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { ExpressionError } from '../../src/expressions/expression-error.js';
import type { Variables } from '../../src/expressions/read-variables.js';
import { ATTACKS, type Attack } from './attacks.js';
import { misbehaviour } from './judge.js';

type Engine = (source: string, variables: Variables) => unknown;

function faults(attack: Attack, engine: Engine, isTyped: (error: unknown) => boolean): string[] {
  return attack.sources.flatMap((source) => {
    const fault = misbehaviour((variables) => engine(source, variables as Variables), attack.input(), isTyped);
    return fault === undefined ? [] : [fault];
  });
}

const isTyped = (error: unknown) => error instanceof ExpressionError;

describe('an attack', () => {
  const cache = createExpressionCache(10);
  const engines: readonly (readonly [string, Engine])[] = [
    ['an expression', (source, variables) => compileExpression(source).evaluate(variables)],
    ['a condition', (source, variables) => compileCondition(source).evaluate(variables)],
    ['a cached expression', (source, variables) => cache.expression(source).evaluate(variables)],
    ['one side of a condition', (source, variables) => compileCondition(`(${source}) > 1`).evaluate(variables)],
  ];

  describe.each(engines)('as %s', (_, engine) => {
    it.each(ATTACKS)('$name', (attack) => {
      expect(faults(attack, engine, isTyped)).toEqual([]);
    });
  });

  it.each(ATTACKS)('as an estimate: $name', (attack) => {
    const engine: Engine = (source, variables) => {
      const { timeMs, cost, error } = evaluateEstimate({ timeEstimateMs: source, costEstimate: source }, variables);
      expect(timeMs === null).toBe(error !== null);
      return timeMs ?? cost ?? 0;
    };
    expect(faults(attack, engine, () => false)).toEqual([]);
  });
});

describe('the judge', () => {
  it('finds the engine alone failing at least 7 attacks', () => {
    // Counted against it: only what it returns or changes. Whatever it throws is taken for a typed error.
    const raw: Engine = (source, variables) => new Parser().evaluate(source, variables as unknown as Value);
    const failed = ATTACKS.filter((attack) => attack.costly !== true && faults(attack, raw, () => true).length > 0);
    expect(failed.map((attack) => attack.name)).toEqual(
      expect.arrayContaining(['toString', '__defineGetter__', 'x = 5', '1e309', '0/0', 'fac(1e15)', '"a"*2']),
    );
    expect(failed.length).toBeGreaterThanOrEqual(7);
  });

  it('sees a changed Object.prototype', () => {
    const pollute = () => {
      Object.defineProperty(Object.prototype, 'polluted', { value: 1, configurable: true });
      return 1;
    };
    try {
      expect(misbehaviour(pollute, { variables: {} }, isTyped)).toBe('changed Object.prototype');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  it('sees an error without a type', () => {
    const fail = () => {
      throw new TypeError('untyped');
    };
    expect(misbehaviour(fail, { variables: {} }, isTyped)).toBe('threw something else than a typed error');
  });
});
