import { ExpressionError, type ExpressionErrorCode } from './expression-error.js';
import { nullTable } from './null-table.js';

type Operation = (...operands: number[]) => number;

function fault(code: ExpressionErrorCode, message: string): never {
  throw new ExpressionError(code, message);
}

function finite(value: number, what: string): number {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) fault('EXPRESSION_DOMAIN', `'${what}' has no real result for its operands.`);
  fault('EXPRESSION_OVERFLOW', `The result of '${what}' is too large.`);
}

function divide(left: number, right: number): number {
  if (right === 0) fault('EXPRESSION_DIVISION_BY_ZERO', `${left} / 0 has no result.`);
  return finite(left / right, '/');
}

/** The remainder has the divisor's sign, as in mathematics: -7 % 3 is 2. */
function remainder(left: number, right: number): number {
  if (right === 0) fault('EXPRESSION_DIVISION_BY_ZERO', `${left} % 0 has no result.`);
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

function power(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) {
    fault('EXPRESSION_DIVISION_BY_ZERO', `0 ** ${exponent} divides by zero.`);
  }
  return finite(base ** exponent, '**');
}

function logarithm(name: string, operation: (value: number) => number): (value: number) => number {
  return (value) => {
    if (!(value > 0)) fault('EXPRESSION_DOMAIN', `${name}(${value}): a logarithm needs a number above 0.`);
    return operation(value);
  };
}

const naturalLog = logarithm('log', Math.log);

function log(value: number, base?: number): number {
  if (base === undefined) return naturalLog(value);
  if (!(base > 0) || base === 1) {
    fault('EXPRESSION_DOMAIN', `log(${value}, ${base}): the base must be above 0 and not 1.`);
  }
  return finite(naturalLog(value) / Math.log(base), 'log');
}

function sqrt(value: number): number {
  if (value < 0) fault('EXPRESSION_DOMAIN', `sqrt(${value}): a square root needs a number of 0 or more.`);
  return Math.sqrt(value);
}

/** What the engine calls for the operators between two numbers; the engine writes a power as ^. */
export const BINARY_ARITHMETIC = nullTable({
  '+': (left: number, right: number) => finite(left + right, '+'),
  '-': (left: number, right: number) => finite(left - right, '-'),
  '*': (left: number, right: number) => finite(left * right, '*'),
  '/': divide,
  '%': remainder,
  '^': power,
} satisfies Record<string, (left: number, right: number) => number>);

/** The functions of the dialect. The number of arguments was checked when the expression was compiled. */
export const FUNCTIONS = nullTable({
  log,
  log10: logarithm('log10', Math.log10),
  log2: logarithm('log2', Math.log2),
  sqrt,
  min: (...values: number[]) => Math.min(...values),
  max: (...values: number[]) => Math.max(...values),
  abs: (value: number) => Math.abs(value),
  ceil: (value: number) => Math.ceil(value),
  floor: (value: number) => Math.floor(value),
  exp: (value: number) => finite(Math.exp(value), 'exp'),
} satisfies Record<string, Operation>);
