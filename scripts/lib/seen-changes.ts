import type { AppliedChange, CatalogChangeEvent } from '../../src/client/index.js';
import type { SeenChange } from './watch-output.js';

/** What an event changed, so far as a watcher is told of it. */
export function seenChanges(event: CatalogChangeEvent): readonly SeenChange[] {
  const changes = event.kind === 'revision' ? event.changes : byIdentity(event.changes);
  return changes.map(({ action, platform, toolName, before, after, changedFields, actor, reason }) => ({
    action,
    platform,
    toolName,
    version: (after ?? before)?.version ?? null,
    revision: event.revision,
    changedFields,
    actor,
    reason,
    at: event.at,
  }));
}

/** A tool from YAML and the service's have two ids: what is deleted and created again is one tool, changed or as it was. */
function byIdentity(changes: readonly AppliedChange[]): readonly AppliedChange[] {
  const identity = ({ tenant, platform, toolName }: AppliedChange) => JSON.stringify([tenant, platform, toolName]);
  const created = new Map(changes.filter(({ before }) => before === null).map((change) => [identity(change), change]));
  const merged = changes.flatMap((change) => {
    const again = change.after === null ? created.get(identity(change)) : undefined;
    if (again === undefined) return [change];
    created.delete(identity(change));
    return [{ ...again, action: 'UPDATED' as const, before: change.before }];
  });
  return merged.filter((change) => change.before !== null || created.has(identity(change))).filter(isVisible);
}

/** False where the two states differ in nothing that a person would call a change. */
function isVisible({ before, after }: AppliedChange): boolean {
  if (before === null || after === null) return true;
  return (['version', 'contentHash', 'status', 'enabled', 'owner'] as const).some((key) => before[key] !== after[key]);
}
