import { isWordOperator, MAX_SOURCE_LENGTH } from './dialect.js';
import { ExpressionError } from './expression-error.js';

export type TokenKind = 'number' | 'name' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** 1-based offset into the source. */
  readonly position: number;
}

const BLANK = /[ \t\r\n]+/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const STICKS_TO_NUMBER = /[A-Za-z0-9_.]/y;
const FORBIDDEN = /\/\/|\/\*|\|\||&&|=>|[\^=!.;:?[\]{}"'`$|&@#\\~]/y;
const OPERATOR = /\*\*|[<>=!]=|[-+*/%<>(),]/y;

const FORBIDDEN_HINTS: ReadonlyMap<string, string> = new Map([
  ['^', 'Write ** for powers.'],
  ['//', 'Write floor(a / b).'],
  ['/*', 'Comments do not belong in an expression.'],
  ['||', 'Write or.'],
  ['&&', 'Write and.'],
  ['!', 'Write not.'],
  ['=', 'Write == to compare; an expression cannot assign.'],
  ['.', 'Members cannot be reached: give the value as a variable of its own.'],
  ['?', 'Write it with min and max, or as two patterns.'],
]);

function match(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}

/** Any source character in a form that is safe to show. */
function shown(source: string, offset: number): string {
  const codePoint = source.codePointAt(offset) ?? 0;
  if (codePoint > 0x20 && codePoint < 0x7f) return `'${String.fromCodePoint(codePoint)}'`;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}

function readNumber(source: string, offset: number): string | undefined {
  const text = match(NUMBER, source, offset);
  if (text === undefined) return undefined;
  const position = offset + 1;
  if (match(STICKS_TO_NUMBER, source, offset + text.length) !== undefined) {
    throw new ExpressionError('EXPRESSION_SYNTAX', `The number at position ${position} runs into what follows it.`, {
      position,
      hint: 'Put an operator between them, as in 2 * N. Numbers are decimal, as in 1000, 0.5 or 1e3.',
    });
  }
  if (!Number.isFinite(Number(text))) {
    throw new ExpressionError('EXPRESSION_OVERFLOW', `The number at position ${position} is too large.`, { position });
  }
  return text;
}

function readOperator(source: string, offset: number): string {
  const operator = match(OPERATOR, source, offset);
  const forbidden = match(FORBIDDEN, source, offset);
  if (operator !== undefined && (forbidden === undefined || forbidden.length < operator.length)) return operator;
  const position = offset + 1;
  const hint = FORBIDDEN_HINTS.get(forbidden ?? '');
  throw new ExpressionError(
    'EXPRESSION_FORBIDDEN',
    `${forbidden === undefined ? shown(source, offset) : `'${forbidden}'`} at position ${position} is not part of an expression.`,
    { position, hint: hint ?? 'Use numbers, variables, + - * / % **, brackets and functions.' },
  );
}

function readToken(source: string, offset: number): Token {
  const position = offset + 1;
  const number = readNumber(source, offset);
  if (number !== undefined) return { kind: 'number', text: number, position };
  const name = match(NAME, source, offset);
  if (name === undefined) return { kind: 'operator', text: readOperator(source, offset), position };
  return { kind: isWordOperator(name) ? 'operator' : 'name', text: name, position };
}

/**
 * Cuts a source into tokens of the dialect; the last one has the kind `end`.
 *
 * @throws ExpressionError when it is too long, empty, or has anything that is not in the dialect.
 */
export function tokenize(source: string): readonly Token[] {
  if (typeof source !== 'string') {
    throw new ExpressionError('EXPRESSION_SYNTAX', 'An expression is text.', { hint: 'Put it in quotes.' });
  }
  if (source.length > MAX_SOURCE_LENGTH) {
    throw new ExpressionError(
      'EXPRESSION_TOO_LONG',
      `The expression has ${source.length} characters; ${MAX_SOURCE_LENGTH} are allowed.`,
      { position: MAX_SOURCE_LENGTH + 1 },
    );
  }
  const tokens: Token[] = [];
  let offset = match(BLANK, source, 0)?.length ?? 0;
  while (offset < source.length) {
    const token = readToken(source, offset);
    tokens.push(token);
    offset += token.text.length;
    offset += match(BLANK, source, offset)?.length ?? 0;
  }
  if (tokens.length === 0) {
    throw new ExpressionError('EXPRESSION_EMPTY', 'The expression is empty.', { hint: 'Write a number, such as 100.' });
  }
  tokens.push({ kind: 'end', text: '', position: source.length + 1 });
  return tokens;
}
