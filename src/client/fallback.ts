import type { CatalogError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import {
  type CopyStorage,
  CopyStorageError,
  type DefinitionFinding,
  type DefinitionSource,
  type StoredCopy,
} from './copy-storage.js';

export interface FallbackSources {
  readonly diskCopy: CopyStorage | null;
  readonly yamlFolder: DefinitionSource | null;
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
  async loadCopy(): Promise<StoredCopy | null> {
    return await this.#attempt('The copy on disk', async () => (await this.#sources.diskCopy?.load()) ?? null);
  }

  /** Null when there is no folder that can be read. */
  async loadDefinitions(): Promise<readonly ToolState[] | null> {
    return await this.#attempt('The YAML folder', async () => {
      const loaded = await this.#sources.yamlFolder?.load();
      if (loaded === undefined) return null;
      if (loaded.findings.length > 0) this.#hooks.found(loaded.findings);
      return loaded.tools;
    });
  }

  async #attempt<T>(what: string, load: () => Promise<T | null>): Promise<T | null> {
    try {
      return await load();
    } catch (error) {
      const isTyped = error instanceof CopyStorageError;
      const message = `${what} cannot be read: ${String(error)}`;
      this.#hooks.warn(isTyped ? error : new CopyStorageError('COPY_UNREADABLE', message, { cause: error }));
      return null;
    }
  }
}
