import type { CapabilityDefinition, PatternDefinition } from '../../src/definition/tool-definition.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { sampleTool } from '../view/sample-tools.js';

type PatternGiven = Partial<PatternDefinition>;

/** A pattern that passes everything, so that a test names only what it is about. */
export function samplePattern(given: PatternGiven = {}): PatternDefinition {
  return {
    name: 'default',
    description: 'The usual way.',
    typicalUseCases: [],
    timeEstimateMs: '100',
    costEstimate: '1',
    complexityScore: 0.2,
    scope: 'batch',
    completeness: 'complete',
    limitations: [],
    policy: {},
    preferenceMatch: { accuracy: 0.8, completeness: 0.8 },
    requiredInputs: [],
    optionalInputs: [],
    outputSchema: {},
    examples: [],
    extensions: {},
    ...given,
  };
}

export function capability(
  name: string,
  patterns: readonly PatternGiven[] = [{}],
  aliases: readonly string[] = [],
): CapabilityDefinition {
  return { name, aliases, description: `Does ${name}.`, patterns: patterns.map(samplePattern), extensions: {} };
}

/** A tool with one pattern of the capability `job`. */
export function toolWith(pattern: PatternGiven = {}, given: Partial<ToolState> = {}): ToolState {
  return sampleTool({ name: 'tool', capabilities: [capability('job', [pattern])], ...given });
}

/** What a tenant sees of these tools. */
export function viewOf(tools: Iterable<ToolState>, tenant = 'shared') {
  const store = new CatalogStore();
  store.replaceAll(tools, { epoch: 'test', revision: 1 });
  return store.view(tenant);
}
