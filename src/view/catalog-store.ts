import { deepFreeze } from '../kernel/json.js';
import type { CatalogChange, CatalogRevision, ToolState } from './catalog-change.js';
import type { CatalogView } from './catalog-view.js';
import type { Position } from './position.js';
import { stateHash } from './state-hash.js';
import { TenantView, type ViewSource } from './tenant-view.js';
import { Tombstones } from './tombstones.js';
import { ToolLayer } from './tool-layer.js';

interface Entry {
  readonly state: ToolState;
  /** The revision that brought this state. */
  readonly revision: number;
  readonly hash: bigint;
}

/** One tool's difference that took effect in a copy. `before` is what the copy held, whatever the log says. */
export interface AppliedChange extends Omit<CatalogChange, 'actor'> {
  /** Null where the copy was replaced as a whole: nobody knows then who did what. */
  readonly actor: string | null;
}

/** Where a store stands that nothing has been loaded into. */
export const NOWHERE: Position = Object.freeze({ epoch: 'none', revision: 0 });

/** A client that never replaces its copy needs no more than about a megabyte for this many. */
const REMEMBERED_DELETIONS = 10_000;

/**
 * A copy of the catalog with the tools of all tenants that it is fed: latest versions only, deleted tools left out. The
 * same code keeps it in the service, in the client and in a browser. Applying is idempotent by (toolId, revision).
 */
export class CatalogStore {
  #position: Position = NOWHERE;
  #entries = new Map<string, Entry>();
  #layers = new Map<string, ToolLayer>();
  #tombstones = new Tombstones(REMEMBERED_DELETIONS);
  readonly #views = new Map<string, TenantView>();

  /** Everything up to here has been applied. */
  get position(): Position {
    return this.#position;
  }

  /** The catalog as a tenant sees it. Cheap: the same object at every call, and it follows the store by itself. */
  view(tenant: string): CatalogView {
    let view = this.#views.get(tenant);
    if (view === undefined) {
      view = new TenantView(tenant, this.#viewSource());
      this.#views.set(tenant, view);
    }
    return view;
  }

  /**
   * Applies all changes of one revision at once. A change that is not newer than what the store knows of its tool does
   * nothing; the position only moves forward. A revision without changes moves the position alone.
   *
   * @returns the differences that took effect, in the revision's order.
   */
  apply(revision: CatalogRevision): readonly AppliedChange[] {
    const lastOfEachTool = new Map(revision.changes.map((change) => [change.toolId, change]));
    const applied: AppliedChange[] = [];
    for (const change of lastOfEachTool.values()) {
      const known = this.#entries.get(change.toolId);
      if (revision.revision <= (known?.revision ?? this.#tombstones.knownRevision(change.toolId))) continue;
      const before = known?.state ?? null;
      this.#set(change.toolId, change.after, revision.revision);
      if (before !== null || change.after !== null) applied.push(Object.freeze({ ...change, before }));
    }
    if (revision.revision > this.#position.revision) {
      this.#position = Object.freeze({ epoch: this.#position.epoch, revision: revision.revision });
    }
    return applied;
  }

  /**
   * Makes the store hold exactly these tools, at this position, which may lie before the present one or in another
   * history. Of two states of one tool the newer counts.
   *
   * @returns the differences to what the store held before.
   */
  replaceAll(states: Iterable<ToolState>, position: Position): readonly AppliedChange[] {
    const fresh = new CatalogStore();
    fresh.#position = Object.freeze({ ...position });
    for (const state of states) {
      const known = fresh.#entries.get(state.toolId);
      if (known === undefined || known.revision < state.revision) fresh.#set(state.toolId, state, state.revision);
    }
    return this.takeOver(fresh);
  }

  /**
   * {@link replaceAll} with the content of another store, at no cost but that of finding the differences. The other store
   * must not be used afterwards.
   */
  takeOver(other: CatalogStore): readonly AppliedChange[] {
    const before = this.#entries;
    this.#position = other.#position;
    this.#entries = other.#entries;
    this.#layers = other.#layers;
    this.#tombstones = other.#tombstones;
    for (const view of this.#views.values()) view.rebind();
    return differences(before, this.#entries);
  }

  #set(toolId: string, after: ToolState | null, revision: number): void {
    const known = this.#entries.get(toolId);
    if (after === null) {
      if (known !== undefined) this.#drop(toolId, known);
      this.#tombstones.bury(toolId, revision);
      return;
    }
    const entry: Entry = { state: deepFreeze(after), revision, hash: stateHash(after) };
    const layer = this.#layerOf(after.tenant);
    layer.replace(known?.state, entry.state);
    if (known !== undefined) layer.hash.remove(known.hash);
    layer.hash.add(entry.hash);
    this.#entries.set(toolId, entry);
    this.#tombstones.forget(toolId);
  }

  #drop(toolId: string, known: Entry): void {
    const layer = this.#layerOf(known.state.tenant);
    layer.replace(known.state, undefined);
    layer.hash.remove(known.hash);
    this.#entries.delete(toolId);
  }

  #layerOf(tenant: string): ToolLayer {
    let layer = this.#layers.get(tenant);
    if (layer === undefined) {
      layer = new ToolLayer();
      this.#layers.set(tenant, layer);
    }
    return layer;
  }

  #viewSource(): ViewSource {
    return {
      position: () => this.#position,
      stateOf: (toolId) => this.#entries.get(toolId)?.state,
      layerOf: (tenant) => this.#layerOf(tenant),
    };
  }
}

/** What is gone first: of a tool that comes back under another id, whoever goes by names keeps the new one. */
function differences(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): readonly AppliedChange[] {
  const found: AppliedChange[] = [];
  for (const [toolId, known] of before) {
    if (!after.has(toolId)) {
      found.push(difference(known.state, { action: 'DELETED', before: known.state, after: null }));
    }
  }
  for (const [toolId, entry] of after) {
    const known = before.get(toolId);
    if (known === undefined)
      found.push(difference(entry.state, { action: 'CREATED', before: null, after: entry.state }));
    else if (known.hash !== entry.hash) {
      found.push(difference(entry.state, { action: 'UPDATED', before: known.state, after: entry.state }));
    }
  }
  return found;
}

function difference(tool: ToolState, seen: Pick<AppliedChange, 'action' | 'before' | 'after'>): AppliedChange {
  return Object.freeze({
    toolId: tool.toolId,
    tenant: tool.tenant,
    platform: tool.platform,
    toolName: tool.name,
    ...seen,
    changedFields: [],
    actor: null,
    reason: null,
  });
}
