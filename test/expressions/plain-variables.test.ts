import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileCondition, compileExpression } from '../../src/expressions/compile-expression.js';
import { ExpressionError } from '../../src/expressions/expression-error.js';
import { PlainVariables, type Variables } from '../../src/expressions/read-variables.js';

type Source = { evaluate(variables: Variables | PlainVariables): number | boolean };

/** A result, or the error that stands for it. */
function outcomeOf(source: Source, variables: Variables | PlainVariables): unknown {
  try {
    return source.evaluate(variables);
  } catch (error) {
    if (error instanceof ExpressionError) return [error.code, error.message];
    throw error;
  }
}

const values = fc.constantFrom<unknown[]>(0, 1, -1, 2.5, true, false, null, 'x', Number.NaN, undefined);
const variables = fc.dictionary(fc.constantFrom('a', 'b', 'log', 'constructor', '__proto__'), values);

it('evaluates the same with variables that were read once, whatever was evaluated before', () => {
  const compile = () => [
    ...['a', 'a + b', 'log(a + 2)', 'a / b', '7'].map(compileExpression),
    ...['a > b', 'a == b', 'not a', 'a and b'].map(compileCondition),
  ];
  const used: readonly Source[] = compile();
  fc.assert(
    fc.property(variables, (given) => {
      const fresh: readonly Source[] = compile();
      for (const [index, source] of used.entries()) {
        const expected = fresh.slice(index, index + 1).map((one) => outcomeOf(one, given));
        expect([outcomeOf(source, given)]).toEqual(expected);
        expect([outcomeOf(source, new PlainVariables(given))]).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
});

it('takes nothing else for variables that were read once', () => {
  const forged = Object.create(PlainVariables.prototype);
  expect(PlainVariables.valuesOf(forged)).toBeUndefined();
  expect(PlainVariables.valuesOf({})).toBeUndefined();
});
