import {
  BadUserInputError,
  ForbiddenError,
  PositionError,
  UnauthenticatedError,
  UnavailableError,
} from '../kernel/errors.js';
import type { CatalogRevision } from '../view/catalog-change.js';
import type { AppliedChange } from '../view/catalog-store.js';
import { formatPosition, type Position } from '../view/position.js';
import { backoffMs } from './backoff.js';
import type { CatalogCopy } from './catalog-copy.js';
import { type CatalogRequests, fetchTenant, listCatalog, reportPosition } from './catalog-requests.js';
import { CopyDamagedError, FeedError, RefusedError } from './client-errors.js';
import type { FollowerSettings } from './client-options.js';
import type { ClientEvent } from './client-state.js';
import { CopyStorageError } from './copy-storage.js';
import { followFeed } from './feed-connection.js';
import { FeedReader, type FeedStep } from './feed-reader.js';
import { readUpdate } from './from-wire.js';
import { inTime } from './in-time.js';
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
  /** The copy from disk was another tenant's, and is gone. */
  cleared(changes: readonly AppliedChange[], error: CopyStorageError): void;
  /** Every attempt ends in a failure, the loss of the connection included. */
  failed(error: unknown, consequence: Consequence): void;
}

/**
 * - reconnect: the connection is gone, or its token has ended, and following goes on where it stood
 * - replace: the copy is listed again
 * - refused: the same will happen again unless somebody does something; tried slowly
 */
export type Consequence = 'reconnect' | 'replace' | 'refused';

/** Keeps a copy current: lists, follows, reconnects, for ever (live-update rules C1 to C3). */
export class CatalogFollower {
  readonly #settings: FollowerSettings;
  readonly #copy: CatalogCopy;
  readonly #hooks: FollowerHooks;
  #requests: CatalogRequests | null = null;
  /** The tenant of the token; null until the service has said it. */
  #tenant: string | null = null;
  /** True once the service has accepted the token of this attempt. */
  #accepted = false;
  /** True once the stream of this connection has caught up with the service. */
  #caughtUp = false;
  #failures = 0;
  #replacements = 0;
  #replacedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: FollowerSettings, copy: CatalogCopy, hooks: FollowerHooks) {
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

  /** Tells the service, with the token of the last connection, what has been applied. @throws CatalogError */
  async report(consumer: string, position: Position): Promise<void> {
    if (this.#requests === null) throw new UnavailableError('There was no connection yet.');
    await reportPosition(this.#requests, consumer, position);
  }

  /** One connection, from first to last. */
  async #attempt(signal: AbortSignal): Promise<never> {
    const { url, fetch, requestTimeoutMs, bookmarkIntervalMs } = this.#settings;
    this.#accepted = false;
    const asked = this.#settings.token();
    const token = await inTime(asked, { what: 'A token', timeoutMs: requestTimeoutMs, signal });
    const requests: CatalogRequests = { url, fetch, token, timeoutMs: requestTimeoutMs, signal };
    this.#requests = requests;
    this.#caughtUp = false;
    const tenant = await this.#confirmTenant(requests);
    if (this.#copy.followFrom === null) {
      if (this.#settings.bootstrap === 'list') this.#copy.begin(await listCatalog(requests));
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
      onConnected: () => {
        this.#accepted = true;
        this.#hooks.happened('connected');
      },
      onMessage: (data) => {
        const step = reader.read(readUpdate(data));
        if (step !== undefined) this.#take(step, tenant);
      },
    });
  }

  /** Asks for the tenant before anything is shown or followed that might be another's. */
  async #confirmTenant(requests: CatalogRequests): Promise<string> {
    const restored = this.#copy.view.tenant;
    const isUnproven = this.#copy.source === 'disk' && this.#tenant === null;
    const isUnknown = this.#copy.followFrom === null && this.#settings.bootstrap === 'snapshot';
    if (!isUnproven && !isUnknown) return this.#tenant ?? restored;
    this.#tenant = await fetchTenant(requests);
    if (this.#copy.source === 'disk' && restored !== this.#tenant) {
      const message = `The copy on disk is of the tenant '${restored}', the token of '${this.#tenant}'. It is not used.`;
      this.#hooks.happened('lostEmpty');
      this.#hooks.cleared(this.#copy.clear(), new CopyStorageError('COPY_OF_OTHER_TENANT', message));
    }
    return this.#tenant;
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
    // A bookmark carries the hash when the stream stands at the head. One without it says only that the link is alive.
    const isAtHead = step.kind === 'snapshot' || step.contentHash !== null;
    this.#caughtUp ||= isAtHead;
    const [expected, actual] = [step.contentHash, this.#copy.followingHash];
    if (expected !== null && actual !== null && expected !== actual) {
      throw new CopyDamagedError(formatPosition(step.position), { expected, actual });
    }
    this.#settle(null, [], isAtHead);
  }

  #settle(revision: CatalogRevision | null, changes: readonly AppliedChange[], confirms = true): void {
    const differences = this.#copy.settle();
    if (this.#copy.replacing) return;
    this.#failures = 0;
    const isCurrent = (this.#caughtUp && confirms) || differences !== null;
    if (isCurrent) {
      this.#copy.confirm();
      this.#hooks.confirmed();
    }
    if (differences !== null) this.#hooks.replaced(differences);
    else if (revision !== null && changes.length > 0) this.#hooks.applied(revision, changes);
    if (isCurrent) this.#hooks.happened('current');
  }

  /** Prepares the next attempt. Answers how long to wait for it, in ms. */
  #react(error: unknown): number {
    // A token that was good a moment ago has run out: a new one may be had at once.
    const consequence = this.#accepted && isRefusedToken(error) ? 'reconnect' : consequenceOf(error);
    if (consequence === 'replace') this.#copy.abandon(error instanceof PositionError);
    const waitMs = this.#waitMs(consequence);
    const lost = this.#copy.source === 'none' ? 'lostEmpty' : 'lost';
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

/** Whoever asks gets the same answer until the token is another one. */
export function isRefusedToken(error: unknown): boolean {
  return error instanceof UnauthenticatedError || error instanceof ForbiddenError;
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
