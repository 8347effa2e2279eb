import { contentHash } from '../definition/content-hash.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import { sha256Hex } from '../kernel/sha256.js';
import type { ToolState } from '../view/catalog-change.js';
import { SHARED_TENANT } from '../view/catalog-view.js';

/** What a definition does not say of the tool that it becomes. */
export interface Belonging {
  /** Default 'shared'. */
  readonly tenant?: string;
  /** Default 1. */
  readonly revision?: number;
  /** RFC 3339, UTC. Default: the beginning of 1970, so that equal definitions make equal tools. */
  readonly at?: string;
}

/** The beginning of time, for tools that no service has stored. */
const NEVER = '1970-01-01T00:00:00.000Z';

/**
 * The tool that a definition is, without a service: ACTIVE and enabled unless it says otherwise, the latest of its versions,
 * with an id that follows from its tenant, platform and name alone.
 */
export function definedTool(definition: ToolDefinition, belonging: Belonging = {}): ToolState {
  const { tenant = SHARED_TENANT, revision = 1, at = NEVER } = belonging;
  const { platform, name } = definition;
  return {
    toolId: idOf([tenant, platform, name]),
    tenant,
    platform,
    name,
    version: definition.version,
    status: definition.status ?? 'ACTIVE',
    enabled: definition.enabled ?? true,
    isLatest: true,
    owner: definition.owner ?? null,
    deletedAt: null,
    contentHash: contentHash(definition),
    parentVersion: null,
    revision,
    createdAt: at,
    updatedAt: at,
    createdBy: null,
    updatedBy: null,
    description: definition.description,
    category: definition.category,
    defaults: definition.defaults,
    dependencies: definition.dependencies,
    metadata: definition.metadata,
    extensions: definition.extensions,
    capabilities: definition.capabilities,
  };
}

/** A UUID of version 8 (RFC 9562): made by a rule of its own, here SHA-256 of the identity. */
function idOf(identity: readonly string[]): string {
  const hex = sha256Hex(JSON.stringify(identity));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
