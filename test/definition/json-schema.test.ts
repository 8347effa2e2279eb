import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toolJsonSchema } from '../../src/definition/json-schema.js';
import { CAPABILITY_KEYS, PATTERN_KEYS, TOOL_KEYS } from '../../src/definition/tool-schema.js';
import type { Json, JsonObject } from '../../src/kernel/json.js';

const schema = toolJsonSchema();
const properties = (of: Json | undefined): JsonObject => (of as JsonObject)['properties'] as JsonObject;
const members = (of: Json | undefined): JsonObject => (of as JsonObject)['additionalProperties'] as JsonObject;
const capability = members(properties(schema)['capabilities']);
const pattern = members(properties(capability)['patterns']);

describe('tool.schema.json', () => {
  it('is what the definition of a tool says', () => {
    const file = readFileSync(path.join(import.meta.dirname, '../../tool.schema.json'), 'utf8');
    expect(file).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it('describes every key that the reader knows', () => {
    for (const [keys, described] of [
      [TOOL_KEYS, properties(schema)],
      [CAPABILITY_KEYS, properties(capability)],
      [PATTERN_KEYS, properties(pattern)],
    ] as const) {
      expect(Object.keys(described).sort()).toEqual([...keys].sort());
      for (const property of Object.values(described))
        expect((property as JsonObject)['description']).toEqual(expect.any(String));
    }
  });

  it('asks for what the reader asks for', () => {
    expect(schema['required']).toEqual(['tool_name', 'platform', 'description', 'category']);
    expect(capability['required']).toEqual(['description', 'patterns']);
    expect([...(pattern['required'] as string[])].sort()).toEqual(
      [
        'description',
        'time_estimate_ms',
        'cost_estimate',
        'complexity_score',
        'scope',
        'completeness',
        'policy',
        'preference_match',
      ].sort(),
    );
    for (const key of ['policy', 'preference_match']) {
      const refusingNull = Object.values(properties(properties(pattern)[key])).map((value) => JSON.stringify(value));
      expect(refusingNull.length).toBeGreaterThan(4);
      for (const value of refusingNull) expect(value).not.toContain('"null"');
    }
    expect(properties(pattern)['time_estimate_ms']).toMatchObject({ type: ['string', 'number'] });
  });
});
