import type { CatalogRevision } from '../view/catalog-change.js';

/**
 * The newest part of the change log, held in memory so that subscriptions that keep up never ask the database. Revisions have no
 * holes, so a revision's place is its distance from the first.
 */
export class RecentChanges {
  readonly #maxChanges: number;
  #revisions: CatalogRevision[] = [];
  /** Index of the oldest revision that is still held. */
  #start = 0;
  #changeCount = 0;
  /** The revision before `#revisions[0]`. */
  #base: number;

  /**
   * @param maxChanges changes to hold before the oldest revisions are let go; the newest revision always stays.
   * @param base the revision after which this ring begins.
   */
  constructor(maxChanges: number, base: number) {
    this.#maxChanges = maxChanges;
    this.#base = base;
  }

  push(revision: CatalogRevision): void {
    if (revision.revision !== this.#base + this.#revisions.length + 1) {
      throw new Error(`Revision ${revision.revision} does not follow ${this.#base + this.#revisions.length}.`);
    }
    this.#revisions.push(revision);
    this.#changeCount += revision.changes.length;
    while (this.#changeCount > this.#maxChanges && this.#start < this.#revisions.length - 1) {
      this.#changeCount -= this.#revisions[this.#start]?.changes.length ?? 0;
      this.#start += 1;
    }
    // Moving the array costs its length: done only when half of it is past, that is a constant for each revision.
    if (this.#start > this.#revisions.length / 2) {
      this.#base += this.#start;
      this.#revisions.splice(0, this.#start);
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
    this.#start = 0;
    this.#changeCount = 0;
    this.#base = base;
  }
}
