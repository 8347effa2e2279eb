import { type Estimate, estimateWith } from '../expressions/estimate.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import { ExpressionError } from '../expressions/expression-error.js';
import { PlainVariables } from '../expressions/read-variables.js';
import type { SelectionTerms } from './read-selection-request.js';
import type { Offer } from './tool-offers.js';

/** Evaluates expressions and conditions with the variables of one request: each source once, however many patterns have it. */
export class RequestEvaluation {
  readonly #variables: PlainVariables;
  readonly #itemCount: number;
  readonly #expressions: Pick<ExpressionCache, 'expression' | 'condition'>;
  readonly #numbers = new Map<string, number | ExpressionError>();
  readonly #conditions = new Map<string, boolean | ExpressionError>();

  constructor(terms: SelectionTerms, expressions: Pick<ExpressionCache, 'expression' | 'condition'>) {
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
    let outcome = this.#conditions.get(source);
    if (outcome === undefined) {
      outcome = attempt(() => this.#expressions.condition(source).evaluate(this.#variables));
      this.#conditions.set(source, outcome);
    }
    return outcome;
  }

  readonly #number = (source: string): number => {
    let outcome = this.#numbers.get(source);
    if (outcome === undefined) {
      outcome = attempt(() => this.#expressions.expression(source).evaluate(this.#variables));
      this.#numbers.set(source, outcome);
    }
    if (outcome instanceof ExpressionError) throw outcome;
    return outcome;
  };
}

function attempt<T>(evaluate: () => T): T | ExpressionError {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

/** Each part counts so many times, also where the other one failed. */
function timesOver(estimate: Estimate, itemCount: number): Estimate {
  const timeMs = estimate.timeMs === null ? null : estimate.timeMs * itemCount;
  const cost = estimate.cost === null ? null : estimate.cost * itemCount;
  if (timeMs !== Number.POSITIVE_INFINITY && cost !== Number.POSITIVE_INFINITY) return { ...estimate, timeMs, cost };
  const error = `The estimate of one item, ${itemCount} times, is too large.`;
  return { ...estimate, timeMs: null, cost: null, error: [estimate.error, error].filter(Boolean).join(' ') };
}
