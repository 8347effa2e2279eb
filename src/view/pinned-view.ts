import type { CatalogView } from './catalog-view.js';
import { DelegatingView } from './delegating-view.js';
import type { Position } from './position.js';

/** What a pin keeps of the moment at which it was made. */
export interface Pinned {
  readonly position: Position;
  readonly toolCount: number;
  readonly contentHash: string;
}

/** Where a pin finds its tools. */
export interface PinSource {
  /** True while the view that was pinned still holds the same tools. */
  isUnchanged(): boolean;
  /** The pinned tools with indexes of their own. Called once at most, by the first lookup after the view has moved on. */
  rebuild(): CatalogView;
}

/**
 * A view that stays at its revision. Until the catalog changes it borrows the indexes of the view that it came from; after
 * that it makes its own when it is first asked. So pinning costs next to nothing, a change costs nothing more for being
 * pinned, and nobody but its users holds it.
 */
export class PinnedView extends DelegatingView {
  readonly #pinned: Pinned;
  #source: PinSource | null;
  #target: CatalogView;

  constructor(view: CatalogView, pinned: Pinned, source: PinSource) {
    super();
    this.#pinned = pinned;
    this.#source = source;
    this.#target = view;
  }

  override get position(): Position {
    return this.#pinned.position;
  }

  override get toolCount(): number {
    return this.#pinned.toolCount;
  }

  override get contentHash(): string {
    return this.#pinned.contentHash;
  }

  override pin(): CatalogView {
    return this;
  }

  protected target(): CatalogView {
    if (this.#source?.isUnchanged() === false) {
      this.#target = this.#source.rebuild();
      this.#source = null;
    }
    return this.#target;
  }
}
