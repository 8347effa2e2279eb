import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CapabilityInput, ToolDefinitionInput } from '../../src/definition/definition-input.js';
import { readDefinitionInput } from '../../src/definition/definition-input.js';
import type { CapabilityDefinition, ToolDefinition } from '../../src/definition/tool-definition.js';
import { arbitraryTool } from './arbitrary-tool.js';
import { samplePattern, sampleTool } from './sample-tool.js';

/** The API's fields have the names of the definition's own. */
function inputOf({ enabled: _, ...tool }: ToolDefinition): ToolDefinitionInput {
  return tool;
}

function codesAt(input: unknown): string[] {
  return readDefinitionInput(input as ToolDefinitionInput).issues.map((issue) => `${issue.code} ${issue.path}`);
}

const capability = sampleTool().capabilities[0] as CapabilityDefinition;

describe('a definition from the API', () => {
  it('is read by the rules of a document', () => {
    fc.assert(
      fc.property(arbitraryTool, (tool) => {
        const { enabled: _, ...expected } = tool;
        // An extension `name` of a capability is one; in the list form of a document it would be the name.
        expect(readDefinitionInput(inputOf(tool)).definition).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('may leave out what is optional, or give null for it', () => {
    const { name, description, platform, category } = sampleTool();
    const input = {
      name,
      description,
      platform,
      category,
      version: null,
      status: undefined,
      metadata: null,
      capabilities: [],
    };
    expect(readDefinitionInput(input).definition).toEqual({
      ...{ name, description, platform, category, version: '1.0.0' },
      ...{ defaults: {}, dependencies: [], metadata: {}, extensions: {}, capabilities: [] },
    });
  });

  it('has dependencies that are required unless they say otherwise', () => {
    const dependencies = [
      { name: 'a', type: 'tool', required: null },
      { name: 'b', type: 'tool', required: false, version: null },
    ];
    expect(readDefinitionInput({ ...inputOf(sampleTool()), dependencies }).definition?.dependencies).toEqual([
      { name: 'a', type: 'tool', required: true },
      { name: 'b', type: 'tool', required: false },
    ]);
  });

  it('is refused with paths of the document', () => {
    const patterns = [samplePattern({ complexityScore: 2 })];
    const input = { ...inputOf(sampleTool()), name: 'search', capabilities: [{ ...capability, patterns }] };
    expect(codesAt(input)).toEqual([
      'NAME_RESERVED /tool_name',
      'OUT_OF_RANGE /capabilities/service_control/patterns/restart/complexity_score',
    ]);
  });

  it('has no two capabilities or patterns of one name', () => {
    const patterns = [samplePattern(), samplePattern()];
    const capabilities: CapabilityInput[] = [{ ...capability, patterns }, capability];
    expect(codesAt({ ...inputOf(sampleTool()), capabilities })).toEqual([
      'DUPLICATE_PATTERN /capabilities/service_control/patterns/1',
      'DUPLICATE_CAPABILITY /capabilities/1',
    ]);
  });

  it('has no extensions that stand in for fields', () => {
    const patterns = [{ ...samplePattern(), extensions: { time_estimate_ms: '1', mine: 1 } }];
    const capabilities = [{ ...capability, patterns, extensions: { patterns: {} } }];
    expect(codesAt({ ...inputOf(sampleTool()), capabilities, extensions: { tool_name: 'other' } })).toEqual([
      'EXTENSION_RESERVED /capabilities/service_control/patterns/restart/time_estimate_ms',
      'EXTENSION_RESERVED /capabilities/service_control/patterns',
      'EXTENSION_RESERVED /tool_name',
    ]);
    expect(codesAt({ ...inputOf(sampleTool()), extensions: [1] })).toEqual(['TYPE ']);
  });

  it.each([
    ['capabilities', null],
    ['capabilities', [null]],
    ['capabilities', [{ name: 'a', patterns: [7] }]],
    ['capabilities', [{ name: '__proto__', patterns: [] }]],
    ['capabilities', [{ patterns: 'x' }]],
    ['extensions', JSON.parse('{"__proto__": {"polluted": true}}')],
    ['dependencies', 'x'],
    ['metadata', 5],
  ])('that is malformed in %s never throws', (key, value) => {
    const { definition, issues } = readDefinitionInput({
      ...inputOf(sampleTool()),
      [key]: value,
    } as ToolDefinitionInput);
    expect(definition === null).toBe(key !== 'capabilities' || value !== null);
    expect(issues).not.toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
