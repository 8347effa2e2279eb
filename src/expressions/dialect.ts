import { nullTable } from './null-table.js';

export const MAX_SOURCE_LENGTH = 1_000;
/** Levels of brackets, `not` and right sides of `**`, each inside the other. */
export const MAX_DEPTH = 32;

/** What can be called, and with how many arguments. */
export const FUNCTION_ARITY: Readonly<Record<string, readonly [least: number, most: number]>> = nullTable({
  log: [1, 2],
  log10: [1, 1],
  log2: [1, 1],
  sqrt: [1, 1],
  min: [2, Number.POSITIVE_INFINITY],
  max: [2, Number.POSITIVE_INFINITY],
  abs: [1, 1],
  ceil: [1, 1],
  floor: [1, 1],
  exp: [1, 1],
});

export const CONSTANTS: Readonly<Record<string, number | boolean>> = nullTable({
  pi: Math.PI,
  e: Math.E,
  true: true,
  false: false,
});

const WORD_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

// A variable with such a name is legal JSON, but only an attack or a mistake has one.
const INTERNAL_NAMES: ReadonlySet<string> = new Set([
  'in',
  'prototype',
  'toJSON',
  ...Object.getOwnPropertyNames(Object.prototype),
]);

export function isWordOperator(name: string): boolean {
  return WORD_OPERATORS.has(name);
}

/** True for names that no variable can have, whatever the expression. */
export function isInternalName(name: string): boolean {
  return name.startsWith('__') || INTERNAL_NAMES.has(name);
}

const REPLACEMENTS: Readonly<Record<string, string>> = nullTable({
  pow: 'Write a ** b.',
  ln: 'Write log(x).',
  lg: 'Write log10(x).',
  round: 'Write floor(x + 0.5).',
  trunc: 'Write floor(x).',
  int: 'Write floor(x).',
  ceiling: 'Write ceil(x).',
});

/** What to write instead of a function that the dialect does not have. */
export function functionHint(name: string): string {
  const lower = name.toLowerCase();
  if (lower in FUNCTION_ARITY) return `Write ${lower}, in lower case.`;
  return REPLACEMENTS[lower] ?? `Functions: ${Object.keys(FUNCTION_ARITY).join(', ')}.`;
}
