import type { CapabilityInput, PatternInput, ToolDefinitionInput } from '../../src/definition/definition-input.js';

/** A valid pattern, so that a test names only what it is about. */
export function patternInput(over: Partial<PatternInput> = {}): PatternInput {
  return {
    name: 'restart',
    description: 'Restarts one service and waits until it runs.',
    typicalUseCases: ['restart nginx', 'bounce a service'],
    timeEstimateMs: '2000 + 0.5 * N',
    costEstimate: 'ceil(N / 100)',
    complexityScore: 0.3,
    scope: 'single_item',
    completeness: 'complete',
    policy: { max_cost: 10, requires_approval: true, production_safe: true },
    preferenceMatch: { speed: 0.9, accuracy: 1, cost: 0.8, complexity: 0.7, completeness: 1 },
    ...over,
  };
}

export function capabilityInput(over: Partial<CapabilityInput> = {}): CapabilityInput {
  return {
    name: 'service_control',
    description: 'Starts, stops and restarts services.',
    patterns: [patternInput()],
    ...over,
  };
}

export function definitionInput(over: Partial<ToolDefinitionInput> = {}): ToolDefinitionInput {
  return {
    name: 'systemctl',
    version: '1.0.0',
    description: 'Controls the systemd system and service manager.',
    platform: 'linux',
    category: 'system',
    defaults: { accuracy_level: 'real-time', freshness: 'live' },
    metadata: { tags: ['systemd', 'services'], author: 'ops' },
    capabilities: [capabilityInput()],
    ...over,
  };
}
