import type { ToolState } from './catalog-change.js';
import type { Position } from './position.js';

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
}

export interface ToolListOptions {
  /** Also the shared tools that a tenant's own tool hides. Default false. */
  readonly includeShadowed?: boolean;
}

/** The name of the layer that every tenant sees. */
export const SHARED_TENANT = 'shared';
