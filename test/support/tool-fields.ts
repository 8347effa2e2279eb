import type { ToolState } from '../../src/view/catalog-change.js';

/** Every field of a tool that the live feed carries. */
export const TOOL_FIELDS = `
  toolId tenant platform name version status enabled isLatest owner deletedAt contentHash revision
  createdAt updatedAt createdBy updatedBy description category defaults metadata extensions
  dependencies { name type required version platform }
  capabilities { name aliases description extensions patterns {
    name description typicalUseCases timeEstimateMs costEstimate complexityScore scope completeness limitations
    policy preferenceMatch requiredInputs optionalInputs outputSchema examples extensions } }`;

/** GraphQL says null where a dependency's optional member is left out. */
export function withoutNulls<Tool extends Omit<ToolState, 'parentVersion'>>(tool: Tool): Tool {
  const dependencies = tool.dependencies.map((dependency) =>
    Object.fromEntries(Object.entries(dependency).filter(([, value]) => value !== null)),
  );
  return { ...tool, dependencies } as Tool;
}
