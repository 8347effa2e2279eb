import type { CatalogRevision, ToolState } from '../view/catalog-change.js';
import { type AppliedChange, CatalogStore } from '../view/catalog-store.js';
import { type CatalogView, SHARED_TENANT } from '../view/catalog-view.js';
import type { Position } from '../view/position.js';

/** Tools that have been listed, and what the list knew of the log. */
export interface Listing {
  readonly tenant: string;
  readonly tools: readonly ToolState[];
  /** The lowest position that any page reported: follow from here. */
  readonly from: Position;
  /** The highest position that any page reported, as a revision: until then the pages do not fit each other. */
  readonly completeAt: number;
}

/**
 * The client's copy and, while it is being replaced, the next one beside it. What is shown is always the catalog at one
 * revision, and never an earlier one than has been shown before, unless history itself was replaced. Pure.
 */
export class CatalogCopy {
  readonly #shown = new CatalogStore();
  #next: CatalogStore | null = null;
  /** The revision at which the next copy is whole, and the one at which it may be shown. */
  #nextWholeAt = 0;
  #nextShownAt = 0;
  #complete = false;
  #followable = false;
  #historyReplaced = false;
  #nextTenant = SHARED_TENANT;
  #view = this.#shown.view(SHARED_TENANT);

  /** The shown copy as the token's tenant sees it; the shared layer alone until the tenant is known. */
  get view(): CatalogView {
    return this.#view;
  }

  /** Null until a complete copy has been shown. */
  get position(): Position | null {
    return this.#complete ? this.#shown.position : null;
  }

  /** True while the next copy is not ready to be shown. */
  get replacing(): boolean {
    return this.#next !== null || !this.#followable;
  }

  /** Where following goes on; null when the catalog has to be listed. */
  get followFrom(): Position | null {
    if (this.#next !== null) return this.#next.position;
    return this.#followable ? this.#shown.position : null;
  }

  /** Of the copy that follows, shown or not; null while its pages are of different revisions. */
  get followingHash(): string | null {
    const next = this.#next;
    if (next === null) return this.#view.contentHash;
    return next.position.revision < this.#nextWholeAt ? null : next.view(this.#nextTenant).contentHash;
  }

  /** Begins the next copy. It is shown by {@link settle}. */
  begin(listing: Listing): void {
    this.#nextTenant = listing.tenant;
    this.#next = new CatalogStore();
    this.#next.replaceAll(listing.tools, listing.from);
    const { epoch, revision } = this.#shown.position;
    const timeTravel = this.#complete && !this.#historyReplaced && epoch === listing.from.epoch;
    this.#nextWholeAt = listing.completeAt;
    this.#nextShownAt = Math.max(listing.completeAt, timeTravel ? revision : 0);
  }

  /** Applies a revision to the copy that follows. Answers what changed in the one that is shown. */
  apply(revision: CatalogRevision): readonly AppliedChange[] {
    const applied = (this.#next ?? this.#shown).apply(revision);
    return this.#next === null ? applied : [];
  }

  /** Shows the next copy if it is ready, and answers the differences; null when nothing was replaced. */
  settle(): readonly AppliedChange[] | null {
    const next = this.#next;
    if (next === null || next.position.revision < this.#nextShownAt) return null;
    const differences = this.#shown.takeOver(next);
    this.#next = null;
    this.#view = this.#shown.view(this.#nextTenant);
    this.#complete = true;
    this.#followable = true;
    this.#historyReplaced = false;
    return differences;
  }

  /**
   * The copy cannot be followed on: the catalog must be listed again. The shown copy stays.
   *
   * @param historyReplaced true when the service does not know the position (any more): then what is listed next counts, even
   *   if its revision is lower.
   */
  abandon(historyReplaced: boolean): void {
    this.#next = null;
    this.#followable = false;
    this.#historyReplaced ||= historyReplaced;
  }
}
