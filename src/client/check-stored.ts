import type { ToolState } from '../view/catalog-change.js';
import { formatPosition, parsePosition } from '../view/position.js';
import { CopyStorageError, type StoredCopy } from './copy-storage.js';
import { readTool } from './from-wire.js';
import { WireReader } from './wire-reader.js';

/**
 * A storage of the orchestrator's own may hand over anything: what another release of it wrote, or half a record.
 * @throws CopyStorageError COPY_DAMAGED for what is no copy of a catalog.
 */
export function checkStoredCopy(stored: StoredCopy): void {
  try {
    const copy = new WireReader(stored, '');
    copy.text('tenant');
    copy.text('contentHash');
    const position = copy.inner('position');
    parsePosition(formatPosition({ epoch: position.text('epoch'), revision: position.wholeNumber('revision') }));
    if (!Number.isFinite(copy.number('confirmedAtMs'))) throw new Error('/confirmedAtMs is not finite');
    checkTools(stored.tools);
  } catch (error) {
    throw new CopyStorageError('COPY_DAMAGED', `The copy that was kept is not used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** @throws FeedError for what is no list of tools. */
export function checkTools(tools: readonly ToolState[]): void {
  for (const tool of new WireReader({ tools }, '').inners('tools')) readTool(tool);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
