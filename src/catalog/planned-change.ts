import type { FieldChange } from '../definition/diff.js';
import { diffContent } from '../definition/diff.js';
import { jsonPointer } from '../definition/json-pointer.js';
import type { Json } from '../kernel/json.js';
import type { UnnumberedState } from '../live/revision-store.js';
import type { ChangeAction, ToolState } from '../view/catalog-change.js';
import type { VersionUpdate } from './tool-store.js';

/** What one transaction does to one tool: its latest version before and after, and the rows to write. */
export interface PlannedChange {
  readonly action: ChangeAction;
  /** Null when the tool is new or was deleted. */
  readonly before: ToolState | null;
  /** Null when the tool is deleted. */
  readonly after: UnnumberedState | null;
  readonly inserts: readonly UnnumberedState[];
  readonly updates: readonly VersionUpdate[];
}

/** How a tool's latest version differs from what it was: the one place where changes are computed (rule W3). */
export function diffStates(before: UnnumberedState | null, after: UnnumberedState | null): FieldChange[] {
  if (before === null || after === null) return [];
  const changes: FieldChange[] = before.contentHash === after.contentHash ? [] : [...diffContent(before, after)];
  const field = (path: string, left: Json, right: Json) => {
    if (left !== right) changes.push({ path, before: left, after: right });
  };
  field('/version', before.version, after.version);
  field('/status', before.status, after.status);
  field('/enabled', before.enabled, after.enabled);
  field('/owner', before.owner, after.owner);
  return changes;
}

/** What a planned change tells subscribers and the audit log. A version that was stored without being published is one too. */
export function describeChange(change: PlannedChange): FieldChange[] {
  const stored = change.inserts
    .filter((insert) => !insert.isLatest)
    .map((insert) => ({ path: jsonPointer(['versions', insert.version]), before: null, after: insert.contentHash }));
  return [...diffStates(change.before, change.after), ...stored];
}
