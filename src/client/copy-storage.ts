import { CatalogError } from '../kernel/errors.js';
import type { Issue } from '../kernel/issue.js';
import type { ToolState } from '../view/catalog-change.js';
import type { Position } from '../view/position.js';

/** A complete copy of the catalog as it is kept between two runs. */
export interface StoredCopy {
  readonly tenant: string;
  readonly position: Position;
  /** Of the copy (live-update rule H1): the service's own at this position. */
  readonly contentHash: string;
  /** When the service last confirmed that this copy was current: milliseconds since 1970. */
  readonly confirmedAtMs: number;
  /** Of both layers. */
  readonly tools: readonly ToolState[];
}

/** Where the last good copy is kept. `diskCopy` of `tool-catalog/client/node` is one; a browser may bring its own. */
export interface CopyStorage {
  /** Null when there is none yet. @throws CopyStorageError for one that cannot be used. */
  load(): Promise<StoredCopy | null>;
  /** Puts a copy in the place of the one that is there: whole, or not at all. @throws CopyStorageError */
  save(copy: StoredCopy): Promise<void>;
}

/** Definitions to work with while there is neither a service nor a copy. `yamlFolder` of `tool-catalog/client/node` is one. */
export interface DefinitionSource {
  /** @throws CopyStorageError COPY_UNREADABLE when there is nothing that could be read. */
  load(): Promise<LoadedDefinitions>;
}

export interface LoadedDefinitions {
  readonly tools: readonly ToolState[];
  readonly findings: readonly DefinitionFinding[];
}

/** One finding about a definition in a file. */
export interface DefinitionFinding extends Issue {
  readonly file: string;
}

export type CopyStorageErrorCode =
  | 'COPY_UNREADABLE'
  | 'COPY_DAMAGED'
  | 'COPY_FOREIGN'
  | 'COPY_OF_OTHER_TENANT'
  | 'COPY_UNWRITABLE';

/**
 * - COPY_UNREADABLE: the file or folder cannot be read
 * - COPY_DAMAGED: it can, and is a copy of another format, is cut off, or is not what was written; a good copy takes its place
 * - COPY_FOREIGN: there is something else than a copy, which is never written over: nothing is kept until it is taken away
 * - COPY_OF_OTHER_TENANT: it is a copy for another tenant than the token's
 * - COPY_UNWRITABLE: a copy could not be written; it is tried again
 */
export class CopyStorageError extends CatalogError {
  override readonly name = 'CopyStorageError';
  readonly code: CopyStorageErrorCode;
  override readonly retryable: boolean;

  constructor(code: CopyStorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = code === 'COPY_UNWRITABLE';
  }
}
