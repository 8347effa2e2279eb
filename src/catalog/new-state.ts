import { contentHash } from '../definition/content-hash.js';
import type { ToolContent, ToolDefinition } from '../definition/tool-definition.js';
import type { UnnumberedState } from '../live/revision-store.js';
import type { ToolState } from '../view/catalog-change.js';

/** Who makes a version, and when. */
export interface Making {
  readonly actor: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** The first version of a new tool. */
export function firstVersion(
  tool: { toolId: string; tenant: string; definition: ToolDefinition; hash?: string },
  { actor, at }: Making,
): UnnumberedState {
  const { definition } = tool;
  return {
    toolId: tool.toolId,
    tenant: tool.tenant,
    platform: definition.platform,
    name: definition.name,
    version: definition.version,
    status: definition.status ?? 'ACTIVE',
    enabled: definition.enabled ?? true,
    isLatest: true,
    owner: definition.owner ?? null,
    deletedAt: null,
    contentHash: tool.hash ?? contentHash(definition),
    parentVersion: null,
    createdAt: at,
    updatedAt: at,
    createdBy: actor,
    updatedBy: actor,
    ...contentOf(definition),
  };
}

/** The version after `latest`. What belongs to the tool and not to a version is carried over. */
export function nextState(
  latest: ToolState,
  next: { version: string; content: ToolContent; hash: string; publish: boolean },
  { actor, at }: Making,
): UnnumberedState {
  return {
    ...withoutRevision(latest),
    ...contentOf(next.content),
    version: next.version,
    contentHash: next.hash,
    parentVersion: latest.version,
    isLatest: next.publish,
    status: next.publish ? latest.status : 'TESTING',
    createdAt: at,
    updatedAt: at,
    createdBy: actor,
    updatedBy: actor,
  };
}

export function withoutRevision(state: ToolState): UnnumberedState {
  const { revision: _, ...rest } = state;
  return rest;
}

/** @param revision null when nothing changed: the state is answered as it was. */
export function numbered(state: UnnumberedState, revision: number | null, otherwise: ToolState): ToolState {
  return revision === null ? otherwise : { ...state, revision };
}

function contentOf(content: ToolContent): ToolContent {
  return {
    description: content.description,
    category: content.category,
    defaults: content.defaults,
    dependencies: content.dependencies,
    metadata: content.metadata,
    extensions: content.extensions,
    capabilities: content.capabilities,
  };
}
