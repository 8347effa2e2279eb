import { BadUserInputError, ForbiddenError, PositionError, UnauthenticatedError } from '../kernel/errors.js';
import type { CatalogRevision } from '../view/catalog-change.js';
import type { AppliedChange } from '../view/catalog-store.js';
import { formatPosition } from '../view/position.js';
import { backoffMs } from './backoff.js';
import type { CatalogCopy } from './catalog-copy.js';
import { type CatalogRequests, fetchTenant, listCatalog } from './catalog-requests.js';
import { CopyDamagedError, FeedError, RefusedError } from './client-errors.js';
import type { ClientSettings } from './client-options.js';
import type { ClientEvent } from './client-state.js';
import { followFeed } from './feed-connection.js';
import { FeedReader, type FeedStep } from './feed-reader.js';
import { readUpdate } from './from-wire.js';
import { findWebSocketClass } from './web-socket.js';

/** What the follower tells its owner. */
export interface FollowerHooks {
  /** Something happened to the connection or the copy. */
  happened(event: ClientEvent): void;
  /** The shown copy is right as of now. */
  confirmed(): void;
  /** A revision has been applied to the shown copy. */
  applied(revision: CatalogRevision, changes: readonly AppliedChange[]): void;
  /** The shown copy has been replaced. */
  replaced(changes: readonly AppliedChange[]): void;
  /** Every attempt ends in a failure, the loss of the connection included. */
  failed(error: unknown, consequence: Consequence): void;
}

/**
 * - reconnect: the connection is gone, and following goes on where it stood
 * - replace: the copy is listed again
 * - refused: the same will happen again unless somebody does something; tried slowly
 */
export type Consequence = 'reconnect' | 'replace' | 'refused';

/** Keeps a copy current: lists, follows, reconnects, for ever (live-update rules C1 to C3). */
export class CatalogFollower {
  readonly #settings: ClientSettings;
  readonly #copy: CatalogCopy;
  readonly #hooks: FollowerHooks;
  #failures = 0;
  #replacements = 0;
  #replacedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: ClientSettings, copy: CatalogCopy, hooks: FollowerHooks) {
    this.#settings = settings;
    this.#copy = copy;
    this.#hooks = hooks;
  }

  /** Runs until the signal is aborted. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const error = await this.#attempt(signal).catch((reason: unknown) => reason);
      if (signal.aborted) return;
      await wait(this.#react(error), signal);
    }
  }

  /** One connection, from first to last. */
  async #attempt(signal: AbortSignal): Promise<never> {
    const { url, fetch, requestTimeoutMs, bookmarkIntervalMs } = this.#settings;
    const token = await this.#settings.token();
    const requests: CatalogRequests = { url, fetch, token, timeoutMs: requestTimeoutMs, signal };
    let tenant = this.#copy.view.tenant;
    if (this.#copy.followFrom === null) {
      if (this.#settings.bootstrap === 'list') this.#copy.begin(await listCatalog(requests));
      else tenant = await fetchTenant(requests);
      this.#hooks.happened('connected');
    }
    const after = this.#copy.followFrom;
    const reader = new FeedReader(after);
    return await followFeed({
      url: this.#settings.webSocketUrl,
      webSocket: this.#settings.webSocket ?? (await findWebSocketClass()),
      token,
      after: after === null ? null : formatPosition(after),
      silenceMs: 3 * bookmarkIntervalMs,
      pingMs: bookmarkIntervalMs,
      signal,
      onConnected: () => this.#hooks.happened('connected'),
      onMessage: (data) => {
        const step = reader.read(readUpdate(data));
        if (step !== undefined) this.#take(step, tenant);
      },
    });
  }

  #take(step: FeedStep, tenant: string): void {
    if (step.kind === 'revision') {
      this.#settle(step.revision, this.#copy.apply(step.revision));
      return;
    }
    if (step.kind === 'snapshot') {
      const { tools, position } = step;
      this.#copy.begin({ tenant, tools, from: position, completeAt: position.revision });
    } else {
      this.#copy.apply({ revision: step.position.revision, at: step.at, changes: [] });
    }
    const [expected, actual] = [step.contentHash, this.#copy.followingHash];
    if (expected !== null && actual !== null && expected !== actual) {
      throw new CopyDamagedError(formatPosition(step.position), { expected, actual });
    }
    this.#settle(null, []);
  }

  #settle(revision: CatalogRevision | null, changes: readonly AppliedChange[]): void {
    const differences = this.#copy.settle();
    if (this.#copy.replacing) return;
    this.#failures = 0;
    this.#hooks.confirmed();
    if (differences !== null) this.#hooks.replaced(differences);
    else if (revision !== null && changes.length > 0) this.#hooks.applied(revision, changes);
    this.#hooks.happened('current');
  }

  /** Prepares the next attempt. Answers how long to wait for it, in ms. */
  #react(error: unknown): number {
    const consequence = consequenceOf(error);
    if (consequence === 'replace') this.#copy.abandon(error instanceof PositionError);
    const waitMs = this.#waitMs(consequence);
    const lost = this.#copy.position === null ? 'lostEmpty' : 'lost';
    this.#hooks.happened(consequence === 'replace' && waitMs === 0 ? 'replacing' : lost);
    this.#hooks.failed(error, consequence);
    return waitMs;
  }

  #waitMs(consequence: Consequence): number {
    const { reconnect } = this.#settings;
    if (consequence === 'refused') return backoffMs(Number.POSITIVE_INFINITY, reconnect, Math.random());
    if (consequence === 'replace') return this.#replacementWaitMs();
    const waitMs = backoffMs(this.#failures, reconnect, Math.random());
    this.#failures += 1;
    return waitMs;
  }

  /** At once, unless the copy has just been replaced already: a service that stays wrong must not be asked in a loop. */
  #replacementWaitMs(): number {
    const { reconnect } = this.#settings;
    const now = performance.now();
    if (now - this.#replacedAt > 2 * reconnect.maxMs) this.#replacements = 0;
    this.#replacedAt = now;
    const waitMs = this.#replacements === 0 ? 0 : backoffMs(this.#replacements - 1, reconnect, Math.random());
    this.#replacements += 1;
    return waitMs;
  }
}

const REFUSALS = [UnauthenticatedError, ForbiddenError, BadUserInputError, RefusedError];

function consequenceOf(error: unknown): Consequence {
  if (error instanceof PositionError || error instanceof FeedError || error instanceof CopyDamagedError)
    return 'replace';
  return REFUSALS.some((refusal) => error instanceof refusal) ? 'refused' : 'reconnect';
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
