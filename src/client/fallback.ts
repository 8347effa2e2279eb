import type { CatalogError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import { checkStoredCopy, checkTools } from './check-stored.js';
import {
  type CopyStorage,
  CopyStorageError,
  type DefinitionFinding,
  type DefinitionSource,
  type StoredCopy,
} from './copy-storage.js';
import { MAX_TIMER_MS } from './deadline.js';
import { inTime, type Patience } from './in-time.js';

export interface FallbackSources {
  readonly diskCopy: CopyStorage | null;
  readonly yamlFolder: DefinitionSource | null;
}

export interface FallbackPatience {
  /** How long the copy on disk is waited for, in ms: a storage that never answers must not hold up the service. */
  readonly timeoutMs?: number;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

export interface FallbackHooks {
  warn(error: CatalogError): void;
  found(findings: readonly DefinitionFinding[]): void;
}

/** What a client can begin with while there is no service. What cannot be used is reported and passed over: nothing throws. */
export class Fallback {
  readonly #sources: FallbackSources;
  readonly #hooks: FallbackHooks;

  constructor(sources: FallbackSources, hooks: FallbackHooks) {
    this.#sources = sources;
    this.#hooks = hooks;
  }

  /** Null when there is none that can be used. */
  async loadCopy({ timeoutMs = MAX_TIMER_MS, signal }: FallbackPatience): Promise<StoredCopy | null> {
    const load = async () => {
      const stored = (await this.#sources.diskCopy?.load()) ?? null;
      if (stored !== null) checkStoredCopy(stored);
      return stored;
    };
    return await this.#attempt(load, { what: 'The copy on disk', timeoutMs, signal });
  }

  /** Null when there is no folder that can be read. */
  async loadDefinitions(signal: AbortSignal): Promise<readonly ToolState[] | null> {
    const load = async () => {
      const loaded = await this.#sources.yamlFolder?.load();
      if (loaded === undefined) return null;
      checkTools(loaded.tools);
      if (loaded.findings.length > 0 && !signal.aborted) this.#hooks.found(loaded.findings);
      return loaded.tools;
    };
    return await this.#attempt(load, { what: 'The YAML folder', timeoutMs: MAX_TIMER_MS, signal });
  }

  async #attempt<T>(load: () => Promise<T | null>, patience: Patience & FallbackPatience): Promise<T | null> {
    try {
      return await inTime(load(), patience);
    } catch (error) {
      if (patience.signal.aborted) return null;
      const isTyped = error instanceof CopyStorageError;
      const message = `${patience.what} cannot be read: ${String(error)}`;
      this.#hooks.warn(isTyped ? error : new CopyStorageError('COPY_UNREADABLE', message, { cause: error }));
      return null;
    }
  }
}
