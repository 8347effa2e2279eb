import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../src/expressions/engine.js';
import { ExpressionError } from '../../src/expressions/expression-error.js';
import { translate } from '../../src/expressions/translate.js';

describe('the translation', () => {
  it('has variables under names of its own, plain numbers, and the operators of the engine', () => {
    expect(translate('E2 ** 007 + log(E2, .5E1) * random', 'number')).toEqual({
      text: 'v0 ^ 7 + log ( v0 , 5 ) * v1',
      variables: [
        { name: 'E2', slot: 'v0', type: 'number' },
        { name: 'random', slot: 'v1', type: 'number' },
      ],
      reserved: ['log'],
    });
  });

  it('knows what each variable of a condition must be', () => {
    const { text, variables } = translate('not a > 1 and (b or c == d)', 'boolean');
    expect(text).toBe('( not ( v0 > 1 ) ) and ( v1 or v2 == v3 )');
    expect(variables.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'a: number',
      'b: boolean',
      'c: any',
      'd: any',
    ]);
  });
});

describe('the engine, without the translation in front of it', () => {
  const evaluatorOf = (text: string) =>
    createEvaluator({ text, variables: [{ name: 'N', slot: 'v0', type: 'number' }], reserved: ['max'] });

  it('evaluates what it is made for', () => {
    expect(evaluatorOf('max ( v0 , 2 ) ^ 2')(Object.freeze({ v0: 3 }))).toBe(9);
  });

  it.each([
    'toString',
    'constructor',
    '__proto__',
    'v0.constructor',
    'v1 = 5',
    'v0 = 5',
    'f(n) = n',
    '[1, 2]',
    'v0[0]',
    '3!',
    'v0 ? 1 : 2',
    '"a" || "b"',
    '1 in v0',
    'random()',
    'random 5',
    'length "abc"',
    'min(1, 2)',
    'sin 1',
    'PI',
    'map(v0, 1)',
    'process',
    '('.repeat(100_000),
  ])('refuses %.40s before it evaluates anything', (text) => {
    expect(() => evaluatorOf(text)).toThrow(ExpressionError);
  });

  it('says when an expression is too deep for it', () => {
    expect(() => evaluatorOf('('.repeat(100_000))).toThrow(expect.objectContaining({ code: 'EXPRESSION_TOO_DEEP' }));
  });

  it('gives a typed error for what only evaluation shows', () => {
    const evaluate = evaluatorOf('1(2)');
    expect(() => evaluate(Object.freeze({ v0: 1 }))).toThrow(
      expect.objectContaining({ code: 'EXPRESSION_FAILED', cause: expect.any(Error) }),
    );
  });
});
