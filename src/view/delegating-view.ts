import type { ToolState } from './catalog-change.js';
import type { CapabilityEntry, CatalogView, ToolListOptions } from './catalog-view.js';
import type { Position } from './position.js';
import type { ToolSearchHit, ToolSearchOptions } from './tool-search.js';

/** A view that answers as another one does, which may be another at each call. */
export abstract class DelegatingView implements CatalogView {
  /** Who answers now. */
  protected abstract target(): CatalogView;

  get tenant(): string {
    return this.target().tenant;
  }

  get position(): Position {
    return this.target().position;
  }

  get revision(): number {
    return this.position.revision;
  }

  get toolCount(): number {
    return this.target().toolCount;
  }

  get contentHash(): string {
    return this.target().contentHash;
  }

  find(name: string, platform?: string | null): ToolState | undefined {
    return this.target().find(name, platform);
  }

  byId(toolId: string): ToolState | undefined {
    return this.target().byId(toolId);
  }

  tools(options?: ToolListOptions): readonly ToolState[] {
    return this.target().tools(options);
  }

  byCapability(name: string): readonly ToolState[] {
    return this.target().byCapability(name);
  }

  capabilities(): readonly CapabilityEntry[] {
    return this.target().capabilities();
  }

  search(query: string, options?: ToolSearchOptions): readonly ToolSearchHit[] {
    return this.target().search(query, options);
  }

  prepareSearch(maxTools: number): boolean {
    return this.target().prepareSearch(maxTools);
  }

  pin(): CatalogView {
    return this.target().pin();
  }
}
