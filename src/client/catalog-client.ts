import { type CatalogError, PositionError, UnavailableError } from '../kernel/errors.js';
import type { CatalogRevision } from '../view/catalog-change.js';
import type { AppliedChange } from '../view/catalog-store.js';
import type { CatalogView } from '../view/catalog-view.js';
import { formatPosition } from '../view/position.js';
import { CatalogCopy } from './catalog-copy.js';
import { CatalogFollower, type Consequence, isRefusedToken } from './catalog-follower.js';
import { CatalogLookups } from './catalog-lookups.js';
import type { CatalogReader, CatalogReaderEvents, CopySource, WaitOptions } from './catalog-reader.js';
import { CopyDamagedError } from './client-errors.js';
import {
  type CatalogClientOptions,
  type ClientSettings,
  type FollowerSettings,
  readOptions,
} from './client-options.js';
import { type ClientEvent, type ClientState, nextState } from './client-state.js';
import { CopyKeeper } from './copy-keeper.js';
import type { StoredCopy } from './copy-storage.js';
import { Fallback } from './fallback.js';
import { Listeners } from './listeners.js';
import { PositionReporter } from './position-reporter.js';
import { ShownView } from './shown-view.js';
import { Waiters } from './waiters.js';

/** While nothing changes, the copy's age on disk is at most this much too high. */
const CONFIRMATION_SAVED_EVERY_MS = 300_000;

/**
 * The whole catalog in memory, current within milliseconds of a change. Lookups are synchronous, never touch the network, and
 * go on while the service is away; `state`, `source` and `stalenessMs` tell how far the answers can be trusted.
 *
 * ```ts
 * const client = new CatalogClient({ url: 'http://localhost:4000/graphql', token });
 * client.start();
 * await client.ready();
 * client.get('systemctl', { platform: 'linux' });
 * ```
 */
export class CatalogClient extends CatalogLookups implements CatalogReader {
  readonly #settings: ClientSettings;
  readonly #copy = new CatalogCopy();
  readonly #listeners: Listeners<CatalogReaderEvents>;
  readonly #closing = new AbortController();
  readonly #waiters = new Waiters();
  readonly #fallback: Fallback;
  readonly #keeper: CopyKeeper | null;
  #running: Promise<void> | null = null;
  /** Why nothing better than what is shown will ever come; null while something may. */
  #whyFinal: string | null = null;
  #state: ClientState = 'connecting';
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #lastError: Error | null = null;
  readonly view: CatalogView = new ShownView(() => this.#copy.view);

  /** Connects and loads nothing yet. @throws BadUserInputError for options that cannot work. */
  constructor(options: CatalogClientOptions) {
    super();
    this.#settings = readOptions(options);
    this.#listeners = new Listeners((name, error) => this.#reportListener(name, error));
    const { diskCopy, saveEveryMs } = this.#settings;
    this.#fallback = new Fallback(this.#settings, {
      warn: (error) => this.#warn(error),
      found: (findings) => this.#listeners.emit('findings', findings),
    });
    this.#keeper =
      diskCopy === null
        ? null
        : new CopyKeeper({
            storage: diskCopy,
            copy: () => this.#storedCopy(),
            changedEveryMs: saveEveryMs,
            confirmedEveryMs: Math.max(saveEveryMs, CONFIRMATION_SAVED_EVERY_MS),
            warn: (error) => this.#warn(error),
          });
  }

  start(): void {
    if (this.#state === 'closed') throw new Error('A closed CatalogClient cannot be started: make a new one.');
    this.#running ??= this.#run(this.#closing.signal);
  }

  ready(options: WaitOptions = {}): Promise<void> {
    return this.#wait(() => this.#copy.source !== 'none', options, 'There was no copy');
  }

  live(options: WaitOptions = {}): Promise<void> {
    return this.#wait(() => this.#state === 'live', options, 'The copy was not live');
  }

  async close(): Promise<void> {
    this.#happened('closed');
    this.#closing.abort();
    this.#waiters.fail('The client is closed.');
    await this.#running;
    await this.#keeper?.close();
  }

  on<Name extends keyof CatalogReaderEvents>(
    event: Name,
    listener: (event: CatalogReaderEvents[Name]) => void,
  ): () => void {
    return this.#listeners.add(event, listener);
  }

  get state(): ClientState {
    return this.#state;
  }

  get source(): CopySource {
    return this.#copy.source;
  }

  get position(): string | null {
    const position = this.#copy.position;
    return position === null ? null : formatPosition(position);
  }

  get stalenessMs(): number {
    return performance.now() - this.#confirmedAt;
  }

  get lastError(): Error | null {
    return this.#lastError;
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.#restore(signal);
    const substituted = this.#substitute(signal);
    const { service } = this.#settings;
    if (service !== null && !signal.aborted) await this.#follow(service, signal);
    await substituted;
    if (service !== null) return;
    this.#whyFinal = this.#copy.source === 'none' ? NOTHING_TO_SHOW : NOTHING_TO_FOLLOW;
    this.#waiters.fail(this.#whyFinal);
  }

  async #follow(service: FollowerSettings, signal: AbortSignal): Promise<void> {
    const follower = new CatalogFollower(service, this.#copy, {
      happened: (event) => {
        this.#happened(event);
        if (event === 'current') void reporter?.tellFirst();
      },
      confirmed: () => {
        this.#confirmedAt = performance.now();
        this.#lastError = null;
        this.#keeper?.confirmed();
      },
      applied: (revision, changes) => this.#tell(revision, changes),
      replaced: (changes) => this.#replaced(changes),
      cleared: (changes, error) => {
        this.#confirmedAt = Number.NEGATIVE_INFINITY;
        this.#warn(error);
        this.#tell(null, changes);
        void this.#substitute(signal);
      },
      failed: (error, consequence) => this.#failed(error, consequence),
    });
    const { report } = service;
    const reporter =
      report &&
      new PositionReporter({
        everyMs: report.everyMs,
        position: () => (this.#state === 'live' ? this.#copy.position : null),
        send: (position) => follower.report(report.consumer, position),
        onFailure: (error) =>
          this.#settings.log({ level: 'info', message: 'The position could not be reported.', error }),
      });
    await follower.run(signal);
    reporter?.stop();
  }

  /** Shows the copy on disk, if there is a good one. */
  async #restore(signal: AbortSignal): Promise<void> {
    const timeoutMs = this.#settings.service?.requestTimeoutMs;
    const stored = await this.#fallback.loadCopy({ signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    if (stored === null || signal.aborted) return;
    const ageMs = Math.max(0, Date.now() - stored.confirmedAtMs);
    this.#confirmedAt = performance.now() - ageMs;
    this.#replaced(this.#copy.restore(stored.tenant, stored.tools, stored.position));
    this.#happened('restored');
  }

  /** Shows the YAML folder, if there is nothing better by the time it has been read. */
  async #substitute(signal: AbortSignal): Promise<void> {
    if (this.#copy.source !== 'none') return;
    const tools = await this.#fallback.loadDefinitions(signal);
    if (tools === null || signal.aborted || this.#copy.source !== 'none') return;
    this.#replaced(this.#copy.substitute(tools));
    this.#happened('restored');
  }

  #wait(isMet: () => boolean, options: WaitOptions, what: string): Promise<void> {
    if (!isMet() && this.#state === 'closed') return Promise.reject(new UnavailableError('The client is closed.'));
    if (!isMet() && this.#whyFinal !== null) return Promise.reject(new UnavailableError(this.#whyFinal));
    return this.#waiters.wait(isMet, options, (timeoutMs) => {
      const why = this.#lastError === null ? '' : ` The last failure: ${this.#lastError.message}`;
      return `${what} within ${timeoutMs} ms.${why}`;
    });
  }

  /** Null unless the service has confirmed it: what came from disk is there already. */
  #storedCopy(): StoredCopy | null {
    const position = this.#copy.position;
    if (position === null || this.#copy.source !== 'live') return null;
    const { view } = this.#copy;
    return {
      tenant: view.tenant,
      position,
      contentHash: view.contentHash,
      confirmedAtMs: Math.round(Date.now() - this.stalenessMs),
      tools: view.tools({ includeShadowed: true }),
    };
  }

  #happened(event: ClientEvent): void {
    const previous = this.#state;
    this.#state = nextState(previous, event);
    if (this.#state === previous) return;
    this.#listeners.emit('state', { state: this.#state, previous });
    this.#waiters.look();
  }

  #replaced(changes: readonly AppliedChange[]): void {
    const message = `The copy holds ${this.view.toolCount} tools at ${formatPosition(this.view.position)}, from ${this.source}.`;
    this.#settings.log({ level: 'info', message });
    this.#waiters.look();
    this.#tell(null, changes);
  }

  #tell(revision: CatalogRevision | null, changes: readonly AppliedChange[]): void {
    this.#keeper?.changed();
    this.#listeners.emit('change', {
      kind: revision === null ? 'replaced' : 'revision',
      source: this.source,
      revision: this.view.revision,
      position: formatPosition(this.view.position),
      at: revision?.at ?? null,
      changes,
    });
  }

  #failed(reason: unknown, consequence: Consequence): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#lastError = error;
    const level = consequence === 'refused' ? 'error' : 'warn';
    this.#settings.log({ level, message: `${error.message} (${consequence})`, error });
    // These belong to the life of every client: networks fail, tokens run out, and who was away for long lists again.
    if (error instanceof UnavailableError || error instanceof PositionError) return;
    if (consequence === 'reconnect' && isRefusedToken(error)) return;
    if (error instanceof CopyDamagedError) this.#listeners.emit('damage', error);
    this.#listeners.emit('error', error);
  }

  #warn(error: CatalogError): void {
    this.#settings.log({ level: 'warn', message: error.message, error });
    this.#listeners.emit('warning', error);
  }

  #reportListener(name: keyof CatalogReaderEvents, reason: unknown): void {
    const error = new Error(`A listener of '${name}' threw.`, { cause: reason });
    this.#settings.log({ level: 'error', message: error.message, error: reason });
    if (name !== 'error') this.#listeners.emit('error', error);
  }
}

const NOTHING_TO_SHOW = 'There is no service to follow, and neither a copy on disk nor a YAML folder that can be used.';
const NOTHING_TO_FOLLOW = 'There is no service to follow: the copy stays as it is.';
