import type { PatternDefinition } from '../definition/tool-definition.js';
import { compileExpression } from './compile-expression.js';
import type { ExpressionCache } from './expression-cache.js';
import { ExpressionError } from './expression-error.js';
import type { Variables } from './read-variables.js';

/** Both estimates of a pattern for one set of variables. A part that cannot be evaluated is null, and `error` says why. */
export interface Estimate {
  /** Milliseconds, 0 or more. */
  readonly timeMs: number | null;
  /** Cost units, 0 or more. */
  readonly cost: number | null;
  readonly missingVariables: readonly string[];
  readonly error: string | null;
}

type EstimateSource = Pick<PatternDefinition, 'timeEstimateMs' | 'costEstimate'>;
type ExpressionSource = Pick<ExpressionCache, 'expression'>;

interface Failure {
  readonly message: string;
  readonly missingVariables: readonly string[];
}

const NONE: readonly string[] = Object.freeze([]);

/** Compiles at every call: for the few callers that have no cache. */
const UNCACHED: ExpressionSource = { expression: compileExpression };

function evaluatePart(label: string, source: string, evaluate: (source: string) => number): number | Failure {
  try {
    const value = evaluate(source);
    if (value >= 0) return value;
    return { message: `${label}: gives ${value}, and an estimate is never negative.`, missingVariables: NONE };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { message: `${label}: ${error.message}`, missingVariables: error.missingVariables };
  }
}

/**
 * Evaluates a pattern's time and cost. A negative, infinite or non-numeric result is a failed estimate. Never throws for
 * what is in the pattern or the variables.
 */
export function evaluateEstimate(
  pattern: EstimateSource,
  variables: Variables,
  expressions: ExpressionSource = UNCACHED,
): Estimate {
  return estimateWith(pattern, (source) => expressions.expression(source).evaluate(variables));
}

/**
 * {@link evaluateEstimate} for callers that have their own way to the value of an expression.
 *
 * @param evaluate gives a finite number, or throws an ExpressionError.
 */
export function estimateWith(pattern: EstimateSource, evaluate: (source: string) => number): Estimate {
  const time = evaluatePart('time_estimate_ms', pattern.timeEstimateMs, evaluate);
  const cost = evaluatePart('cost_estimate', pattern.costEstimate, evaluate);
  if (typeof time === 'number' && typeof cost === 'number') {
    return { timeMs: time, cost, missingVariables: NONE, error: null };
  }
  const failures = [time, cost].filter((part) => typeof part !== 'number');
  return {
    timeMs: typeof time === 'number' ? time : null,
    cost: typeof cost === 'number' ? cost : null,
    missingVariables: [...new Set(failures.flatMap(({ missingVariables }) => missingVariables))],
    error: failures.map(({ message }) => message).join(' '),
  };
}
