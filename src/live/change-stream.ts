import { BadUserInputError, UnavailableError } from '../kernel/errors.js';
import type { CatalogChange, CatalogRevision } from '../view/catalog-change.js';
import { SHARED_TENANT } from '../view/catalog-view.js';
import { type Position, parsePosition } from '../view/position.js';
import { isEmptyFilter, matchesFilter, type ToolFilter } from '../view/tool-filter.js';
import type { FeedRequest, FeedUpdate } from './catalog-source.js';
import type { ChangeLog, LogHead } from './change-log.js';
import type { LogFollower } from './log-follower.js';
import { expiredPosition, requireGivenOut, requireSameHistory } from './position-refusals.js';
import type { SharedLogReads } from './shared-log-reads.js';
import { beginningOf, snapshotUpdates } from './snapshot-updates.js';
import type { StreamGuide, StreamPlace } from './stream-guide.js';
import type { Turns } from './turns.js';

export interface ChangeStreamOptions {
  readonly follower: LogFollower;
  readonly log: Pick<ChangeLog, 'head'>;
  readonly reads: SharedLogReads;
  readonly now: () => Date;
  readonly bookmarkMs: number;
  readonly turns: Turns;
  readonly request: FeedRequest;
  readonly signal: AbortSignal;
  readonly guide?: StreamGuide | undefined;
}

/** Revisions taken from memory, or changes read from the database, at a time. */
const BATCH = 500;
const RETRY_MS = 1_000;

/** One subscription's loop over the log after its own position. */
export class ChangeStream {
  readonly #options: ChangeStreamOptions;
  readonly #request: FeedRequest;
  readonly #signal: AbortSignal;
  readonly #guide: StreamGuide | undefined;
  readonly #filter: ToolFilter | null;
  /** Everything up to here was considered. */
  #cursor: Position = { epoch: '', revision: 0 };
  /** Updates of the revision after the cursor that were sent as well. */
  #told = 0;
  /** What the last update sent as its position. */
  #sent: Position = { epoch: '', revision: 0 };
  #sentAtMs = 0;

  constructor(options: ChangeStreamOptions) {
    const { request, signal, guide } = options;
    this.#options = options;
    this.#request = request;
    this.#signal = signal;
    this.#guide = guide;
    this.#filter = request.filter && !isEmptyFilter(request.filter) ? request.filter : null;
  }

  async *run(): AsyncGenerator<FeedUpdate> {
    let greeted = this.#request.after === null;
    if (this.#guide?.start) {
      greeted = true;
      this.#goTo(this.#guide.start);
      await this.#rest();
    } else yield* this.#begin();
    while (!this.#signal.aborted) {
      this.#refuseOtherEpoch();
      const revisions = await this.#next();
      for (const revision of revisions) {
        await this.#options.turns.next();
        for (const update of this.#updates(revision)) {
          yield update;
          await this.#options.turns.next();
        }
        this.#cursor = { ...this.#cursor, revision: revision.revision };
        this.#told = 0;
        if (this.#signal.aborted) return;
      }
      const atHead = this.#cursor.revision >= this.#options.follower.store.position.revision;
      if (this.#request.bookmarks && ((atHead && !greeted) || this.#silentMs() >= this.#options.bookmarkMs)) {
        // One that comes before all was sent says nothing about the end of it.
        greeted ||= atHead;
        yield this.#bookmark();
      } else if (atHead && revisions.length === 0) await this.#rest();
    }
  }

  /** Waits for news, unless another stream speaks for this one until then. */
  async #rest(): Promise<void> {
    const { follower, bookmarkMs } = this.#options;
    const news = async () => {
      if (this.#cursor.revision < follower.store.position.revision) return;
      // Without bookmarks nothing is due: the silence may have lasted for hours.
      const dueInMs = this.#request.bookmarks ? bookmarkMs - this.#silentMs() : bookmarkMs;
      await follower.applied.wait(Math.max(1, dueInMs), this.#signal);
    };
    if (!this.#guide) return news();
    const place = await this.#guide.rest(this.#place, news);
    if (place) this.#goTo(place);
  }

  #silentMs(): number {
    return performance.now() - this.#sentAtMs;
  }

  get #place(): StreamPlace {
    return { cursor: this.#cursor, told: this.#told, sent: this.#sent, sentAtMs: this.#sentAtMs };
  }

  #goTo({ cursor, told, sent, sentAtMs }: StreamPlace): void {
    this.#cursor = cursor;
    this.#told = told;
    this.#sent = sent;
    this.#sentAtMs = sentAtMs;
  }

  /** Rule F3: never a silent wrong start. */
  async *#begin(): AsyncGenerator<FeedUpdate> {
    const { follower } = this.#options;
    const { after, snapshot, bookmarks, filter } = this.#request;
    if (filter?.deleted) {
      throw new BadUserInputError('A subscription follows tools that are there: leave `deleted` out of its filter.');
    }
    if (!follower.loaded) throw new UnavailableError('The catalog is still being loaded. Try again in a moment.');
    this.#sentAtMs = performance.now();
    if (after !== null) {
      this.#startAt(parsePosition(after));
      await this.#checkReachable();
      return;
    }
    if (snapshot) {
      yield* this.#snapshot();
      return;
    }
    this.#startAt(follower.position);
    if (bookmarks) yield this.#bookmark();
  }

  #startAt(position: Position): void {
    this.#cursor = position;
    this.#sent = position;
  }

  async #checkReachable(): Promise<void> {
    const { follower, log } = this.#options;
    this.#refuseOtherEpoch();
    if (this.#cursor.revision < follower.oldestPosition.revision) throw expiredPosition();
    // This instance may merely lag behind another one: only the database knows the head.
    let head: LogHead | undefined;
    while (head === undefined) {
      this.#refuseOtherEpoch();
      if (this.#cursor.revision <= follower.position.revision || this.#signal.aborted) return;
      head = await log.head().catch(async (error: unknown) => {
        if (!(error instanceof UnavailableError)) throw error;
        // Rule F7: an error would be the end for good of a stock client that reconnects while the database is away.
        await follower.applied.wait(RETRY_MS, this.#signal);
        return undefined;
      });
    }
    requireGivenOut(this.#cursor, head);
    follower.wake();
  }

  #refuseOtherEpoch(): void {
    requireSameHistory(this.#cursor, this.#options.follower.position);
  }

  /** What follows the cursor: from memory, else from the database. Empty when this instance knows of nothing newer. */
  async #next(): Promise<readonly CatalogRevision[]> {
    const { follower, reads } = this.#options;
    const head = follower.store.position.revision;
    if (this.#cursor.revision >= head) return [];
    const recent = follower.recent.after(this.#cursor.revision, BATCH);
    if (recent) return recent;
    try {
      const read = await reads.revisionsAfter(this.#cursor, BATCH, this.#signal);
      // The history may have been replaced while the database was asked.
      this.#refuseOtherEpoch();
      if (read === null || this.#cursor.revision < follower.oldestPosition.revision) throw expiredPosition();
      // The view is what lookups answer from: a stream never runs ahead of it.
      return read.filter((revision) => revision.revision <= head);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      // Rule F7: the database is away; the stream stays open and goes on when it is back.
      await follower.applied.wait(RETRY_MS, this.#signal);
      return [];
    }
  }

  async *#snapshot(): AsyncGenerator<FeedUpdate> {
    const { follower, now } = this.#options;
    const position = follower.position;
    const view = follower.viewFor(this.#request.tenant);
    const bookmark = { position, contentHash: this.#filter ? null : view.contentHash };
    const tools = view.tools({ includeShadowed: true });
    const filter = this.#filter;
    const chosen = filter ? tools.filter((tool) => matchesFilter(tool, filter)) : tools;
    for (const update of snapshotUpdates(chosen, position, now().toISOString())) {
      if (this.#signal.aborted) return;
      await this.#options.turns.next();
      yield update;
    }
    this.#startAt(position);
    this.#sentAtMs = performance.now();
    yield {
      action: 'BOOKMARK',
      ...bookmark,
      previousPosition: beginningOf(position),
      revision: position.revision,
      lastInRevision: true,
      change: null,
      at: now().toISOString(),
    };
  }

  #bookmark(): FeedUpdate {
    const { follower, now } = this.#options;
    const { epoch, revision } = follower.store.position;
    const exact = !this.#filter && this.#cursor.epoch === epoch && this.#cursor.revision === revision;
    const previousPosition = this.#sent;
    this.#sent = this.#cursor;
    this.#sentAtMs = performance.now();
    this.#guide?.moved?.(this.#place);
    return {
      action: 'BOOKMARK',
      position: this.#cursor,
      previousPosition,
      revision: this.#cursor.revision,
      lastInRevision: true,
      change: null,
      contentHash: exact ? follower.viewFor(this.#request.tenant).contentHash : null,
      at: now().toISOString(),
    };
  }

  /** Rules F4 and F5: position, previous position and `lastInRevision` speak of this stream, not of the whole log. */
  *#updates(revision: CatalogRevision): Generator<FeedUpdate> {
    const visible = revision.changes.flatMap((change) => {
      const action = this.#actionOf(change);
      return action ? [{ change, action }] : [];
    });
    const told = this.#told;
    for (const [index, { change, action }] of visible.entries()) {
      if (index < told) continue;
      const lastInRevision = index === visible.length - 1;
      const previousPosition = this.#sent;
      this.#sent = { epoch: this.#cursor.epoch, revision: lastInRevision ? revision.revision : revision.revision - 1 };
      this.#sentAtMs = performance.now();
      this.#told = index + 1;
      this.#guide?.moved?.(this.#place);
      yield {
        action,
        position: this.#sent,
        previousPosition,
        revision: revision.revision,
        lastInRevision,
        change: action === 'REMOVED' ? { ...change, after: null } : change,
        contentHash: null,
        at: revision.at,
      };
    }
  }

  #actionOf(change: CatalogChange): FeedUpdate['action'] | undefined {
    if (change.tenant !== SHARED_TENANT && change.tenant !== this.#request.tenant) return undefined;
    if (!this.#filter) return change.action;
    const before = change.before !== null && matchesFilter(change.before, this.#filter);
    const after = change.after !== null && matchesFilter(change.after, this.#filter);
    if (after) return change.action;
    if (!before) return undefined;
    return change.after === null ? change.action : 'REMOVED';
  }
}
