import type { CatalogChange, ToolState } from '../view/catalog-change.js';
import type { Position } from '../view/position.js';
import type { FeedUpdate } from './catalog-source.js';

/** One update for each tool as it is now, all of one revision (docs/live-updates.md says what their positions mean). */
export function* snapshotUpdates(tools: Iterable<ToolState>, position: Position, at: string): Generator<FeedUpdate> {
  // Until the bookmark, the position says "from the very beginning": whoever breaks off and resumes there misses nothing.
  const beginning = beginningOf(position);
  for (const tool of tools) {
    yield {
      action: 'SNAPSHOT',
      position: beginning,
      previousPosition: beginning,
      revision: position.revision,
      lastInRevision: false,
      change: snapshotOf(tool),
      contentHash: null,
      at,
    };
  }
}

/** Before the first revision of the same history. */
export function beginningOf({ epoch }: Position): Position {
  return { epoch, revision: 0 };
}

function snapshotOf(tool: ToolState): CatalogChange {
  return {
    toolId: tool.toolId,
    tenant: tool.tenant,
    platform: tool.platform,
    toolName: tool.name,
    action: 'UPDATED',
    before: null,
    after: tool,
    changedFields: [],
    actor: tool.updatedBy ?? '',
    reason: null,
  };
}
