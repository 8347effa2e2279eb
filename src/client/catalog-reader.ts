import type { CatalogError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import type { AppliedChange } from '../view/catalog-store.js';
import type { CapabilityEntry, CatalogView } from '../view/catalog-view.js';
import type { ToolFilter } from '../view/tool-filter.js';
import type { ToolSearchHit, ToolSearchOptions } from '../view/tool-search.js';
import type { CopyDamagedError } from './client-errors.js';
import type { ClientState } from './client-state.js';
import type { DefinitionFinding } from './copy-storage.js';

export const COPY_SOURCES = ['none', 'live', 'disk', 'yaml'] as const;
/**
 * Where the copy came from:
 *
 * - none: there is no copy yet
 * - live: the service. It stays 'live' when the connection is lost: `state` and `stalenessMs` tell how old it is
 * - disk: the last good copy on disk, not yet confirmed by the service
 * - yaml: a folder of definitions
 */
export type CopySource = (typeof COPY_SOURCES)[number];

/** What one event changed, after it has been applied: lookups answer accordingly already. */
export interface CatalogChangeEvent {
  /** 'revision': one transaction. 'replaced': the copy was listed or loaded anew, the first time or after a loss. */
  readonly kind: 'revision' | 'replaced';
  readonly source: CopySource;
  readonly revision: number;
  /** For 'yaml' no position of any service. */
  readonly position: string;
  /** When the transaction was made: RFC 3339, UTC. Null for 'replaced'. */
  readonly at: string | null;
  /** Of both layers: what a tenant's change or deletion means for a shared tool of the same name, the view knows. */
  readonly changes: readonly AppliedChange[];
}

export interface CatalogReaderEvents {
  change: CatalogChangeEvent;
  state: { readonly state: ClientState; readonly previous: ClientState };
  /** The copy's hash was not the catalog's: it is being listed again. Never expected: please report it. */
  damage: CopyDamagedError;
  /** The copy on disk could not be read or written, or the YAML folder could not be read. Following goes on. */
  warning: CatalogError;
  /** What was found in the YAML folder, once it has been read: definitions with an ERROR are left out. */
  findings: readonly DefinitionFinding[];
  /** A refused token, a broken rule of the feed, a listener that threw. Lost connections are in `state` and in the log. */
  error: Error;
}

/**
 * A catalog to look things up in, wherever it comes from: `CatalogClient` in an orchestrator, `TestCatalog` in its tests.
 * Lookups are synchronous and come from memory.
 */
export interface CatalogReader {
  readonly state: ClientState;
  readonly source: CopySource;
  /** The catalog as a tenant sees it. The object stays the same and follows by itself. */
  readonly view: CatalogView;
  /** The tenant of the token; 'shared' until it is known. */
  readonly tenant: string;
  /** What has been applied; null while there is no copy, and for one from YAML. */
  readonly position: string | null;
  /** Of everything that the copy holds (live-update rule H1): equal to `catalog { contentHash }` at the same position. */
  readonly contentHash: string;
  /**
   * Milliseconds since the service last confirmed that this copy is current, also where that was before this process began
   * (a copy from disk); Infinity for a copy that no service ever confirmed.
   */
  readonly stalenessMs: number;
  /** Why the last attempt to connect or follow failed; null while all is well. */
  readonly lastError: Error | null;
  /** Begins to load and to follow, until {@link close}. A second call does nothing. @throws Error when closed. */
  start(): void;
  /**
   * Waits for a copy that can be worked with, whatever its source and age.
   *
   * @throws UnavailableError when `timeoutMs` pass first (the default is to wait for ever), when the reader is closed first, or
   *   when there is nothing to wait for.
   */
  ready(options?: WaitOptions): Promise<void>;
  /** Waits until the copy is current and follows. @throws UnavailableError as {@link ready} does. */
  live(options?: WaitOptions): Promise<void>;
  /** Ends it for good. The copy stays readable. */
  close(): Promise<void>;
  /** @returns a function that takes the listener off again. A listener that throws is reported as `error` and hurts nobody. */
  on<Name extends keyof CatalogReaderEvents>(
    event: Name,
    listener: (event: CatalogReaderEvents[Name]) => void,
  ): () => void;
  /**
   * One tool by name; the platform may be left out while the name is unique.
   * @throws AmbiguousNameError when a bare name fits tools on several platforms.
   */
  get(name: string, options?: { readonly platform?: string | null }): ToolState | undefined;
  /** The tools that match every given field, by name, then platform; all without a filter. */
  list(filter?: ToolFilter | null): readonly ToolState[];
  /** The tools that offer a capability, under this name or as an alias; by name, then platform. */
  byCapability(name: string): readonly ToolState[];
  /** Every capability with its tools, sorted by name. */
  capabilities(): readonly CapabilityEntry[];
  /**
   * The enabled tools that fit a request in words, best first; none when nothing fits. Ranks as the service does. The first
   * search reads every tool, which takes a second for some thousands: `view.prepareSearch` does it in parts.
   *
   * @throws BadUserInputError for a query of more than 1,000 characters, or a limit that is not a whole number from 0.
   */
  search(query: string, options?: ToolSearchOptions): readonly ToolSearchHit[];
  /** The catalog as it is now, for as long as somebody holds it: it keeps its revision while this one moves on. */
  pin(): CatalogView;
}

/** How long to wait. */
export interface WaitOptions {
  /** In ms; left out, or past 24 days, for ever. */
  readonly timeoutMs?: number;
  /** Ends the wait early: it fails with the signal's reason. What is waited for goes on. */
  readonly signal?: AbortSignal;
}
