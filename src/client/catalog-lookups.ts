import type { ToolState } from '../view/catalog-change.js';
import type { CapabilityEntry, CatalogView } from '../view/catalog-view.js';
import { isEmptyFilter, matchesFilter, type ToolFilter } from '../view/tool-filter.js';
import type { ToolSearchHit, ToolSearchOptions } from '../view/tool-search.js';

/** The lookups of a {@link CatalogReader}, over whatever view it has. */
export abstract class CatalogLookups {
  /** The catalog as a tenant sees it. The object stays the same and follows by itself. */
  abstract readonly view: CatalogView;

  /** The tenant of the token; 'shared' until it is known. */
  get tenant(): string {
    return this.view.tenant;
  }

  /** Of everything that the copy holds (live-update rule H1): equal to `catalog { contentHash }` at the same position. */
  get contentHash(): string {
    return this.view.contentHash;
  }

  /**
   * One tool by name; the platform may be left out while the name is unique.
   * @throws AmbiguousNameError when a bare name fits tools on several platforms.
   */
  get(name: string, options?: { readonly platform?: string | null }): ToolState | undefined {
    return this.view.find(name, options?.platform);
  }

  /** The tools that match every given field, by name, then platform; all without a filter. */
  list(filter?: ToolFilter | null): readonly ToolState[] {
    const tools = this.view.tools();
    if (filter === undefined || filter === null || isEmptyFilter(filter)) return tools;
    return tools.filter((tool) => matchesFilter(tool, filter));
  }

  /** The tools that offer a capability, under this name or as an alias; by name, then platform. */
  byCapability(name: string): readonly ToolState[] {
    return this.view.byCapability(name);
  }

  /** Every capability with its tools, sorted by name. */
  capabilities(): readonly CapabilityEntry[] {
    return this.view.capabilities();
  }

  /**
   * The enabled tools that fit a request in words, best first; none when nothing fits. Ranks as the service does. The first
   * search reads every tool, which takes a second for some thousands: `view.prepareSearch` does it in parts.
   *
   * @throws BadUserInputError for a query of more than 1,000 characters, or a limit that is not a whole number from 0.
   */
  search(query: string, options?: ToolSearchOptions): readonly ToolSearchHit[] {
    return this.view.search(query, options);
  }

  /** The catalog as it is now, for as long as somebody holds it: it keeps its revision while this one moves on. */
  pin(): CatalogView {
    return this.view.pin();
  }
}
