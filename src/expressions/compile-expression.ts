import { createEvaluator, type SlotValues } from './engine.js';
import { ExpressionError } from './expression-error.js';
import type { ValueType } from './operand.js';
import { type PlainVariables, readVariables, type Variables, wouldReadAgain } from './read-variables.js';
import { type Translation, translate } from './translate.js';

/** A compiled arithmetic expression, such as an estimate. One can serve any number of callers. */
export interface CompiledExpression {
  readonly source: string;
  /** Every variable that it refers to, in the order of first mention. */
  readonly variables: readonly string[];
  /** @returns a finite number. @throws ExpressionError */
  evaluate(variables: Variables | PlainVariables): number;
}

/** A compiled condition, such as a policy's `requires_background_if`. */
export interface CompiledCondition {
  readonly source: string;
  readonly variables: readonly string[];
  /** @throws ExpressionError */
  evaluate(variables: Variables | PlainVariables): boolean;
}

interface Compiled {
  readonly variables: readonly string[];
  readonly run: (variables: Variables | PlainVariables) => unknown;
}

/**
 * Evaluates only where a variable has another value than the last time: many requests are about one item, and the engine
 * takes longer than all else that a selection does.
 */
function rememberingLast(translation: Translation, evaluate: (values: SlotValues) => unknown): Compiled['run'] {
  let last: { readonly values: SlotValues; readonly result: unknown } | undefined;
  return (variables) => {
    if (last !== undefined && wouldReadAgain(translation, variables, last.values)) return last.result;
    const values = readVariables(translation, variables);
    const result = evaluate(values);
    last = { values, result };
    return result;
  };
}

function compile(source: string, type: ValueType): Compiled {
  const translation = translate(source, type);
  const evaluator = createEvaluator(translation);
  return {
    variables: Object.freeze(translation.variables.map((variable) => variable.name)),
    run: rememberingLast(translation, evaluator),
  };
}

/**
 * Compiles an expression that gives a number.
 *
 * The dialect: + - * / % ** (right associative, tighter than a sign), brackets, decimal numbers, variables, pi and e, and
 * log(x[, base]) log10 log2 sqrt min max abs ceil floor exp. % has the sign of the divisor; min and max take two or more.
 *
 * @throws ExpressionError with the place of the first fault
 */
export function compileExpression(source: string): CompiledExpression {
  const { variables, run } = compile(source, 'number');
  return Object.freeze({
    source,
    variables,
    evaluate: (given: Variables | PlainVariables): number => {
      const result = run(given);
      if (typeof result === 'number' && Number.isFinite(result)) return result;
      throw new ExpressionError('EXPRESSION_TYPE', 'The expression gives no finite number.');
    },
  });
}

/**
 * Compiles an expression that is true or false: the dialect of {@link compileExpression} with < <= > >= == != , `and`,
 * `or`, `not`, `true` and `false`. `and` and `or` evaluate their right side only when it matters.
 *
 * @throws ExpressionError with the place of the first fault
 */
export function compileCondition(source: string): CompiledCondition {
  const { variables, run } = compile(source, 'boolean');
  return Object.freeze({
    source,
    variables,
    evaluate: (given: Variables | PlainVariables): boolean => {
      const result = run(given);
      if (typeof result === 'boolean') return result;
      throw new ExpressionError('EXPRESSION_TYPE', 'The condition gives no boolean.');
    },
  });
}
