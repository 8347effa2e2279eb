import {
  type CompiledCondition,
  type CompiledExpression,
  compileCondition,
  compileExpression,
} from './compile-expression.js';
import { MAX_SOURCE_LENGTH } from './dialect.js';
import { ExpressionError } from './expression-error.js';

/** Compiled expressions and conditions by source: compiling costs far more than evaluating. */
export interface ExpressionCache {
  /** Like `compileExpression`. @throws ExpressionError */
  expression(source: string): CompiledExpression;
  /** Like `compileCondition`. @throws ExpressionError */
  condition(source: string): CompiledCondition;
  /** Sources held now, those that do not compile among them. */
  readonly size: number;
}

interface Entry {
  expression?: CompiledExpression | ExpressionError;
  condition?: CompiledCondition | ExpressionError;
}

function attempt<T>(compile: (source: string) => T, source: string): T | ExpressionError {
  try {
    return compile(source);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

function orThrow<T>(outcome: T | ExpressionError): T {
  if (outcome instanceof ExpressionError) throw outcome;
  return outcome;
}

/**
 * A cache that holds at most `maxEntries` sources, and among them those used last. A source that does not compile is
 * remembered too: it throws the same error again.
 */
export function createExpressionCache(maxEntries: number): ExpressionCache {
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
    throw new RangeError(`An expression cache holds at least one entry, not ${maxEntries}.`);
  }
  // Two generations rather than an order of use: finding a source again writes nothing, and most are found again.
  const maxYoung = Math.ceil(maxEntries / 2);
  const maxOld = maxEntries - maxYoung;
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();

  function entryOf(source: string): Entry {
    const known = young.get(source);
    if (known !== undefined) return known;
    const entry = old.get(source) ?? {};
    old.delete(source);
    if (young.size >= maxYoung) {
      old = maxOld > 0 ? young : new Map();
      young = new Map();
    }
    young.set(source, entry);
    return entry;
  }

  // What is refused for its length costs nothing to refuse again, and much memory as a key.
  const cacheable = (source: string) => typeof source === 'string' && source.length <= MAX_SOURCE_LENGTH;

  return {
    expression(source) {
      if (!cacheable(source)) return compileExpression(source);
      const entry = entryOf(source);
      entry.expression ??= attempt(compileExpression, source);
      return orThrow(entry.expression);
    },
    condition(source) {
      if (!cacheable(source)) return compileCondition(source);
      const entry = entryOf(source);
      entry.condition ??= attempt(compileCondition, source);
      return orThrow(entry.condition);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
