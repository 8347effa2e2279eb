import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { selectTool } from '../../src/selection/select-tool.js';
import type { Candidate } from '../../src/selection/selection-outcome.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import type { CatalogView } from '../../src/view/catalog-view.js';

/** What a standing selection answers, so far as it is shown. */
export interface SeenSelection {
  /** Null where nothing can be selected. */
  readonly best: SeenCandidate | null;
  readonly runnerUp: SeenCandidate | null;
  readonly ambiguous: boolean;
  /** The justification, or why nothing fits. */
  readonly why: string;
  readonly rejected: number;
}

export interface SeenCandidate {
  readonly platform: string;
  readonly toolName: string;
  readonly version: string;
  readonly capability: string;
  readonly pattern: string;
  readonly score: number;
  readonly timeMs: number;
  readonly cost: number;
}

/** An answer that has become another. */
export interface SelectionChange {
  readonly now: SeenSelection;
  /** Null for the first answer. */
  readonly before: SeenSelection | null;
}

const EXPRESSIONS = 10_000;

/** One request, evaluated again and again over a catalog that moves on. */
export class StandingSelection {
  readonly #request: SelectionRequest;
  readonly #expressions = createExpressionCache(EXPRESSIONS);
  #last: SeenSelection | null = null;

  constructor(request: SelectionRequest) {
    this.#request = request;
  }

  /** Null when the answer is the same as before. @throws ValidationError for a request that breaks a rule. */
  evaluate(view: CatalogView): SelectionChange | null {
    const outcome = selectTool(view, this.#request, { expressions: this.#expressions });
    const [best = null, runnerUp = null] =
      outcome.kind === 'none' ? [] : [outcome.best, ...outcome.alternatives].map(seenCandidate);
    const now: SeenSelection = {
      best,
      runnerUp,
      ambiguous: outcome.kind === 'selected' && outcome.ambiguous,
      why: outcome.kind === 'none' ? outcome.message : outcome.justification,
      rejected: outcome.rejected.length,
    };
    const before = this.#last;
    this.#last = now;
    return JSON.stringify(before) === JSON.stringify(now) ? null : { now, before };
  }
}

function seenCandidate({ tool, capability, pattern, score, estimate }: Candidate): SeenCandidate {
  const { platform, name: toolName, version } = tool;
  return { platform, toolName, version, capability, pattern, score, timeMs: estimate.timeMs, cost: estimate.cost };
}
