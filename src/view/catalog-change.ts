import type { ToolContent, ToolStatus } from '../definition/tool-definition.js';

/** One version of a tool as it stands at a revision. Frozen all the way down and shared by everyone who reads it. */
export interface ToolState extends ToolContent {
  /** Identifies the tool across its versions: a UUID. */
  readonly toolId: string;
  /** 'shared' or the name of a tenant. */
  readonly tenant: string;
  readonly platform: string;
  readonly name: string;
  readonly version: string;
  readonly status: ToolStatus;
  readonly enabled: boolean;
  readonly isLatest: boolean;
  readonly owner: string | null;
  /** RFC 3339, UTC; null unless deleted. */
  readonly deletedAt: string | null;
  readonly contentHash: string;
  /** The version that this one was made from. */
  readonly parentVersion: string | null;
  /** The revision at which this tool, as it stands here, last changed. */
  readonly revision: number;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

export const CHANGE_ACTIONS = [
  'CREATED',
  'UPDATED',
  'ROLLED_BACK',
  'ENABLED',
  'DISABLED',
  'DEPRECATED',
  'DELETED',
  'RESTORED',
] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** One tool's change in one revision: its latest version before and after. */
export interface CatalogChange {
  readonly toolId: string;
  readonly tenant: string;
  readonly platform: string;
  readonly toolName: string;
  readonly action: ChangeAction;
  /** Null when the tool did not exist or was deleted. */
  readonly before: ToolState | null;
  /** Null when the change deletes the tool. */
  readonly after: ToolState | null;
  /** JSON Pointers into the definition document, or `/status`, `/enabled`, `/owner`, `/version`, `/versions`. */
  readonly changedFields: readonly string[];
  readonly actor: string;
  readonly reason: string | null;
}

/** Everything that one transaction changed, in order. Revisions have no holes. */
export interface CatalogRevision {
  readonly revision: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly changes: readonly CatalogChange[];
}
