import type { PatternDefinition, ToolDefinition } from '../../src/definition/tool-definition.js';

export function samplePattern(changes: Partial<PatternDefinition> = {}): PatternDefinition {
  return {
    name: 'restart',
    description: 'Restarts a service.',
    typicalUseCases: ['restart nginx'],
    timeEstimateMs: '2000 + 0.5 * N',
    costEstimate: 'ceil(N / 100)',
    complexityScore: 0.3,
    scope: 'single_item',
    completeness: 'complete',
    limitations: [],
    policy: { max_cost: 10, production_safe: true },
    preferenceMatch: { speed: 0.9 },
    requiredInputs: [{ name: 'service', type: 'string' }],
    optionalInputs: [],
    outputSchema: {},
    examples: [],
    extensions: {},
    ...changes,
  };
}

export function sampleTool(changes: Partial<ToolDefinition> = {}): ToolDefinition {
  return {
    name: 'service-control',
    version: '1.0.0',
    platform: 'linux',
    description: 'Controls services.',
    category: 'system',
    defaults: { freshness: 'live' },
    dependencies: [{ name: 'systemd', type: 'service', required: true }],
    metadata: { author: 'Platform Team', tags: ['a', 'b'] },
    extensions: { execution_location: 'remote' },
    capabilities: [
      {
        name: 'service_control',
        aliases: ['restart_service'],
        description: 'Changes the state of a service.',
        patterns: [samplePattern(), samplePattern({ name: 'stop' })],
        extensions: {},
      },
      {
        name: 'service_list',
        aliases: [],
        description: 'Lists services.',
        patterns: [samplePattern()],
        extensions: {},
      },
    ],
    ...changes,
  };
}
