import type { CapabilityDefinition } from '../../src/definition/tool-definition.js';
import { sha256Hex } from '../../src/kernel/sha256.js';
import type { CatalogChange, CatalogRevision, ChangeAction, ToolState } from '../../src/view/catalog-change.js';

export function sampleCapability(name: string, aliases: readonly string[] = []): CapabilityDefinition {
  return {
    name,
    aliases,
    description: `Does ${name}.`,
    extensions: {},
    patterns: [
      {
        name: 'default',
        description: 'The usual way.',
        typicalUseCases: [`when ${name} is wanted`],
        timeEstimateMs: '100 + 2 * N',
        costEstimate: '1',
        complexityScore: 0.2,
        scope: 'single_item',
        completeness: 'complete',
        limitations: [],
        policy: { requires_approval: false },
        preferenceMatch: { speed: 0.8 },
        requiredInputs: [{ name: 'target', type: 'string' }],
        optionalInputs: [],
        outputSchema: { type: 'object' },
        examples: [],
        extensions: {},
      },
    ],
  };
}

/** A tool as it stands; unless given, the id follows from tenant, platform and name, and the times from the revision. */
export function sampleTool(given: Partial<ToolState> & Pick<ToolState, 'name'>): ToolState {
  const { tenant = 'shared', platform = 'linux', revision = 1, version = '1.0.0' } = given;
  const at = new Date(Date.UTC(2026, 0, 1) + revision * 1000).toISOString();
  return {
    toolId: `${tenant}/${platform}/${given.name}`,
    tenant,
    platform,
    version,
    status: 'ACTIVE',
    enabled: true,
    isLatest: true,
    owner: null,
    deletedAt: null,
    contentHash: sha256Hex(`${given.name} ${version}`),
    parentVersion: null,
    revision,
    createdAt: at,
    updatedAt: at,
    createdBy: 'admin',
    updatedBy: 'admin',
    description: `The tool ${given.name}.`,
    category: 'system',
    defaults: {},
    dependencies: [],
    metadata: {},
    extensions: {},
    capabilities: [sampleCapability('service_control')],
    ...given,
  };
}

export function sampleChange(tool: ToolState, action: ChangeAction = 'UPDATED'): CatalogChange {
  return {
    toolId: tool.toolId,
    tenant: tool.tenant,
    platform: tool.platform,
    toolName: tool.name,
    action,
    before: null,
    after: action === 'DELETED' ? null : tool,
    changedFields: ['/version'],
    actor: 'admin',
    reason: null,
  };
}

/** A revision that brings these tools as they are given, stamped with its number. */
export function sampleRevision(revision: number, changes: readonly CatalogChange[]): CatalogRevision {
  return {
    revision,
    at: new Date(Date.UTC(2026, 0, 1) + revision * 1000).toISOString(),
    changes: changes.map((change) => ({ ...change, after: change.after && { ...change.after, revision } })),
  };
}

/** Copes with changes of one tool by name in one line. */
export function change(
  revision: number,
  tools: readonly (Partial<ToolState> & Pick<ToolState, 'name'>)[],
): CatalogRevision {
  return sampleRevision(
    revision,
    tools.map((given) => sampleChange(sampleTool({ ...given, revision }))),
  );
}

export function deletion(revision: number, given: Partial<ToolState> & Pick<ToolState, 'name'>): CatalogRevision {
  return sampleRevision(revision, [sampleChange(sampleTool(given), 'DELETED')]);
}
