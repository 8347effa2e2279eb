import { type Estimate, estimateWith } from '../expressions/estimate.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import { ExpressionError } from '../expressions/expression-error.js';
import { PlainVariables } from '../expressions/read-variables.js';
import type { SelectionTerms } from './read-selection-request.js';
import type { Offer } from './tool-offers.js';

type ExpressionSource = Pick<ExpressionCache, 'expression' | 'condition'>;

/** Evaluates expressions and conditions with the variables of one request, which are read once. */
export class RequestEvaluation {
  readonly #variables: PlainVariables;
  readonly #itemCount: number;
  readonly #expressions: ExpressionSource;
  /** By source. What succeeds is remembered where it was compiled; an error takes far longer to make than to find again. */
  readonly #failures = new Map<string, ExpressionError>();

  constructor(terms: SelectionTerms, expressions: ExpressionSource) {
    this.#variables = new PlainVariables(terms.variables);
    this.#itemCount = terms.itemCount;
    this.#expressions = expressions;
  }

  /** What the offer would take; never throws. */
  estimate(offer: Offer): Estimate {
    const estimate = estimateWith(offer.pattern, this.#number);
    return offer.perItem && this.#itemCount > 1 ? timesOver(estimate, this.#itemCount) : estimate;
  }

  /** Whether a condition holds, or why nobody can tell. */
  holds(source: string): boolean | ExpressionError {
    try {
      return this.#expressions.condition(source).evaluate(this.#variables);
    } catch (error) {
      if (error instanceof ExpressionError) return error;
      throw error;
    }
  }

  readonly #number = (source: string): number => {
    const failure = this.#failures.size === 0 ? undefined : this.#failures.get(source);
    if (failure !== undefined) throw failure;
    try {
      return this.#expressions.expression(source).evaluate(this.#variables);
    } catch (error) {
      if (error instanceof ExpressionError) this.#failures.set(source, error);
      throw error;
    }
  };
}

/** Each part counts so many times, also where the other one failed. */
function timesOver(estimate: Estimate, itemCount: number): Estimate {
  const timeMs = estimate.timeMs === null ? null : estimate.timeMs * itemCount;
  const cost = estimate.cost === null ? null : estimate.cost * itemCount;
  if (timeMs !== Number.POSITIVE_INFINITY && cost !== Number.POSITIVE_INFINITY) return { ...estimate, timeMs, cost };
  const error = `The estimate of one item, ${itemCount} times, is too large.`;
  return { ...estimate, timeMs: null, cost: null, error: [estimate.error, error].filter(Boolean).join(' ') };
}
