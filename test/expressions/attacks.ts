/** What an attack gives an engine. */
export interface AttackInput {
  readonly variables: unknown;
  /** What must be as it was afterwards; the variables themselves unless they are a proxy. */
  readonly watched?: object;
  /** What else went wrong, asked afterwards. */
  readonly fault?: () => string | undefined;
}

export interface Attack {
  readonly name: string;
  /** Given to the engine one after the other. */
  readonly sources: readonly string[];
  readonly input: () => AttackInput;
  /** Too slow or too large for an engine without limits. */
  readonly costly?: boolean;
}

interface AttackOptions {
  readonly name?: string;
  readonly sources?: readonly string[];
  readonly variables?: () => unknown;
  readonly input?: () => AttackInput;
  readonly costly?: boolean;
}

function attack(source: string, options: AttackOptions = {}): Attack {
  const { variables = () => ({ N: 5 }) } = options;
  return {
    name: options.name ?? source,
    sources: options.sources ?? [source],
    input: options.input ?? (() => ({ variables: variables() })),
    costly: options.costly ?? false,
  };
}

const withObject = () => ({ o: { secret: 42, nested: { value: 1 } }, N: 5 });

function countingGetter(): AttackInput {
  let reads = 0;
  const variables = {
    get N() {
      reads += 1;
      return 5;
    },
  };
  return { variables, fault: () => (reads > 1 ? `the getter ran ${reads} times` : undefined) };
}

function changingProxy(): AttackInput {
  const target = { N: 5 };
  let reads = 0;
  const variables = new Proxy(target, {
    get: () => {
      reads += 1;
      return reads === 1 ? 5 : () => 'not a number';
    },
  });
  return { variables, watched: target, fault: () => (reads > 1 ? `N was read ${reads} times` : undefined) };
}

function throwingProxy(): AttackInput {
  const target = { N: 5 };
  const refuse = (): never => {
    throw { toString: refuse };
  };
  return {
    variables: new Proxy(target, { get: refuse, has: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse }),
    watched: target,
  };
}

function revokedProxy(): AttackInput {
  const { proxy, revoke } = Proxy.revocable({ N: 5 }, {});
  revoke();
  return { variables: proxy, watched: {} };
}

const arrayDoubling = `a = [1]; ${'a = a || a; '.repeat(24)} length a`;

export const ATTACKS: readonly Attack[] = [
  ...['toString', 'hasOwnProperty', '__defineGetter__', 'isPrototypeOf', 'constructor', '__proto__'].map((source) =>
    attack(source),
  ),
  attack('constructor.constructor("return process")()'),
  attack('o.__proto__.x = 1', { variables: withObject }),
  attack('o["__proto__"]', { variables: withObject }),
  attack('__proto__ = o; secret', { variables: withObject }),
  attack('x = 5'),
  attack('map(toString,[1,2])'),
  attack('fold(__defineGetter__,0,[1])'),
  attack('f(1)', { name: 'a variable that holds a function', variables: () => ({ f: (n: number) => n }) }),
  attack('f', { name: 'a variable that is a function', variables: () => ({ f: Math.max }) }),
  attack('polluted', {
    name: 'a variable named __proto__ from JSON.parse',
    variables: () => JSON.parse('{"__proto__": {"polluted": 1}, "N": 1}') as unknown,
  }),
  attack('__proto__', {
    name: '__proto__ itself, from JSON.parse',
    variables: () => JSON.parse('{"__proto__": {"polluted": 1}}') as unknown,
  }),
  attack('N', { name: 'a variable of the prototype', variables: () => Object.create({ N: Number.NaN }) as unknown }),
  attack('N * N + N', { name: 'a getter with side effects', input: countingGetter }),
  attack('N * N + N', { name: 'a proxy that changes its answer', input: changingProxy }),
  attack('N + 1', { name: 'a proxy that throws', input: throwingProxy }),
  attack('N + 1', { name: 'a revoked proxy', input: revokedProxy }),
  attack('N + 1', { name: 'null as variables', input: () => ({ variables: null }) }),
  attack('length', { name: 'an array as variables', variables: () => [1, 2] }),
  attack('N * 2', { name: 'a variable that holds text', variables: () => ({ N: 'abc' }) }),
  attack('N + 1', { name: 'a variable that holds NaN', variables: () => ({ N: Number.NaN }) }),
  attack('f(n)=f(n); f(1)'),
  attack('', { name: 'a function of another caller', sources: ['f(n) = n * 2', 'f(3)'] }),
  attack('9^9^9^9'),
  attack('9**9**9**9'),
  attack('1e309'),
  attack('0/0'),
  attack('1 % 0'),
  attack('fac(1e15)'),
  attack('"a"*2'),
  attack(arrayDoubling, { name: 'array doubling', costly: true }),
  attack(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`, { name: '20,000 brackets' }),
  attack(`${'('.repeat(499)}1${')'.repeat(499)}`, { name: '499 brackets' }),
  attack(`${'-'.repeat(20_000)}1`, { name: '20,000 signs' }),
  attack(`${'-'.repeat(999)}1`, { name: '999 signs' }),
  attack(`${'not '.repeat(240)}true`, { name: '240 times not' }),
  attack(`${'2**'.repeat(330)}1`, { name: '330 powers' }),
  attack(`max(${'1,'.repeat(200_000)}1)`, { name: 'max with 200,000 arguments', costly: true }),
  attack(`max(${'1,'.repeat(490)}1)`, { name: 'max with 491 arguments' }),
  attack('9'.repeat(5_000_000), { name: 'a literal of 5 MB', costly: true }),
  attack(`1${' '.repeat(1_000_000)}`, { name: '1,000,000 blanks' }),
  attack('/*'.repeat(50_000), { name: '50,000 openings of a comment' }),
  attack('1;2;3'),
  attack('', { name: 'the empty source' }),
  attack('1 + \u0000', { name: 'NUL' }),
  attack('1 + \ud800', { name: 'an unpaired surrogate' }),
  attack('1 ＋ 1', { name: 'a full-width operator' }),
  attack('N\u202e + 1', { name: 'a bidirectional override' }),
  ...['random()', 'process', 'globalThis', 'require'].map((source) => attack(source)),
  attack('max(1, 2)', { name: 'a variable named like a function', variables: () => ({ max: 7 }) }),
  attack('pi', { name: 'a variable named like a constant', variables: () => ({ pi: 3 }) }),
];
