import type { CatalogRevision, ToolState } from '../view/catalog-change.js';
import { type AppliedChange, CatalogStore, NOWHERE } from '../view/catalog-store.js';
import { type CatalogView, SHARED_TENANT } from '../view/catalog-view.js';
import type { Position } from '../view/position.js';
import type { CopySource } from './catalog-reader.js';

/** A revision of no service. */
const YAML_POSITION: Position = Object.freeze({ epoch: 'yaml', revision: 1 });

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
  #source: CopySource = 'none';

  /** The shown copy as the token's tenant sees it; the shared layer alone until the tenant is known. */
  get view(): CatalogView {
    return this.#view;
  }

  /** Of the copy that is shown. */
  get source(): CopySource {
    return this.#source;
  }

  /** Null until a complete copy of the service's has been shown. */
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

  /** Shows a copy that was kept from an earlier run; it is followed on from where it stands. Answers the differences. */
  restore(tenant: string, tools: readonly ToolState[], position: Position): readonly AppliedChange[] {
    this.#complete = true;
    this.#followable = true;
    return this.#show('disk', tenant, this.#shown.replaceAll(tools, position));
  }

  /** Shows tools that came from no service: they count until there is anything better. Answers the differences. */
  substitute(tools: readonly ToolState[]): readonly AppliedChange[] {
    return this.#show('yaml', SHARED_TENANT, this.#shown.replaceAll(tools, YAML_POSITION));
  }

  /** Forgets a copy that must not be shown. Answers the differences. */
  clear(): readonly AppliedChange[] {
    this.abandon(true);
    this.#complete = false;
    return this.#show('none', SHARED_TENANT, this.#shown.replaceAll([], NOWHERE));
  }

  /** The service has confirmed what is shown. */
  confirm(): void {
    this.#source = 'live';
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
    this.#complete = true;
    this.#followable = true;
    this.#historyReplaced = false;
    return this.#show('live', this.#nextTenant, differences);
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

  #show(source: CopySource, tenant: string, differences: readonly AppliedChange[]): readonly AppliedChange[] {
    this.#source = source;
    this.#view = this.#shown.view(tenant);
    return differences;
  }
}
