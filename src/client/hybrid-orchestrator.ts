import { createExpressionCache } from '../expressions/expression-cache.js';
import { BadUserInputError, UnavailableError } from '../kernel/errors.js';
import { breakTie, DEFAULT_DEADLINE_MS, MAX_DEADLINE_MS } from '../selection/break-tie.js';
import { type SelectionOptions, selectTool } from '../selection/select-tool.js';
import type { SelectionOutcome } from '../selection/selection-outcome.js';
import type { SelectionRequest } from '../selection/selection-request.js';
import type { TieBreak, TieBreaker } from '../selection/tie-breaker.js';
import type { CatalogView } from '../view/catalog-view.js';
import { CatalogClient } from './catalog-client.js';
import type { CatalogReader, CopySource, WaitOptions } from './catalog-reader.js';
import { CatalogTooOldError } from './client-errors.js';
import type { CatalogClientOptions } from './client-options.js';

export interface HybridOrchestratorOptions {
  /**
   * Where the tools come from: a client (or a test's catalog) that somebody else starts and closes, or options for one of its
   * own. With a `url` the backend is the service, over the copy on disk and the YAML folder while there is nothing better;
   * with a `diskCopy` or a `yamlFolder` alone it is that.
   */
  readonly catalog: CatalogReader | CatalogClientOptions;
  /** Chooses between the two best of an ambiguous selection. Default: nobody does, and the better score wins. */
  readonly tieBreaker?: TieBreaker;
  /** How long the tie breaker may take, in ms: above 0, at most 10 minutes. Default 3,000. */
  readonly tieBreakerDeadlineMs?: number;
  /** Refuses to select from a catalog that was confirmed longer ago, in ms. Default: selects at any age. */
  readonly maxStalenessMs?: number;
}

/** What was selected, and from what. */
export type HybridSelection = SelectionOutcome & {
  /** Null without a tie breaker. */
  readonly tieBreak: TieBreak | null;
  readonly source: CopySource;
  /** How old the catalog was that this was selected from, in ms; Infinity for one that no service ever confirmed. */
  readonly stalenessMs: number;
};

/** Whatever tools can be selected from: the catalog as it moves on, or as it was when it was pinned. */
export interface ToolSelector {
  /**
   * The tool, capability and pattern for a request, with every rejection explained: the answer that the service gives to the
   * same request at the same position, without asking it.
   *
   * @throws ValidationError for a request that breaks a rule, with an issue for each; UnavailableError while there is no
   *   catalog; CatalogTooOldError where `maxStalenessMs` is exceeded. What a tie breaker does wrong is never thrown.
   */
  selectTool(request: SelectionRequest, options?: SelectToolOptions): Promise<HybridSelection>;
  readonly view: CatalogView;
}

export interface SelectToolOptions {
  /** Ends the wait for the tie breaker: the winner by score stands. */
  readonly signal?: AbortSignal;
}

/** Compiled expressions that are kept. */
const EXPRESSIONS = 50_000;

/** Tools that are read for search before other work gets its turn: some 5 ms. */
const TOOLS_A_TURN = 40;

interface Trust {
  readonly source: CopySource;
  readonly stalenessMs: number;
}

/**
 * Selects tools inside an orchestrator's own process, over the live copy of the catalog: no request leaves it.
 *
 * ```ts
 * const orchestrator = new HybridOrchestrator({ catalog: { url, token } });
 * orchestrator.start();
 * await orchestrator.ready();
 * const selection = await orchestrator.selectTool({ capabilities: ['service_control'], query: 'restart nginx quickly' });
 * ```
 */
export class HybridOrchestrator implements ToolSelector {
  readonly catalog: CatalogReader;
  readonly #options: HybridOrchestratorOptions;
  readonly #selection: SelectionOptions = { expressions: createExpressionCache(EXPRESSIONS) };
  readonly #isOwner: boolean;

  /** @throws BadUserInputError for options that cannot work. */
  constructor(options: HybridOrchestratorOptions) {
    const { catalog, tieBreakerDeadlineMs: deadlineMs = DEFAULT_DEADLINE_MS, maxStalenessMs = 0 } = options;
    if (!(deadlineMs > 0 && deadlineMs <= MAX_DEADLINE_MS)) {
      throw new BadUserInputError(
        `tieBreakerDeadlineMs is above 0 and at most ${MAX_DEADLINE_MS} ms, not ${deadlineMs}.`,
      );
    }
    if (!(maxStalenessMs >= 0)) {
      throw new BadUserInputError(`maxStalenessMs is a number of 0 or more, in milliseconds, not ${maxStalenessMs}.`);
    }
    this.#options = options;
    this.#isOwner = !('view' in catalog);
    this.catalog = 'view' in catalog ? catalog : new CatalogClient(catalog);
  }

  /** Starts its own client; does nothing for one that was given. */
  start(): void {
    if (this.#isOwner) this.catalog.start();
  }

  /** Waits for a catalog to select from, whatever its source and age. @throws UnavailableError */
  ready(options?: WaitOptions): Promise<void> {
    return this.catalog.ready(options);
  }

  /** Closes its own client; does nothing for one that was given. */
  async close(): Promise<void> {
    if (this.#isOwner) await this.catalog.close();
  }

  /** The catalog as it moves on. */
  get view(): CatalogView {
    return this.catalog.view;
  }

  async selectTool(request: SelectionRequest, options: SelectToolOptions = {}): Promise<HybridSelection> {
    return await this.#select(request, { view: this.view, trust: () => this.#trusted(), ...options });
  }

  /**
   * The same over the catalog as it is now: for a plan that must not change under itself while it runs. `maxStalenessMs` is
   * looked at now and not later; `stalenessMs` of its answers grows with the time that passes.
   *
   * @throws UnavailableError, CatalogTooOldError as {@link selectTool} does.
   */
  pin(): ToolSelector {
    const view = this.view.pin();
    const { source, stalenessMs } = this.#trusted();
    const pinnedAtMs = performance.now();
    return {
      view,
      selectTool: (request, options = {}) => {
        const trust = () => ({ source, stalenessMs: stalenessMs + (performance.now() - pinnedAtMs) });
        return this.#select(request, { view, trust, ...options });
      },
    };
  }

  /** @throws UnavailableError, CatalogTooOldError */
  #trusted(): Trust {
    const { source, stalenessMs } = this.catalog;
    if (source === 'none') throw new UnavailableError('There is no copy of the catalog yet. Wait for `ready`.');
    const { maxStalenessMs } = this.#options;
    if (maxStalenessMs !== undefined && stalenessMs > maxStalenessMs) {
      throw new CatalogTooOldError({ source, stalenessMs, maxStalenessMs });
    }
    return { source, stalenessMs };
  }

  async #select(
    request: SelectionRequest,
    { view, trust, signal }: SelectToolOptions & { readonly view: CatalogView; readonly trust: () => Trust },
  ): Promise<HybridSelection> {
    const { tieBreaker, tieBreakerDeadlineMs: deadlineMs } = this.#options;
    // Only the words of a request are ranked by search.
    if (typeof request.query === 'string') await prepareSearch(view);
    const now = trust();
    const outcome = selectTool(view, request, this.#selection);
    if (tieBreaker === undefined) return { ...outcome, tieBreak: null, ...now };
    return { ...(await keepAlive(breakTie(outcome, request, tieBreaker, { deadlineMs, signal }))), ...now };
  }
}

/** The timer of a deadline alone does not keep Node running: whoever has nothing else to do would never hear of the winner. */
async function keepAlive<T>(waiting: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, MAX_DEADLINE_MS);
  return await waiting.finally(() => clearInterval(hold));
}

/** Reads what the first search over a catalog needs between other work: for a large catalog that takes a second. */
async function prepareSearch(view: CatalogView): Promise<void> {
  while (!view.prepareSearch(TOOLS_A_TURN)) await new Promise((resolve) => setTimeout(resolve, 0));
}
