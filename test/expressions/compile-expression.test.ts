import { describe, expect, it } from 'vitest';
import { compileCondition, compileExpression } from '../../src/expressions/compile-expression.js';
import { EXPRESSION_ERROR_CODES, ExpressionError } from '../../src/expressions/expression-error.js';
import type { Variables } from '../../src/expressions/read-variables.js';
import { CatalogError } from '../../src/kernel/errors.js';

function errorOf(run: () => unknown): ExpressionError {
  try {
    run();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const value = (source: string, variables: Variables = {}) => compileExpression(source).evaluate(variables);
const holds = (source: string, variables: Variables = {}) => compileCondition(source).evaluate(variables);

describe('an expression', () => {
  it.each([
    ['2 ** 3 ** 2', 512],
    ['-2 ** 2', -4],
    ['2 ** -1', 0.5],
    ['(-2) ** 2', 4],
    ['2 * 3 ** 2', 18],
    ['10 - 4 - 3', 3],
    ['100 / 10 / 5', 2],
    ['7 % 4 * 2', 6],
    ['-7 % 3', 2],
    ['7 % -3', -2],
    ['-7.5 % 2', 0.5],
    ['6 % -3', 0],
    ['- + - 5', 5],
    ['2 - -3', 5],
    ['log(8, 2)', 3],
    ['log2(8) + log10(100)', 5],
    ['max(1, 2, min(9, 4))', 4],
    ['5.', 5],
    ['.5e1', 5],
    ['floor(7 / 2)', 3],
    ['\t1\r\n+ 1 ', 2],
  ])('%s is %d', (source, expected) => {
    expect(value(source)).toBeCloseTo(expected, 12);
  });

  it('never gives -0', () => {
    expect(value('0 * -1')).toBe(0);
    expect(value('ceil(-0.5)')).toBe(0);
  });

  it('lists its variables in the order of first mention, and keeps its source', () => {
    const compiled = compileExpression('b + a * max(b, c) + pi');
    expect(compiled.variables).toEqual(['b', 'a', 'c']);
    expect(compiled.source).toBe('b + a * max(b, c) + pi');
  });

  it('takes any plain identifier as a variable, also those that the engine would trip over', () => {
    const names = [
      'prototype_count',
      'my_constructor',
      'if',
      'random',
      'length',
      'fac',
      'E',
      'PI',
      'v0',
      '_',
      '_1',
      'sin',
    ];
    for (const name of names) expect(value(`${name} * 2`, { [name]: 21 })).toBe(42);
    expect(value(names.join(' + '), Object.fromEntries(names.map((name, i) => [name, 2 ** i])))).toBe(4095);
  });
});

describe('what is refused says why, where and what to write', () => {
  it.each([
    ['', 'EXPRESSION_EMPTY', undefined, 'such as 100'],
    ['1 ^ 2', 'EXPRESSION_FORBIDDEN', 3, '**'],
    ['7 // 2', 'EXPRESSION_FORBIDDEN', 3, 'floor(a / b)'],
    ['N = 5', 'EXPRESSION_FORBIDDEN', 3, '=='],
    ['a && b', 'EXPRESSION_FORBIDDEN', 3, 'and'],
    ['N > 1 ? 2 : 3', 'EXPRESSION_FORBIDDEN', 7, 'min and max'],
    ['N.real', 'EXPRESSION_FORBIDDEN', 2, 'variable of its own'],
    ['3!', 'EXPRESSION_FORBIDDEN', 2, 'not'],
    ['[1]', 'EXPRESSION_FORBIDDEN', 1, 'Use numbers'],
    ['1 + \u0000', 'EXPRESSION_FORBIDDEN', 5, 'Use numbers'],
    ['2N', 'EXPRESSION_SYNTAX', 1, '2 * N'],
    ['0x1F', 'EXPRESSION_SYNTAX', 1, 'decimal'],
    ['1_000', 'EXPRESSION_SYNTAX', 1, 'decimal'],
    ['1 +', 'EXPRESSION_SYNTAX', 4, undefined],
    ['(1', 'EXPRESSION_SYNTAX', 3, undefined],
    ['1)', 'EXPRESSION_SYNTAX', 2, undefined],
    ['max(1 2)', 'EXPRESSION_SYNTAX', 7, undefined],
    ['max(1, )', 'EXPRESSION_SYNTAX', 8, undefined],
    ['2 (3)', 'EXPRESSION_SYNTAX', 3, undefined],
    ['1 * * 2', 'EXPRESSION_SYNTAX', 5, undefined],
    ['1 + 1e309', 'EXPRESSION_OVERFLOW', 5, undefined],
    ['pow(2, 3)', 'EXPRESSION_UNKNOWN_FUNCTION', 1, 'a ** b'],
    ['1 + Ceil(2)', 'EXPRESSION_UNKNOWN_FUNCTION', 5, 'ceil'],
    ['pi(2)', 'EXPRESSION_UNKNOWN_FUNCTION', 1, undefined],
    ['min(5)', 'EXPRESSION_ARGUMENT_COUNT', 1, undefined],
    ['log(1, 2, 3)', 'EXPRESSION_ARGUMENT_COUNT', 1, undefined],
    ['exp()', 'EXPRESSION_ARGUMENT_COUNT', 1, undefined],
    ['1 + log', 'EXPRESSION_RESERVED_NAME', 5, 'log(x)'],
    ['1 + __proto__', 'EXPRESSION_RESERVED_NAME', 5, 'plain name'],
    ['toString', 'EXPRESSION_RESERVED_NAME', 1, 'plain name'],
    ['1 + (N > 2)', 'EXPRESSION_TYPE', 5, 'belong in conditions'],
    ['N > 2', 'EXPRESSION_TYPE', 1, 'belong in conditions'],
    ['true', 'EXPRESSION_TYPE', 1, 'belong in conditions'],
    ['max(true, 1)', 'EXPRESSION_TYPE', 5, 'belong in conditions'],
    [`${'('.repeat(33)}1${')'.repeat(33)}`, 'EXPRESSION_TOO_DEEP', 34, undefined],
    [`1${' '.repeat(1000)}`, 'EXPRESSION_TOO_LONG', 1001, undefined],
  ])('%j', (source, code, position, hint) => {
    const error = errorOf(() => compileExpression(source));
    expect(error).toBeInstanceOf(CatalogError);
    expect([error.code, error.position]).toEqual([code, position]);
    if (hint !== undefined) expect(error.hint).toContain(hint);
    expect(Object.keys(EXPRESSION_ERROR_CODES)).toContain(error.code);
  });

  it('just below each limit all is well', () => {
    expect(value(`${'('.repeat(32)}1${')'.repeat(32)}`)).toBe(1);
    expect(value(`1${' '.repeat(999)}`)).toBe(1);
    expect(value('-'.repeat(998).concat('10'))).toBe(10);
    expect(value(`1${'+1'.repeat(499)}`)).toBe(500);
  });

  it.each([
    ['1 / 0', 'EXPRESSION_DIVISION_BY_ZERO'],
    ['1 / -(0 * 1)', 'EXPRESSION_DIVISION_BY_ZERO'],
    ['1 % 0', 'EXPRESSION_DIVISION_BY_ZERO'],
    ['0 ** -1', 'EXPRESSION_DIVISION_BY_ZERO'],
    ['log(0)', 'EXPRESSION_DOMAIN'],
    ['log2(-1)', 'EXPRESSION_DOMAIN'],
    ['log10(0)', 'EXPRESSION_DOMAIN'],
    ['log(2, 1)', 'EXPRESSION_DOMAIN'],
    ['log(2, -1)', 'EXPRESSION_DOMAIN'],
    ['sqrt(-1)', 'EXPRESSION_DOMAIN'],
    ['(-8) ** (1 / 3)', 'EXPRESSION_DOMAIN'],
    ['exp(1000)', 'EXPRESSION_OVERFLOW'],
    ['1 / exp(1000)', 'EXPRESSION_OVERFLOW'],
    ['1e308 * 10', 'EXPRESSION_OVERFLOW'],
    ['1e308 + 1e308', 'EXPRESSION_OVERFLOW'],
    ['-1e308 - 1e308', 'EXPRESSION_OVERFLOW'],
    ['1 / 1e-320', 'EXPRESSION_OVERFLOW'],
    ['9 ** 9 ** 9', 'EXPRESSION_OVERFLOW'],
  ])('%s is an error at evaluation', (source, code) => {
    const compiled = compileExpression(source);
    expect(errorOf(() => compiled.evaluate({})).code).toBe(code);
  });
});

describe('a condition', () => {
  it.each([
    ['N > 50', false],
    ['N >= 50 and N <= 50', true],
    ['N == 50 or 1 / 0 > 1', true],
    ['N != 50 and 1 / 0 > 1', false],
    ['not N > 50', true],
    ['not N > 50 and N > 1', true],
    ['not (N > 1 or N > 2)', false],
    ['not not (N > 1)', true],
    ['true or false and false', true],
    ['(true or false) and false', false],
    ['N + 1 < 2 * N', true],
    ['(N > 1) == true', true],
    ['flag', true],
    ['flag and N > 1', true],
    ['not flag == false', true],
    ['flag != off', true],
    ['N == flag_or_n', true],
  ])('%s: %s', (source, expected) => {
    expect(holds(source, { N: 50, flag: true, off: false, flag_or_n: 50 })).toBe(expected);
  });

  it.each([
    ['N', { N: 5 }, 'EXPRESSION_VARIABLE_TYPE'],
    ['flag > 1', { flag: true }, 'EXPRESSION_VARIABLE_TYPE'],
    ['flag == 1', { flag: true }, 'EXPRESSION_VARIABLE_TYPE'],
    ['a == b', { a: 1, b: 'x' }, 'EXPRESSION_VARIABLE_TYPE'],
    ['5', {}, 'EXPRESSION_TYPE'],
    ['N + 1', { N: 1 }, 'EXPRESSION_TYPE'],
    ['1 and true', {}, 'EXPRESSION_TYPE'],
    ['true and 1', {}, 'EXPRESSION_TYPE'],
    ['not 1', {}, 'EXPRESSION_TYPE'],
    ['1 == true', {}, 'EXPRESSION_TYPE'],
    ['true < false', {}, 'EXPRESSION_TYPE'],
    ['N and N > 1', { N: 1 }, 'EXPRESSION_TYPE'],
    ['1 < N < 10', { N: 1 }, 'EXPRESSION_SYNTAX'],
    ['1 == not true', {}, 'EXPRESSION_SYNTAX'],
    ['N > 1 and', { N: 1 }, 'EXPRESSION_SYNTAX'],
  ])('%s is refused', (source, variables, code) => {
    expect(errorOf(() => holds(source, variables)).code).toBe(code);
  });
});

describe('variables', () => {
  it('are named when missing, all of them', () => {
    const error = errorOf(() => value('a + N * b + a', { N: 1 }));
    expect(error.code).toBe('EXPRESSION_MISSING_VARIABLE');
    expect(error.missingVariables).toEqual(['a', 'b']);
    expect(error.message).toBe("The variables 'a', 'b' are missing.");
  });

  it.each([['text'], [null], [[1]], [{}], [undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [10n], [true]])(
    'of the wrong kind are named: %s',
    (wrong) => {
      const error = errorOf(() => value('N + pages', { N: 1, pages: wrong }));
      expect(error.code).toBe('EXPRESSION_VARIABLE_TYPE');
      expect(error.message).toContain("'pages'");
    },
  );

  it('that the expression does not refer to may be anything', () => {
    const others = { text: 'x', list: [1], none: null, nested: { a: 1 }, max: 7, __proto__: { N: 9 } };
    expect(value('N + 1', { ...others, N: 1 })).toBe(2);
  });

  it('count only when they are own properties that hold a value', () => {
    let reads = 0;
    const getter = {
      get N() {
        reads += 1;
        return 1;
      },
    };
    expect(errorOf(() => value('N', getter)).code).toBe('EXPRESSION_VARIABLE_TYPE');
    expect(reads).toBe(0);
    expect(errorOf(() => value('N', Object.create({ N: 1 }) as Variables)).code).toBe('EXPRESSION_MISSING_VARIABLE');
    expect(value('N', Object.assign(Object.create(null) as object, { N: 3 }) as Variables)).toBe(3);
  });

  it('named like a function or constant in use are refused', () => {
    expect(errorOf(() => value('max(N, 1)', { N: 1, max: 2 })).code).toBe('EXPRESSION_RESERVED_NAME');
    expect(errorOf(() => value('2 * pi', { pi: 3 })).code).toBe('EXPRESSION_RESERVED_NAME');
    expect(errorOf(() => holds('true', { true: false })).code).toBe('EXPRESSION_RESERVED_NAME');
  });

  it.each([[null], [undefined], [5], ['N'], [[1]]])('that are no object are refused: %s', (wrong) => {
    expect(errorOf(() => compileExpression('1').evaluate(wrong as unknown as Variables)).code).toBe(
      'EXPRESSION_VARIABLES_UNREADABLE',
    );
  });
});
