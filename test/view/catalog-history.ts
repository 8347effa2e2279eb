import * as fc from 'fast-check';
import type { CatalogRevision, ToolState } from '../../src/view/catalog-change.js';
import { sampleCapability, sampleChange, sampleRevision, sampleTool } from './sample-tools.js';

/** Few enough tools that they collide: the same names in the shared layer and in two tenants, and on two platforms. */
const IDENTITIES = ['shared', 'shared', 'acme', 'globex'].flatMap((tenant, index) =>
  ['disk', 'ssh'].map((name) => ({ tenant, name, platform: index === 1 ? 'windows' : 'linux' })),
);

interface Step {
  readonly tool: number;
  readonly act: 'set' | 'delete';
  readonly version: number;
  readonly capability: 'service_control' | 'file_search';
}

const step: fc.Arbitrary<Step> = fc.record({
  tool: fc.nat(IDENTITIES.length - 1),
  act: fc.constantFrom('set', 'set', 'set', 'delete'),
  version: fc.nat(5),
  capability: fc.constantFrom('service_control', 'file_search'),
});

function toRevision(steps: readonly Step[], index: number): CatalogRevision {
  const revision = index + 1;
  const lastOfEachTool = new Map(steps.map((one) => [one.tool, one]));
  const changes = [...lastOfEachTool.values()].map(({ tool, act, version, capability }) => {
    const identity = IDENTITIES[tool] as (typeof IDENTITIES)[number];
    const state: ToolState = sampleTool({
      ...identity,
      revision,
      version: `1.0.${version}`,
      enabled: version !== 3,
      capabilities: [sampleCapability(capability, version === 4 ? ['find_files'] : [])],
    });
    return sampleChange(state, act === 'delete' ? 'DELETED' : 'UPDATED');
  });
  return sampleRevision(revision, changes);
}

/** The revisions of a catalog's life, in order, from 1 on without holes. */
export const historyArbitrary: fc.Arbitrary<readonly CatalogRevision[]> = fc
  .array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((revisions) => revisions.map(toRevision));

export const TENANTS = ['shared', 'acme', 'globex', 'nobody'] as const;

/** The tools after a history, worked out the simple way: a map and nothing else. */
export function toolsAfter(history: readonly CatalogRevision[]): readonly ToolState[] {
  const tools = new Map<string, ToolState>();
  for (const { changes } of history) {
    for (const { toolId, after } of changes) {
      if (after === null) tools.delete(toolId);
      else tools.set(toolId, after);
    }
  }
  return [...tools.values()];
}
