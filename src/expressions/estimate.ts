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

interface Part {
  readonly value: number | null;
  readonly error: string | null;
  readonly missingVariables: readonly string[];
}

/** Compiles at every call: for the few callers that have no cache. */
const UNCACHED: ExpressionSource = { expression: compileExpression };

function evaluatePart(label: string, evaluate: () => number): Part {
  try {
    const value = evaluate();
    if (value >= 0) return { value, error: null, missingVariables: [] };
    return { value: null, error: `${label}: gives ${value}, and an estimate is never negative.`, missingVariables: [] };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { value: null, error: `${label}: ${error.message}`, missingVariables: error.missingVariables };
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
  const time = evaluatePart('time_estimate_ms', () =>
    expressions.expression(pattern.timeEstimateMs).evaluate(variables),
  );
  const cost = evaluatePart('cost_estimate', () => expressions.expression(pattern.costEstimate).evaluate(variables));
  const errors = [time.error, cost.error].filter((error) => error !== null);
  return {
    timeMs: time.value,
    cost: cost.value,
    missingVariables: [...new Set([...time.missingVariables, ...cost.missingVariables])],
    error: errors.length === 0 ? null : errors.join(' '),
  };
}
