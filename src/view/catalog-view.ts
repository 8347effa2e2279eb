import type { ToolState } from './catalog-change.js';
import type { Position } from './position.js';
import type { ToolSearchHit, ToolSearchOptions } from './tool-search.js';

/** A capability name and the tools that offer it, under this name or as an alias. */
export interface CapabilityEntry {
  readonly name: string;
  readonly tools: readonly ToolState[];
}

/**
 * The catalog as one tenant sees it: its own tools over the shared ones, where a tenant's tool hides the shared tool of the
 * same (platform, name). The object stays the same and follows the store that it came from; all answers are frozen and
 * shared, never copied.
 */
export interface CatalogView {
  readonly tenant: string;
  readonly position: Position;
  /** The revision of {@link position}. */
  readonly revision: number;
  /** Tools that the tenant sees; a hidden one does not count. */
  readonly toolCount: number;
  /** Live-update rule H1, over all tools of both layers, hidden ones too: 64 lower-case hexadecimal digits. */
  readonly contentHash: string;
  /**
   * One tool by name. The platform may be left out while the name is unique.
   * @throws AmbiguousNameError when a bare name fits tools on several platforms.
   */
  find(name: string, platform?: string | null): ToolState | undefined;
  /** A tool of either layer, hidden or not. */
  byId(toolId: string): ToolState | undefined;
  /** By name, then platform, byte-wise. The same array until the catalog changes. */
  tools(options?: ToolListOptions): readonly ToolState[];
  /** The tools that offer a capability under this name or as an alias; by name, then platform. */
  byCapability(name: string): readonly ToolState[];
  /** Every capability name (aliases have no entry of their own), sorted byte-wise. */
  capabilities(): readonly CapabilityEntry[];
  /**
   * This view as it is now: it keeps its revision while the catalog moves on. Cheap, at any size; it goes when nobody holds
   * it any more. A pin of a pin is itself.
   */
  pin(): CatalogView;
  /**
   * The enabled tools that fit a request in words, best first: typos, synonyms and partial words forgiven. Empty when the
   * request has no word that matters, or when no tool has enough of what it asks for. The same catalog and query give the
   * same answer everywhere. The first search reads all tools (see {@link prepareSearch}); later ones only what has changed.
   *
   * @throws BadUserInputError for a query of more than 1,000 characters, or a limit that is not a whole number from 0.
   */
  search(query: string, options?: ToolSearchOptions): readonly ToolSearchHit[];
  /**
   * Does part of what the next search would have to do first, so that it can be done between other work.
   * @param maxTools how many tools of a layer to read at most. @returns true when nothing is left to do.
   */
  prepareSearch(maxTools: number): boolean;
}

export interface ToolListOptions {
  /** Also the shared tools that a tenant's own tool hides. Default false. */
  readonly includeShadowed?: boolean;
}

/** The name of the layer that every tenant sees. */
export const SHARED_TENANT = 'shared';
