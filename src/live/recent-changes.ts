import type { CatalogRevision } from '../view/catalog-change.js';
import { roughBytes } from './rough-bytes.js';

/** What is held before the oldest revisions are let go; the newest revision always stays. */
export interface RecentChangesLimits {
  readonly maxChanges: number;
  /** Of memory, roughly: tools may be small or large. */
  readonly maxBytes: number;
}

/** In the place of a revision that was let go. */
const GONE: CatalogRevision = Object.freeze({ revision: 0, at: '', changes: [] });

/**
 * The newest part of the change log, held in memory so that subscriptions that keep up never ask the database. Revisions have no
 * holes, so a revision's place is its distance from the first.
 */
export class RecentChanges {
  readonly #limits: RecentChangesLimits;
  #revisions: CatalogRevision[] = [];
  /** Of each revision. */
  #sizes: number[] = [];
  /** Index of the oldest revision that is still held. */
  #start = 0;
  #changeCount = 0;
  #byteCount = 0;
  /** The revision before `#revisions[0]`. */
  #base: number;

  /** @param base the revision after which this ring begins. */
  constructor(limits: RecentChangesLimits, base: number) {
    this.#limits = limits;
    this.#base = base;
  }

  push(revision: CatalogRevision): void {
    if (revision.revision !== this.#base + this.#revisions.length + 1) {
      throw new Error(`Revision ${revision.revision} does not follow ${this.#base + this.#revisions.length}.`);
    }
    const bytes = roughBytes(revision);
    this.#revisions.push(revision);
    this.#sizes.push(bytes);
    this.#changeCount += revision.changes.length;
    this.#byteCount += bytes;
    while (this.#isTooMuch() && this.#start < this.#revisions.length - 1) this.#dropOldest();
    // Moving the array costs its length: done only when half of it is past, that is a constant for each revision.
    if (this.#start > this.#revisions.length / 2) {
      this.#base += this.#start;
      this.#revisions.splice(0, this.#start);
      this.#sizes.splice(0, this.#start);
      this.#start = 0;
    }
  }

  /** At most `limit` revisions after `revision`, or undefined when the ring does not reach back that far. */
  after(revision: number, limit: number): readonly CatalogRevision[] | undefined {
    const index = revision - this.#base;
    return index < this.#start ? undefined : this.#revisions.slice(index, index + limit);
  }

  /** Forgets everything; the next revision to come is `base + 1`. */
  reset(base: number): void {
    this.#revisions = [];
    this.#sizes = [];
    this.#start = 0;
    this.#changeCount = 0;
    this.#byteCount = 0;
    this.#base = base;
  }

  #isTooMuch(): boolean {
    const { maxChanges, maxBytes } = this.#limits;
    return this.#changeCount > maxChanges || this.#byteCount > maxBytes;
  }

  #dropOldest(): void {
    this.#changeCount -= this.#revisions[this.#start]?.changes.length ?? 0;
    this.#byteCount -= this.#sizes[this.#start] ?? 0;
    this.#revisions[this.#start] = GONE;
    this.#start += 1;
  }
}
