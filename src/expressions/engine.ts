import { Parser, type Values } from 'expr-eval';
import { BINARY_ARITHMETIC, FUNCTIONS } from './arithmetic.js';
import { CONSTANTS } from './dialect.js';
import { ExpressionError } from './expression-error.js';
import { nullTable } from './null-table.js';
import type { Translation } from './translate.js';

/** Values by slot, without a prototype and frozen. */
export type SlotValues = Readonly<Record<string, number | boolean>>;

type Comparable = number | boolean;

const OPERATORS = nullTable({
  add: true,
  subtract: true,
  multiply: true,
  divide: true,
  remainder: true,
  power: true,
  comparison: true,
  logical: true,
  factorial: false,
  concatenate: false,
  conditional: false,
  assignment: false,
  array: false,
  fndef: false,
  in: false,
  length: false,
  random: false,
});

const UNARY_OPERATIONS = nullTable({
  '-': (value: number) => -value,
  '+': (value: number) => value,
  not: (value: boolean) => !value,
});

const BINARY_OPERATIONS = nullTable({
  ...BINARY_ARITHMETIC,
  '==': (left: Comparable, right: Comparable) => left === right,
  '!=': (left: Comparable, right: Comparable) => left !== right,
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
  and: (left: boolean, right: boolean) => left && right,
  or: (left: boolean, right: boolean) => left || right,
});

const NO_OPERATIONS = nullTable({});

/**
 * The engine keeps state in its parser, so every expression gets one of its own, with nothing in it but the allow-list.
 * Of the functions it knows only those in use: the engine goes through all of them at every call.
 */
function createParser(functionNames: readonly string[]): Parser {
  const functions = Object.entries(FUNCTIONS).filter(([name]) => functionNames.includes(name));
  const parser = new Parser({ allowMemberAccess: false, operators: OPERATORS });
  return Object.assign(parser, {
    unaryOps: UNARY_OPERATIONS,
    binaryOps: BINARY_OPERATIONS,
    ternaryOps: NO_OPERATIONS,
    functions: nullTable(Object.fromEntries(functions)),
    consts: CONSTANTS,
  });
}

function asExpressionError(error: unknown): ExpressionError {
  if (error instanceof ExpressionError) return error;
  if (error instanceof RangeError) {
    return new ExpressionError('EXPRESSION_TOO_DEEP', 'The expression nests too deep to be evaluated here.');
  }
  const failure = new ExpressionError('EXPRESSION_FAILED', 'The expression engine could not work with the expression.');
  failure.cause = error;
  return failure;
}

/**
 * Hands a translated expression to expr-eval, the only place that knows it.
 *
 * @returns a function that evaluates it, and throws nothing but ExpressionError
 */
export function createEvaluator(translation: Translation): (values: SlotValues) => unknown {
  const allowed = new Set([...translation.reserved, ...translation.variables.map((variable) => variable.slot)]);
  try {
    const expression = createParser(translation.reserved).parse(translation.text);
    if (!expression.symbols().every((symbol) => allowed.has(symbol))) {
      throw new ExpressionError('EXPRESSION_FORBIDDEN', 'The expression refers to a name outside the dialect.');
    }
    return (values) => {
      try {
        // Booleans are values to the engine, though its types leave them out.
        return expression.evaluate(values as Values) as unknown;
      } catch (error) {
        throw asExpressionError(error);
      }
    };
  } catch (error) {
    throw asExpressionError(error);
  }
}
