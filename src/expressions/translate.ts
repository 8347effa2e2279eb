import { CONSTANTS, FUNCTION_ARITY, functionHint, isInternalName, MAX_DEPTH } from './dialect.js';
import { ExpressionError } from './expression-error.js';
import { type OpenSlot, type Operand, requireType, typeOf, type ValueType, type VariableSlot } from './operand.js';
import { type Token, tokenize } from './tokenize.js';

export interface Translation {
  /** The same expression in the engine's dialect. */
  readonly text: string;
  readonly variables: readonly VariableSlot[];
  /** Functions and constants in use: no variable may have one of these names. */
  readonly reserved: readonly string[];
}

const SUMS: ReadonlySet<string> = new Set(['+', '-']);
const PRODUCTS: ReadonlySet<string> = new Set(['*', '/', '%']);
const ORDERINGS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);
const EQUALITIES: ReadonlySet<string> = new Set(['==', '!=']);

/**
 * Reads the tokens by the grammar of the dialect and writes each in the engine's dialect, in the same order:
 *
 *     or         = and ("or" and)*                          unary = ("+" | "-")* power
 *     and        = not ("and" not)*                         power = atom ["**" unary]
 *     not        = "not" not | comparison                   atom  = number | name | name "(" or ("," or)* ")"
 *     comparison = sum [("<" | "==" | ...) sum]                   | "(" or ")"
 *     sum        = product (("+" | "-") product)*
 *     product    = unary (("*" | "/" | "%") unary)*
 *
 * The engine's own grammar is laxer (`max(1 2)`, `2(3)`, `1 < 2 < 3`) and binds `not` tighter than comparisons.
 */
class Translator {
  readonly #tokens: readonly Token[];
  readonly #output: string[] = [];
  readonly #slots = new Map<string, OpenSlot>();
  readonly #reserved = new Set<string>();
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  translate(type: ValueType): Translation {
    const result = this.#or();
    if (this.#token().kind !== 'end') throw this.#unexpected('an operator');
    requireType(result, type, type === 'boolean' ? 'A condition' : 'An expression');
    return {
      text: this.#output.join(' '),
      variables: [...this.#slots.values()],
      reserved: [...this.#reserved],
    };
  }

  #token(): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#unexpected('an operand');
    return token;
  }

  #is(operator: string): boolean {
    const token = this.#token();
    return token.kind === 'operator' && token.text === operator;
  }

  #isIn(operators: ReadonlySet<string>): boolean {
    const token = this.#token();
    return token.kind === 'operator' && operators.has(token.text);
  }

  #take(written?: string): Token {
    const token = this.#token();
    this.#next += 1;
    this.#output.push(written ?? token.text);
    return token;
  }

  #unexpected(expected: string, hint?: string): ExpressionError {
    const last = this.#tokens[this.#tokens.length - 1];
    const token = this.#tokens[this.#next] ?? last;
    const position = token?.position ?? 1;
    const found = token === undefined || token.kind === 'end' ? 'the end' : `'${token.text}'`;
    return new ExpressionError('EXPRESSION_SYNTAX', `Expected ${expected} at position ${position}, found ${found}.`, {
      position,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  #nested<T>(read: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      throw new ExpressionError('EXPRESSION_TOO_DEEP', `The expression nests deeper than ${MAX_DEPTH} levels.`, {
        position: this.#token().position,
      });
    }
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #or(): Operand {
    return this.#logical('or', () => this.#logical('and', () => this.#not()));
  }

  #logical(operator: string, read: () => Operand): Operand {
    let left = read();
    while (this.#is(operator)) {
      requireType(left, 'boolean', `'${operator}'`);
      this.#take();
      requireType(read(), 'boolean', `'${operator}'`);
      left = { position: left.position, type: 'boolean' };
    }
    return left;
  }

  #not(): Operand {
    if (!this.#is('not')) return this.#comparison();
    const { position } = this.#take('( not (');
    requireType(
      this.#nested(() => this.#not()),
      'boolean',
      "'not'",
    );
    this.#output.push(') )');
    return { position, type: 'boolean' };
  }

  #comparison(): Operand {
    const left = this.#sum();
    const orders = this.#isIn(ORDERINGS);
    if (!orders && !this.#isIn(EQUALITIES)) return left;
    const { text } = this.#take();
    const right = this.#sum();
    const type = orders ? 'number' : this.#commonType(left, right);
    if (type !== 'any') {
      requireType(left, type, `'${text}'`);
      requireType(right, type, `'${text}'`);
    }
    if (this.#isIn(ORDERINGS) || this.#isIn(EQUALITIES)) {
      throw this.#unexpected('and, or, or the end', 'Comparisons do not chain: write 1 < N and N < 10.');
    }
    return { position: left.position, type: 'boolean' };
  }

  #commonType(left: Operand, right: Operand): ValueType | 'any' {
    const type = typeOf(left);
    return type === 'any' ? typeOf(right) : type;
  }

  #sum(): Operand {
    return this.#arithmetic(SUMS, () => this.#arithmetic(PRODUCTS, () => this.#unary()));
  }

  #arithmetic(operators: ReadonlySet<string>, read: () => Operand): Operand {
    let left = read();
    while (this.#isIn(operators)) {
      const { text } = this.#take();
      requireType(left, 'number', `'${text}'`);
      requireType(read(), 'number', `'${text}'`);
      left = { position: left.position, type: 'number' };
    }
    return left;
  }

  #unary(): Operand {
    if (!this.#isIn(SUMS)) return this.#power();
    const { position, text } = this.#take();
    while (this.#isIn(SUMS)) this.#take();
    requireType(this.#power(), 'number', `'${text}'`);
    return { position, type: 'number' };
  }

  #power(): Operand {
    const base = this.#atom();
    if (!this.#is('**')) return base;
    requireType(base, 'number', "'**'");
    this.#take('^');
    requireType(
      this.#nested(() => this.#unary()),
      'number',
      "'**'",
    );
    return { position: base.position, type: 'number' };
  }

  #atom(): Operand {
    const { kind, text, position } = this.#token();
    if (kind === 'number') {
      // The engine also knows 0x1F and the like: it gets the value as ECMAScript prints it, never the author's text.
      this.#take(String(Number(text)));
      return { position, type: 'number' };
    }
    if (kind === 'name') return this.#named();
    if (!this.#is('(')) throw this.#unexpected('a number, a variable, a function or (');
    this.#take();
    const inner = this.#nested(() => this.#or());
    if (!this.#is(')')) throw this.#unexpected(')');
    this.#take();
    return { position, type: inner.type };
  }

  #named(): Operand {
    const { text: name, position } = this.#token();
    if (isInternalName(name)) throw reservedName(name, position);
    const called = this.#tokens[this.#next + 1]?.text === '(';
    const constant = CONSTANTS[name];
    if (name in FUNCTION_ARITY || constant !== undefined) this.#reserved.add(name);
    if (called) return this.#call();
    if (name in FUNCTION_ARITY) {
      throw new ExpressionError('EXPRESSION_RESERVED_NAME', `'${name}' at position ${position} is a function.`, {
        position,
        hint: `Call it, as in ${name}(${name === 'min' || name === 'max' ? 'a, b' : 'x'}); a variable needs another name.`,
      });
    }
    if (constant !== undefined) {
      this.#take();
      return { position, type: typeof constant === 'number' ? 'number' : 'boolean' };
    }
    const known = this.#slots.get(name);
    const slot = known ?? { name, slot: `v${this.#slots.size}`, type: 'any' as const };
    if (known === undefined) this.#slots.set(name, slot);
    this.#take(slot.slot);
    return { position, type: slot };
  }

  #call(): Operand {
    const { text: name, position } = this.#take();
    const arity = FUNCTION_ARITY[name];
    if (arity === undefined) {
      throw new ExpressionError(
        'EXPRESSION_UNKNOWN_FUNCTION',
        `There is no function '${name}' (position ${position}).`,
        {
          position,
          hint: functionHint(name),
        },
      );
    }
    this.#take();
    const count = this.#is(')') ? 0 : this.#nested(() => this.#arguments(name));
    if (!this.#is(')')) throw this.#unexpected(', or )');
    this.#take();
    const [least, most] = arity;
    if (count < least || count > most) {
      const needed = most === Number.POSITIVE_INFINITY ? `${least} or more` : [...new Set(arity)].join(' or ');
      throw new ExpressionError(
        'EXPRESSION_ARGUMENT_COUNT',
        `${name} at position ${position} takes ${needed} argument${needed === '1' ? '' : 's'}, not ${count}.`,
        { position },
      );
    }
    return { position, type: 'number' };
  }

  #arguments(name: string): number {
    let count = 0;
    do {
      if (count > 0) this.#take();
      requireType(this.#or(), 'number', `'${name}'`);
      count += 1;
    } while (this.#is(','));
    return count;
  }
}

function reservedName(name: string, position: number): ExpressionError {
  return new ExpressionError(
    'EXPRESSION_RESERVED_NAME',
    `'${name.slice(0, 40)}' at position ${position} cannot be the name of a variable.`,
    { position, hint: 'Use a plain name, such as num_files.' },
  );
}

/**
 * Checks a source against the dialect and writes it in the engine's dialect. Only tokens from the allow-list come out,
 * and variables under names of our own (`v0`, `v1`, ...), so that no name an author chose reaches the engine.
 *
 * @throws ExpressionError with the place of the first fault.
 */
export function translate(source: string, type: ValueType): Translation {
  return new Translator(tokenize(source)).translate(type);
}
