import type { Logger } from 'pino';
import type { Database, Listener } from '../database/database.js';
import { UnavailableError } from '../kernel/errors.js';
import { CatalogStore } from '../view/catalog-store.js';
import type { CatalogView } from '../view/catalog-view.js';
import type { Position } from '../view/position.js';
import type { CatalogSource } from './catalog-source.js';
import type { ChangeLog, LogHead } from './change-log.js';
import { formerMarks, type HistoryMark, historyFollows, markOf, startNewEpoch } from './history.js';
import { OutageLog } from './outage-log.js';
import { requireSameHistory } from './position-refusals.js';
import { RecentChanges } from './recent-changes.js';
import { CATALOG_CHANNEL } from './revision-store.js';
import { Signal } from './signal.js';

export interface LogFollowerOptions {
  readonly database: Database;
  readonly log: ChangeLog;
  readonly logger: Logger;
  /** Where this instance, or an earlier run of it, last saw the log: to notice a history that was replaced meanwhile. */
  readonly mark?: HistoryMark | undefined;
  /** How long to wait for a hint before looking by oneself. Default 1,000. */
  readonly pollMs?: number;
  /** Changes that are held in memory for subscriptions. Default 20,000. */
  readonly recentChanges?: number;
}

/** How many changes one read of the log may bring; a single revision with more comes whole. */
const READ_CHANGES = 5_000;
const RETRY_MS = 500;
/** 10,000 ordinary tools of an import, or 8,000 changes of them. */
const RECENT_BYTES = 64 * 1024 * 1024;

/**
 * The instance's own first subscriber (rule F1): holds the catalog in memory and follows the log, woken by a hint or by a poll.
 * Hints only say when to look; lost, doubled or reordered ones change nothing.
 */
export class LogFollower implements CatalogSource {
  readonly store = new CatalogStore();
  readonly recent: RecentChanges;
  /** Wakes after every applied revision and after every reload. */
  readonly applied = new Signal();
  readonly #options: LogFollowerOptions;
  readonly #pollMs: number;
  readonly #hint = new Signal();
  readonly #outage: OutageLog;
  readonly #stopping = new AbortController();
  #head: LogHead | undefined;
  #chain = '';
  #former: readonly HistoryMark[] = [];
  #confirmedAtMs = 0;
  #hinted = false;
  #listener: Listener | undefined;
  #running: Promise<void> | undefined;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
    this.#pollMs = options.pollMs ?? 1_000;
    this.recent = new RecentChanges({ maxChanges: options.recentChanges ?? 20_000, maxBytes: RECENT_BYTES }, 0);
    this.#outage = new OutageLog({
      logger: options.logger,
      away: 'the change log cannot be read; reads go on from memory',
      back: 'the change log is read again',
    });
  }

  /** Begins to follow. Resolves after the first load; until the database can be reached, it goes on trying. */
  async start(): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      const check = () =>
        this.loaded || this.#stopping.signal.aborted ? resolve() : void this.applied.wait(60_000).then(check);
      check();
    });
    this.#running = this.#run();
    const look = () => this.wake();
    this.#listener = await this.#options.database.listen(CATALOG_CHANNEL, look, look);
    await loaded;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#hint.notify();
    this.applied.notify();
    await this.#listener?.close();
    await this.#running;
  }

  /** Says that there may be something new. */
  wake(): void {
    this.#hinted = true;
    this.#hint.notify();
  }

  viewFor(tenant: string): CatalogView {
    return this.store.view(tenant);
  }

  get loaded(): boolean {
    return this.#head !== undefined;
  }

  get position(): Position {
    return this.store.position;
  }

  get oldestPosition(): Position {
    return { epoch: this.position.epoch, revision: this.#head?.lowRevision ?? 0 };
  }

  get stalenessMs(): number {
    return this.#confirmedAtMs === 0 ? Number.POSITIVE_INFINITY : Math.max(0, performance.now() - this.#confirmedAtMs);
  }

  /** What to remember for the next start. */
  get mark(): HistoryMark | undefined {
    const head = this.#head;
    if (!head) return undefined;
    const { epoch, revision } = this.store.position;
    return { database: head.database, epoch, revision, chain: this.#chain, former: this.#former };
  }

  async waitFor(position: Position, timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    if (!this.loaded) throw new UnavailableError('The catalog is still being loaded. Try again in a moment.');
    requireSameHistory(position, this.position);
    while (this.store.position.revision < position.revision) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0 || this.#stopping.signal.aborted) {
        throw new UnavailableError(`This instance has not reached revision ${position.revision} in time. Try again.`);
      }
      this.wake();
      await this.applied.wait(Math.min(leftMs, this.#pollMs));
      requireSameHistory(position, this.position);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#hinted = false;
      let waitMs = this.#pollMs;
      try {
        await this.#catchUp();
        this.#outage.worked();
      } catch (error) {
        if (!signal.aborted) this.#outage.failed(error);
        waitMs = RETRY_MS;
        this.#hinted = false;
      }
      if (!this.#hinted) await this.#hint.wait(waitMs, signal);
    }
  }

  async #catchUp(): Promise<void> {
    const head = await this.#options.log.head();
    if (!this.#head) return this.#load(this.#options.mark);
    const mark = this.mark;
    if (mark && !(await historyFollows(this.#options.log, mark, head))) return this.#load(mark);
    while (this.store.position.revision < head.revision && !this.#stopping.signal.aborted) {
      const revisions = await this.#options.log.revisionsAfter(this.store.position.revision, READ_CHANGES);
      // The log no longer reaches back to where this instance stands, or up to where it did: begin again from the tables.
      if (!revisions || revisions.length === 0) return this.#load(this.mark);
      for (const revision of revisions) {
        // First, because it refuses what does not follow: the position must not move beyond what the ring holds.
        this.recent.push(revision);
        this.store.apply(revision);
        // Together with the position: a mark whose parts are of two moments would look like a replaced history.
        this.#chain = revision.chain;
      }
      this.applied.notify();
    }
    this.#head = head;
    this.#confirmedAtMs = performance.now();
  }

  async #load(mark: HistoryMark | undefined): Promise<void> {
    const { log, database, logger } = this.#options;
    let { head, states } = await log.snapshot();
    // What was read is compared, and nothing that was asked before: history may be replaced between any two queries.
    const seen = mark && markOf(mark, head.epoch);
    if (seen && !(await historyFollows(log, seen, head))) {
      await startNewEpoch(database, { mark: seen, head, logger });
      ({ head, states } = await log.snapshot());
    }
    this.store.replaceAll(states, { epoch: head.epoch, revision: head.revision });
    this.recent.reset(head.revision);
    this.#head = head;
    this.#chain = head.chain;
    if (mark) this.#former = formerMarks(mark, head.epoch);
    this.#confirmedAtMs = performance.now();
    logger.info({ revision: head.revision, tools: states.length, epoch: head.epoch }, 'catalog loaded');
    this.applied.notify();
  }
}
