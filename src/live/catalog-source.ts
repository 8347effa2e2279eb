import type { CatalogChange } from '../view/catalog-change.js';
import type { CatalogView } from '../view/catalog-view.js';
import type { Position } from '../view/position.js';
import type { ToolFilter } from '../view/tool-filter.js';
import type { StreamGuide } from './stream-guide.js';

/** The instance's own copy of the catalog, kept current by following the change log (live-update rule F1). */
export interface CatalogSource {
  /** The catalog as a tenant sees it now: its own tools over the shared ones. Cheap; the object follows the log by itself. */
  viewFor(tenant: string): CatalogView;
  readonly position: Position;
  /** The oldest position from which the change log can still be followed. */
  readonly oldestPosition: Position;
  /** True once the first load is through. */
  readonly loaded: boolean;
  /** How long ago the database last confirmed that this copy is current, in ms. */
  readonly stalenessMs: number;
  /**
   * Waits until this instance has applied the position.
   * @throws PositionError POSITION_INVALID for another epoch, UnavailableError when `timeoutMs` pass first.
   */
  waitFor(position: Position, timeoutMs: number): Promise<void>;
}

/** What a subscription is told: a change, a tool of the snapshot, a removal by the filter, or a bookmark. */
export interface FeedUpdate {
  readonly action: CatalogChange['action'] | 'SNAPSHOT' | 'REMOVED' | 'BOOKMARK';
  readonly position: Position;
  readonly previousPosition: Position;
  readonly revision: number;
  readonly lastInRevision: boolean;
  /** Null only for BOOKMARK. */
  readonly change: CatalogChange | null;
  /** Of the whole visible catalog; with BOOKMARK on streams without a filter. */
  readonly contentHash: string | null;
  /** RFC 3339, UTC. */
  readonly at: string;
}

export interface FeedRequest {
  readonly tenant: string;
  /** As the client sent it; null starts at the present. */
  readonly after: string | null;
  readonly snapshot: boolean;
  readonly filter: ToolFilter | null;
  readonly bookmarks: boolean;
}

/** Subscriptions: each a loop over the log after its own position (live-update rules F2 to F6). */
export interface ChangeFeed {
  /** @throws PositionError from the first `next()` when the position cannot be followed. */
  follow(request: FeedRequest, signal: AbortSignal, guide?: StreamGuide): AsyncIterable<FeedUpdate>;
}
