import { AmbiguousNameError } from '../kernel/errors.js';
import type { ToolState } from './catalog-change.js';
import { type CapabilityEntry, type CatalogView, SHARED_TENANT, type ToolListOptions } from './catalog-view.js';
import { ListLayer } from './list-layer.js';
import { PinnedView } from './pinned-view.js';
import type { Position } from './position.js';
import { Corpus, type LayerPart } from './search/corpus.js';
import { searchCorpus } from './search/search-corpus.js';
import type { Layer } from './tool-layer.js';
import { compareByName, compareBytes, compareTools, lowerBound } from './tool-order.js';
import type { ToolSearchHit, ToolSearchOptions } from './tool-search.js';

/** What a view needs of the store that it looks into. */
export interface ViewSource {
  position(): Position;
  /** The state of a tool of any tenant. */
  stateOf(toolId: string): ToolState | undefined;
  layerOf(tenant: string): Layer;
}

/** What a view derives from its layers; thrown away as a whole when one of them has changed. */
interface Derived {
  readonly sharedVersion: number;
  readonly ownVersion: number;
  readonly byCapability: Map<string, readonly ToolState[]>;
  visible: readonly ToolState[] | null;
  all: readonly ToolState[] | null;
  toolCount: number | null;
  capabilities: readonly CapabilityEntry[] | null;
  pinned: PinnedView | null;
  corpus: Corpus | null;
  /** The last search: who plans asks the same words again, for other numbers. */
  searched: { readonly key: string; readonly hits: readonly ToolSearchHit[] } | null;
}

/** A tenant's layer over the shared one. Made by `CatalogStore.view`. */
export class TenantView implements CatalogView {
  readonly tenant: string;
  readonly #source: ViewSource;
  #shared: Layer;
  /** Null for the shared tenant, whose own layer is the shared one. */
  #own: Layer | null;
  #derived: Derived | null = null;

  constructor(tenant: string, source: ViewSource) {
    this.tenant = tenant;
    this.#source = source;
    this.#shared = source.layerOf(SHARED_TENANT);
    this.#own = tenant === SHARED_TENANT ? null : source.layerOf(tenant);
  }

  /** Takes up the layers of the source, which has replaced them. */
  rebind(): void {
    this.#shared = this.#source.layerOf(SHARED_TENANT);
    this.#own = this.tenant === SHARED_TENANT ? null : this.#source.layerOf(this.tenant);
    this.#derived = null;
  }

  get position(): Position {
    return this.#source.position();
  }

  get revision(): number {
    return this.#source.position().revision;
  }

  get toolCount(): number {
    const own = this.#own;
    if (own === null || own.size === 0) return this.#shared.size;
    const derived = this.#derive();
    derived.toolCount ??= this.#shared.size + own.sorted().filter((tool) => !this.#hides(tool)).length;
    return derived.toolCount;
  }

  get contentHash(): string {
    return this.#shared.hash.hexWith(this.#own?.hash ?? null);
  }

  find(name: string, platform?: string | null): ToolState | undefined {
    const own = this.#own?.named(name);
    const shared = this.#shared.named(name);
    if (own === undefined) return shared && pick(shared, name, platform);
    if (shared === undefined) return pick(own, name, platform);
    return pick(overlayOfOneName(own, shared), name, platform);
  }

  byId(toolId: string): ToolState | undefined {
    const state = this.#source.stateOf(toolId);
    return state?.tenant === this.tenant || state?.tenant === SHARED_TENANT ? state : undefined;
  }

  tools(options: ToolListOptions = {}): readonly ToolState[] {
    const own = this.#own;
    if (own === null || own.size === 0) return this.#shared.sorted();
    const derived = this.#derive();
    if (options.includeShadowed === true) {
      derived.all ??= Object.freeze(overlay(this.#shared.sorted(), own.sorted(), true));
      return derived.all;
    }
    derived.visible ??= Object.freeze(overlay(this.#shared.sorted(), own.sorted(), false));
    return derived.visible;
  }

  byCapability(name: string): readonly ToolState[] {
    const own = this.#own;
    const shared = this.#shared.capabilities.tools(name);
    if (own === null || own.size === 0) return shared;
    const { byCapability } = this.#derive();
    const known = byCapability.get(name);
    if (known !== undefined) return known;
    const seen = shared.filter((tool) => own.at(tool.name, tool.platform) === undefined);
    const tools = Object.freeze([...seen, ...own.capabilities.tools(name)].sort(compareTools));
    // Only what exists is remembered: callers may ask for any number of names that do not.
    if (tools.length > 0) byCapability.set(name, tools);
    return tools;
  }

  capabilities(): readonly CapabilityEntry[] {
    const derived = this.#derive();
    derived.capabilities ??= this.#listCapabilities();
    return derived.capabilities;
  }

  pin(): CatalogView {
    const derived = this.#derive();
    // Bookmarks move the position and change nothing else.
    if (derived.pinned?.position !== this.position) derived.pinned = this.#pin(derived);
    return derived.pinned;
  }

  #pin(derived: Derived): PinnedView {
    const { tenant, position, toolCount, contentHash } = this;
    const layers = { shared: this.#shared, own: this.#own };
    const tools = { shared: layers.shared.sorted(), own: layers.own?.sorted() ?? null };
    const isUnchanged = () =>
      this.#shared === layers.shared &&
      this.#own === layers.own &&
      layers.shared.version === derived.sharedVersion &&
      (layers.own?.version ?? 0) === derived.ownVersion;
    return new PinnedView(
      this,
      { position, toolCount, contentHash },
      { isUnchanged, rebuild: () => viewOfLists(tenant, position, tools) },
    );
  }

  search(query: string, options?: ToolSearchOptions): readonly ToolSearchHit[] {
    const derived = this.#derive();
    derived.corpus ??= new Corpus(this.#corpusLayers());
    const key = JSON.stringify([query, options]);
    if (derived.searched?.key !== key) derived.searched = { key, hits: searchCorpus(derived.corpus, query, options) };
    return derived.searched.hits;
  }

  prepareSearch(maxTools: number): boolean {
    return this.#shared.search.prepare(maxTools) && (this.#own?.search.prepare(maxTools) ?? true);
  }

  #corpusLayers(): LayerPart[] {
    const shared = this.#shared.search.current();
    const own = this.#own;
    if (own === null || own.size === 0) return [{ index: shared, hidden: new Set() }];
    const hidden = new Set<number>();
    for (const tool of own.sorted()) {
      const slot = shared.slotOf(this.#shared.at(tool.name, tool.platform)?.toolId ?? '');
      if (slot !== undefined) hidden.add(slot);
    }
    return [
      { index: shared, hidden },
      { index: own.search.current(), hidden: new Set() },
    ];
  }

  #listCapabilities(): readonly CapabilityEntry[] {
    const names = new Set(this.#shared.capabilities.names());
    for (const name of this.#own?.capabilities.names() ?? []) names.add(name);
    const entries: CapabilityEntry[] = [];
    for (const name of [...names].sort(compareBytes)) {
      const tools = this.byCapability(name);
      const named = tools.some((tool) => tool.capabilities.some((capability) => capability.name === name));
      if (named) entries.push(Object.freeze({ name, tools }));
    }
    return Object.freeze(entries);
  }

  #hides(tool: ToolState): boolean {
    return this.#shared.at(tool.name, tool.platform) !== undefined;
  }

  #derive(): Derived {
    const sharedVersion = this.#shared.version;
    const ownVersion = this.#own?.version ?? 0;
    const present = this.#derived;
    if (present?.sharedVersion === sharedVersion && present.ownVersion === ownVersion) return present;
    this.#derived = {
      sharedVersion,
      ownVersion,
      byCapability: new Map(),
      visible: null,
      all: null,
      toolCount: null,
      capabilities: null,
      pinned: null,
      corpus: null,
      searched: null,
    };
    return this.#derived;
  }
}

/** The tools of two layers, in the catalog's order, as a view of its own that nothing changes. */
function viewOfLists(
  tenant: string,
  position: Position,
  tools: { readonly shared: readonly ToolState[]; readonly own: readonly ToolState[] | null },
): TenantView {
  const layers = { shared: new ListLayer(tools.shared), own: new ListLayer(tools.own ?? []) };
  let byId: ReadonlyMap<string, ToolState> | null = null;
  return new TenantView(tenant, {
    position: () => position,
    stateOf: (toolId) => {
      byId ??= new Map([...tools.shared, ...(tools.own ?? [])].map((tool) => [tool.toolId, tool]));
      return byId.get(toolId);
    },
    layerOf: (owner) => (owner === SHARED_TENANT ? layers.shared : layers.own),
  });
}

/** @throws AmbiguousNameError when the platform is left out and the tools are on several. */
function pick(tools: readonly ToolState[], name: string, platform: string | null | undefined): ToolState | undefined {
  if (platform !== undefined && platform !== null) return tools.find((tool) => tool.platform === platform);
  if (tools.length > 1) {
    throw new AmbiguousNameError(
      name,
      tools.map((tool) => tool.platform),
    );
  }
  return tools[0];
}

function overlayOfOneName(own: readonly ToolState[], shared: readonly ToolState[]): readonly ToolState[] {
  const seen = shared.filter((tool) => !own.some((other) => other.platform === tool.platform));
  return seen.length === 0 ? own : [...own, ...seen].sort(compareByName);
}

/** Two sorted lists as one. Costs comparisons for the own tools only: the shared ones are merely carried over. */
function overlay(shared: readonly ToolState[], own: readonly ToolState[], keepHidden: boolean): ToolState[] {
  const compare = keepHidden ? compareTools : compareByName;
  const merged: ToolState[] = [];
  let next = 0;
  for (const tool of own) {
    const place = lowerBound(shared, (other) => compare(other, tool));
    for (; next < place; next += 1) merged.push(shared[next] as ToolState);
    merged.push(tool);
    const hidden = shared[next];
    if (!keepHidden && hidden !== undefined && compareByName(hidden, tool) === 0) next += 1;
  }
  for (; next < shared.length; next += 1) merged.push(shared[next] as ToolState);
  return merged;
}
