import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/expressions/compile-expression.js';
import { ExpressionError } from '../../src/expressions/expression-error.js';
import cases from './golden-expressions.json' with { type: 'json' };

interface GoldenCase {
  readonly expression: string;
  readonly variables: Readonly<Record<string, number>>;
  readonly value?: number;
  readonly error?: boolean;
}

describe('the golden expressions', () => {
  it('are all there', () => {
    expect(cases).toHaveLength(36);
  });

  it.each(cases as readonly GoldenCase[])('$expression', ({ expression, variables, value }) => {
    const evaluate = () => compileExpression(expression).evaluate(variables);
    if (value === undefined) expect(evaluate).toThrow(ExpressionError);
    else expect(Math.abs(evaluate() - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  });
});
