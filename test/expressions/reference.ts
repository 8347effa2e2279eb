import fc from 'fast-check';

/** An expression as a tree: generated, printed for the engine under test, and evaluated here without it. */
export type Tree =
  | { readonly kind: 'leaf'; readonly text: string; readonly value: number | boolean }
  | { readonly kind: 'group'; readonly inner: Tree }
  | { readonly kind: 'sign' | 'not'; readonly text: string; readonly inner: Tree }
  | { readonly kind: 'binary'; readonly text: string; readonly left: Tree; readonly right: Tree }
  | { readonly kind: 'call'; readonly text: string; readonly inputs: readonly Tree[] };

export const REFERENCE_VARIABLES = { N: 10, pages: 3, p95_latency: 0.25, _x1: -7.5, e2: 0, flag: true, off: false };

const BINDING: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  not: 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '==': 4,
  '!=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  sign: 7,
  '**': 8,
};
const ATOM = 9;

function binding(tree: Tree): number {
  if (tree.kind === 'binary') return BINDING[tree.text] ?? ATOM;
  return BINDING[tree.kind] ?? ATOM;
}

function within(tree: Tree, least: number): string[] {
  return binding(tree) < least ? ['(', ...print(tree), ')'] : print(tree);
}

/** The tokens of a tree, with only the brackets that precedence calls for and those that were generated. */
export function print(tree: Tree): string[] {
  switch (tree.kind) {
    case 'leaf':
      return [tree.text];
    case 'group':
      return ['(', ...print(tree.inner), ')'];
    case 'sign':
    case 'not':
      return [tree.text, ...within(tree.inner, binding(tree))];
    case 'call':
      return [
        tree.text,
        '(',
        ...tree.inputs.flatMap((input, i) => (i === 0 ? print(input) : [',', ...print(input)])),
        ')',
      ];
    default: {
      const own = binding(tree);
      if (tree.text === '**') return [...within(tree.left, ATOM), '**', ...within(tree.right, 7)];
      return [...within(tree.left, own === 4 ? 5 : own), tree.text, ...within(tree.right, own + 1)];
    }
  }
}

class NoResult extends Error {}

function real(value: number): number {
  if (!Number.isFinite(value)) throw new NoResult();
  return value;
}

function floorRemainder(left: number, right: number): number {
  const rest = real(left % right);
  const wrongSide = (rest > 0 && right < 0) || (rest < 0 && right > 0);
  return wrongSide ? rest + right : rest;
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': floorRemainder,
  '**': (a, b) => a ** b,
};

function evaluateBinary(tree: Tree & { kind: 'binary' }): number | boolean {
  const left = evaluate(tree.left);
  if (tree.text === 'and') return left === true && evaluate(tree.right) === true;
  if (tree.text === 'or') return left === true || evaluate(tree.right) === true;
  const right = evaluate(tree.right);
  if (tree.text === '==') return left === right;
  if (tree.text === '!=') return left !== right;
  const [a, b] = [Number(left), Number(right)];
  if (tree.text === '<') return a < b;
  if (tree.text === '<=') return a <= b;
  if (tree.text === '>') return a > b;
  if (tree.text === '>=') return a >= b;
  return real(ARITHMETIC[tree.text]?.(a, b) ?? Number.NaN);
}

const CALLS: Readonly<Record<string, (...inputs: number[]) => number>> = {
  log: (x = 0, base = Math.E) => (base === Math.E ? Math.log(x) : Math.log(x) / real(Math.log(base))),
  log10: (x = 0) => Math.log10(x),
  log2: (x = 0) => Math.log2(x),
  sqrt: (x = 0) => Math.sqrt(x),
  abs: (x = 0) => (x < 0 ? -x : x),
  ceil: (x = 0) => -Math.floor(-x),
  floor: (x = 0) => Math.floor(x),
  exp: (x = 0) => Math.exp(x),
  min: (...inputs) => inputs.toSorted((a, b) => a - b)[0] ?? Number.NaN,
  max: (...inputs) => inputs.toSorted((a, b) => b - a)[0] ?? Number.NaN,
};

function evaluate(tree: Tree): number | boolean {
  switch (tree.kind) {
    case 'leaf':
      return tree.value;
    case 'group':
      return evaluate(tree.inner);
    case 'sign':
      return tree.text === '-' ? -Number(evaluate(tree.inner)) : evaluate(tree.inner);
    case 'not':
      return evaluate(tree.inner) !== true;
    case 'call':
      return real(CALLS[tree.text]?.(...tree.inputs.map((input) => Number(evaluate(input)))) ?? Number.NaN);
    default:
      return evaluateBinary(tree);
  }
}

/** What a tree gives; undefined where some step has no finite result. */
export function referenceValue(tree: Tree): number | boolean | undefined {
  try {
    return evaluate(tree);
  } catch (error) {
    if (error instanceof NoResult) return undefined;
    throw error;
  }
}

const numberLeaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.nat(1000).map((value): Tree => ({ kind: 'leaf', text: String(value), value })),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value): Tree => {
    return { kind: 'leaf', text: String(Math.abs(value)), value: Math.abs(value) };
  }),
  fc
    .constantFrom<[string, number]>(['N', 10], ['pages', 3], ['p95_latency', 0.25], ['_x1', -7.5], ['e2', 0])
    .map(([text, value]): Tree => ({ kind: 'leaf', text, value })),
  fc.constantFrom<Tree>(
    { kind: 'leaf', text: 'pi', value: Math.PI },
    { kind: 'leaf', text: 'e', value: Math.E },
    { kind: 'leaf', text: '.5', value: 0.5 },
    { kind: 'leaf', text: '1E3', value: 1000 },
  ),
);

const booleanLeaf = fc.constantFrom<Tree>(
  { kind: 'leaf', text: 'true', value: true },
  { kind: 'leaf', text: 'false', value: false },
  { kind: 'leaf', text: 'flag', value: true },
  { kind: 'leaf', text: 'off', value: false },
);

function binary(operators: readonly string[], operand: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc
    .tuple(fc.constantFrom(...operators), operand, operand)
    .map(([text, left, right]): Tree => ({ kind: 'binary', text, left, right }));
}

function call(names: readonly string[], operand: fc.Arbitrary<Tree>, least: number, most: number): fc.Arbitrary<Tree> {
  return fc
    .tuple(fc.constantFrom(...names), fc.array(operand, { minLength: least, maxLength: most }))
    .map(([text, inputs]): Tree => ({ kind: 'call', text, inputs }));
}

const { numeric, logical } = fc.letrec<{ numeric: Tree; logical: Tree }>((tie) => {
  const number = tie('numeric');
  const boolean = tie('logical');
  return {
    numeric: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      numberLeaf,
      binary(['+', '-', '*', '/', '%', '**'], number),
      number.map((inner): Tree => ({ kind: 'group', inner })),
      fc.tuple(fc.constantFrom('-', '+'), number).map(([text, inner]): Tree => ({ kind: 'sign', text, inner })),
      call(['log', 'log10', 'log2', 'sqrt', 'abs', 'ceil', 'floor', 'exp'], number, 1, 1),
      call(['log'], number, 2, 2),
      call(['min', 'max'], number, 2, 4),
    ),
    logical: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      booleanLeaf,
      binary(['<', '<=', '>', '>=', '==', '!='], number),
      binary(['==', '!='], boolean),
      binary(['and', 'or'], boolean),
      boolean.map((inner): Tree => ({ kind: 'not', text: 'not', inner })),
      boolean.map((inner): Tree => ({ kind: 'group', inner })),
    ),
  };
});

export const numericTree: fc.Arbitrary<Tree> = numeric;
export const logicalTree: fc.Arbitrary<Tree> = logical;
