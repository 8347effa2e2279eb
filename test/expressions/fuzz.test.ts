import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition, compileExpression } from '../../src/expressions/compile-expression.js';
import { ExpressionError } from '../../src/expressions/expression-error.js';
import { DEADLINE_MS, snapshot } from './judge.js';
import { logicalTree, numericTree, print, REFERENCE_VARIABLES, referenceValue, type Tree } from './reference.js';

const WORD_EDGE = /^[\w.]/;

/** Joins tokens with blanks, or with none where none are needed. */
function joined(tokens: readonly string[], blanks: boolean): string {
  if (blanks) return tokens.join(' ');
  let text = '';
  for (const token of tokens) text += /[\w.]$/.test(text) && WORD_EDGE.test(token) ? ` ${token}` : token;
  return text;
}

/** What an expression gives; undefined when it ends in a typed error. Anything else fails the test. */
function outcome(run: () => number | boolean): number | boolean | undefined {
  const startedAt = performance.now();
  let value: number | boolean | undefined;
  try {
    value = run();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
  }
  const elapsedMs = performance.now() - startedAt;
  if (elapsedMs > DEADLINE_MS) throw new Error(`took ${elapsedMs} ms`);
  return value;
}

/** Fails the test unless both give the same; true when that was a value, not a failure. */
function agrees(tree: Tree, blanks: boolean, evaluate: (source: string) => number | boolean): boolean {
  const source = joined(print(tree), blanks);
  if (source.length > 1_000) {
    expect(() => evaluate(source)).toThrow(expect.objectContaining({ code: 'EXPRESSION_TOO_LONG' }));
    return false;
  }
  const expected = referenceValue(tree);
  const actual = outcome(() => evaluate(source));
  // Against -0 and 0, which are one number to the dialect.
  if (actual !== expected) throw new Error(`${source}: expected ${expected}, got ${actual}`);
  return actual !== undefined;
}

const variables = Object.freeze({ ...REFERENCE_VARIABLES });

describe('100,000 generated expressions', () => {
  it('45,000 give what the reference gives, to the last bit', () => {
    let values = 0;
    fc.assert(
      fc.property(numericTree, fc.boolean(), (tree, blanks) => {
        if (agrees(tree, blanks, (source) => compileExpression(source).evaluate(variables))) values += 1;
      }),
      { numRuns: 45_000 },
    );
    expect(values).toBeGreaterThan(10_000);
  });

  it('20,000 conditions hold where the reference holds', () => {
    let values = 0;
    fc.assert(
      fc.property(logicalTree, fc.boolean(), (tree, blanks) => {
        if (agrees(tree, blanks, (source) => compileCondition(source).evaluate(variables))) values += 1;
      }),
      { numRuns: 20_000 },
    );
    expect(values).toBeGreaterThan(5_000);
  });

  it('35,000 of garbage end in a typed error, a finite number or a boolean', () => {
    const before = snapshot(Object.prototype);
    const token = fc.oneof(
      {
        arbitrary: fc.constantFrom(...'+ - * / % ** ( ) , < <= > >= == != and or not true false'.split(' ')),
        weight: 6,
      },
      {
        arbitrary: fc.constantFrom('1', '0', '.5', '1e3', '1e309', 'N', 'flag', 'pi', 'log(', 'max(', '1,2)'),
        weight: 8,
      },
      {
        arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'in', 'random()', 'x =', 'f(n) ='),
        weight: 1,
      },
      {
        arbitrary: fc.constantFrom(';', '[', ']', '.', '?', ':', '!', '^', '//', '/*', '"', '||', '&&', '0x1F'),
        weight: 1,
      },
      { arbitrary: fc.string({ unit: 'binary', maxLength: 3 }), weight: 1 },
    );
    let gaveValues = 0;
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), fc.constantFrom('', ' '), (tokens, separator) => {
        const source = tokens.join(separator);
        for (const compile of [compileExpression, compileCondition]) {
          const value = outcome(() => compile(source).evaluate(variables));
          if (value === undefined) continue;
          gaveValues += 1;
          if (typeof value !== 'boolean' && !Number.isFinite(value)) throw new Error(`${source} gave ${value}`);
        }
      }),
      { numRuns: 35_000 },
    );
    expect(snapshot(Object.prototype)).toEqual(before);
    // Garbage that never gets through would test the tokenizer alone.
    expect(gaveValues).toBeGreaterThan(1_000);
  });
});
