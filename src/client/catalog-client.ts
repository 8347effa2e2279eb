import { PositionError, UnavailableError } from '../kernel/errors.js';
import type { CatalogRevision, ToolState } from '../view/catalog-change.js';
import type { AppliedChange } from '../view/catalog-store.js';
import type { CapabilityEntry, CatalogView } from '../view/catalog-view.js';
import { formatPosition } from '../view/position.js';
import { isEmptyFilter, matchesFilter, type ToolFilter } from '../view/tool-filter.js';
import type { ToolSearchHit, ToolSearchOptions } from '../view/tool-search.js';
import { CatalogCopy } from './catalog-copy.js';
import { CatalogFollower, type Consequence } from './catalog-follower.js';
import { CopyDamagedError } from './client-errors.js';
import { type CatalogClientOptions, type ClientSettings, readOptions } from './client-options.js';
import { type ClientEvent, type ClientState, nextState } from './client-state.js';
import { Listeners } from './listeners.js';

/** What one event changed, after it has been applied: lookups answer accordingly already. */
export interface CatalogChangeEvent {
  /** 'revision': one transaction. 'replaced': the copy was listed anew, the first time or after a loss. */
  readonly kind: 'revision' | 'replaced';
  readonly revision: number;
  readonly position: string;
  /** When the transaction was made: RFC 3339, UTC. Null for 'replaced'. */
  readonly at: string | null;
  /** Of both layers: what a tenant's change or deletion means for a shared tool of the same name, the view knows. */
  readonly changes: readonly AppliedChange[];
}

export interface CatalogClientEvents {
  change: CatalogChangeEvent;
  state: { readonly state: ClientState; readonly previous: ClientState };
  /** The copy's hash was not the catalog's: it is being listed again. Never expected: please report it. */
  damage: CopyDamagedError;
  /** A refused token, a broken rule of the feed, a listener that threw. Lost connections are in `state` and in the log. */
  error: Error;
}

/**
 * The whole catalog in memory, current within milliseconds of a change. Lookups are synchronous, never touch the network, and
 * go on while the service is away; `state` and `stalenessMs` tell how far the answers can be trusted.
 *
 * ```ts
 * const client = new CatalogClient({ url: 'http://localhost:4000/graphql', token });
 * client.start();
 * await client.ready();
 * client.get('systemctl', { platform: 'linux' });
 * ```
 */
export class CatalogClient {
  readonly #settings: ClientSettings;
  readonly #copy = new CatalogCopy();
  readonly #listeners: Listeners<CatalogClientEvents>;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<(error?: Error) => void>();
  #running: Promise<void> | null = null;
  #state: ClientState = 'connecting';
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #lastError: Error | null = null;

  /** Connects nothing yet. @throws BadUserInputError for options that cannot work. */
  constructor(options: CatalogClientOptions) {
    this.#settings = readOptions(options);
    this.#listeners = new Listeners((name, error) => this.#reportListener(name, error));
  }

  /** Begins to follow the catalog, for ever, until {@link close}. A second call does nothing. @throws Error when closed. */
  start(): void {
    if (this.#state === 'closed') throw new Error('A closed CatalogClient cannot be started: make a new one.');
    if (this.#running !== null) return;
    const follower = new CatalogFollower(this.#settings, this.#copy, {
      happened: (event) => this.#happened(event),
      confirmed: () => {
        this.#confirmedAt = performance.now();
        this.#lastError = null;
      },
      applied: (revision, changes) => this.#tell(revision, changes),
      replaced: (changes) => this.#replaced(changes),
      failed: (error, consequence) => this.#failed(error, consequence),
    });
    this.#running = follower.run(this.#closing.signal);
  }

  /**
   * Waits for the first complete copy. Unlike the lookups it does not care how old the copy is by now.
   *
   * @throws UnavailableError when `timeoutMs` pass first (the default is to wait for ever), or the client is closed first.
   */
  ready(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    if (this.#copy.position !== null) return Promise.resolve();
    if (this.#state === 'closed') return Promise.reject(new UnavailableError('The client is closed.'));
    return new Promise((resolve, reject) => {
      const { timeoutMs } = options;
      const settle = (error?: Error) => {
        this.#waiting.delete(settle);
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      };
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => settle(this.#notReady(timeoutMs)), timeoutMs);
      this.#waiting.add(settle);
    });
  }

  /** Ends the connection for good. The copy stays readable. */
  async close(): Promise<void> {
    this.#happened('closed');
    this.#closing.abort();
    for (const settle of [...this.#waiting]) settle(new UnavailableError('The client is closed.'));
    await this.#running;
  }

  /** @returns a function that takes the listener off again. A listener that throws is reported as `error` and hurts nobody. */
  on<Name extends keyof CatalogClientEvents>(
    event: Name,
    listener: (event: CatalogClientEvents[Name]) => void,
  ): () => void {
    return this.#listeners.add(event, listener);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The copy itself. Take it after {@link ready}: only then is the token's tenant known. It follows by itself. */
  get view(): CatalogView {
    return this.#copy.view;
  }

  /** The tenant of the token; 'shared' until it is known. */
  get tenant(): string {
    return this.#copy.view.tenant;
  }

  /** What has been applied; null until the first copy is complete. */
  get position(): string | null {
    const position = this.#copy.position;
    return position === null ? null : formatPosition(position);
  }

  /** Of everything that the copy holds (live-update rule H1): equal to `catalog { contentHash }` at the same position. */
  get contentHash(): string {
    return this.#copy.view.contentHash;
  }

  /** Milliseconds since the service last confirmed that this copy is current; Infinity until the first copy is complete. */
  get stalenessMs(): number {
    return performance.now() - this.#confirmedAt;
  }

  /** Why the last attempt to connect or follow failed; null while all is well. */
  get lastError(): Error | null {
    return this.#lastError;
  }

  /**
   * One tool by name; the platform may be left out while the name is unique.
   * @throws AmbiguousNameError when a bare name fits tools on several platforms.
   */
  get(name: string, options?: { readonly platform?: string | null }): ToolState | undefined {
    return this.#copy.view.find(name, options?.platform);
  }

  /** The tools that match every given field, by name, then platform; all without a filter. */
  list(filter?: ToolFilter | null): readonly ToolState[] {
    const tools = this.#copy.view.tools();
    if (filter === undefined || filter === null || isEmptyFilter(filter)) return tools;
    return tools.filter((tool) => matchesFilter(tool, filter));
  }

  /** The tools that offer a capability, under this name or as an alias; by name, then platform. */
  byCapability(name: string): readonly ToolState[] {
    return this.#copy.view.byCapability(name);
  }

  /** Every capability with its tools, sorted by name. */
  capabilities(): readonly CapabilityEntry[] {
    return this.#copy.view.capabilities();
  }

  /**
   * The enabled tools that fit a request in words, best first; none when nothing fits. Ranks as the service does. The first
   * search reads every tool, which takes a second for some thousands: `view.prepareSearch` does it in parts.
   *
   * @throws BadUserInputError for a query of more than 1,000 characters, or a limit that is not a whole number from 0.
   */
  search(query: string, options?: ToolSearchOptions): readonly ToolSearchHit[] {
    return this.#copy.view.search(query, options);
  }

  #happened(event: ClientEvent): void {
    const previous = this.#state;
    this.#state = nextState(previous, event);
    if (this.#state !== previous) this.#listeners.emit('state', { state: this.#state, previous });
  }

  #replaced(changes: readonly AppliedChange[]): void {
    const { toolCount } = this.#copy.view;
    this.#settings.log({ level: 'info', message: `The copy holds ${toolCount} tools at ${this.position}.` });
    for (const settle of [...this.#waiting]) settle();
    this.#tell(null, changes);
  }

  #tell(revision: CatalogRevision | null, changes: readonly AppliedChange[]): void {
    this.#listeners.emit('change', {
      kind: revision === null ? 'replaced' : 'revision',
      revision: this.#copy.view.revision,
      position: formatPosition(this.#copy.view.position),
      at: revision?.at ?? null,
      changes,
    });
  }

  #failed(reason: unknown, consequence: Consequence): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#lastError = error;
    const level = consequence === 'refused' ? 'error' : 'warn';
    this.#settings.log({ level, message: `${error.message} (${consequence})`, error });
    // These two belong to the life of every client: networks fail, and who was away for long lists again.
    if (error instanceof UnavailableError || error instanceof PositionError) return;
    if (error instanceof CopyDamagedError) this.#listeners.emit('damage', error);
    this.#listeners.emit('error', error);
  }

  #reportListener(name: keyof CatalogClientEvents, reason: unknown): void {
    const error = new Error(`A listener of '${name}' threw.`, { cause: reason });
    this.#settings.log({ level: 'error', message: error.message, error: reason });
    if (name !== 'error') this.#listeners.emit('error', error);
  }

  #notReady(timeoutMs: number): UnavailableError {
    const why = this.#lastError === null ? '' : ` The last failure: ${this.#lastError.message}`;
    return new UnavailableError(`There was no complete copy within ${timeoutMs} ms.${why}`);
  }
}
