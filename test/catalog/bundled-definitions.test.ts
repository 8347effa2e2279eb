import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { checkDefinition } from '../../src/validation/check-definition.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'catalog');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
const expressions = createExpressionCache(5_000);
const check = (definition: ToolDefinition) => checkDefinition(definition, expressions);

async function read(file: string) {
  const documents = [];
  for await (const document of readYamlStream(readFileSync(path.join(FOLDER, file), 'utf8'), { check }))
    documents.push(document);
  return documents;
}

test('the bundled catalog has its 60 tools on all five platforms', () => {
  const platforms = new Set(files.map((file) => path.dirname(file)));
  expect(files.length).toBeGreaterThanOrEqual(60);
  expect([...platforms].sort()).toEqual(['custom', 'linux', 'network', 'scheduler', 'windows']);
});

describe.each(files)('%s', (file) => {
  test('is one definition that nothing is said against, in the folder of its platform', async () => {
    const documents = await read(file);
    expect(documents).toHaveLength(1);
    expect(documents[0]?.issues.filter((issue) => issue.severity !== 'INFO')).toEqual([]);
    expect(documents[0]?.definition?.platform).toBe(path.dirname(file));
    expect(documents[0]?.definition?.extensions).toEqual({});
  });

  test('is written for its tool: real capabilities, phrasings, inputs with validation, limitations', async () => {
    const definition = (await read(file))[0]?.definition;
    const patterns = definition?.capabilities.flatMap((capability) => capability.patterns) ?? [];
    expect(patterns.length).toBeGreaterThan(0);
    expect(definition?.capabilities.map((capability) => capability.name)).not.toContain('primary_capability');
    for (const pattern of patterns) {
      expect(pattern.name).not.toBe('execute');
      expect(new Set(pattern.typicalUseCases).size).toBeGreaterThanOrEqual(5);
      expect(pattern.limitations.length).toBeGreaterThan(0);
      const texts = [...pattern.requiredInputs, ...pattern.optionalInputs].filter(
        (input) => input['type'] === 'string',
      );
      for (const input of texts)
        expect(input['validation'] ?? input['allowed_values'], `${pattern.name}/${input['name']}`).toBeDefined();
    }
  });
});

test('no phrasing stands in two patterns of one tool, and no description is another tool’s', async () => {
  const descriptions = new Map<string, string>();
  for (const file of files) {
    const definition = (await read(file))[0]?.definition;
    if (!definition) throw new Error(file);
    const useCases = definition.capabilities.flatMap((capability) =>
      capability.patterns.flatMap((pattern) => pattern.typicalUseCases),
    );
    expect(useCases.length - new Set(useCases).size, file).toBe(0);
    expect(descriptions.get(definition.description), file).toBeUndefined();
    descriptions.set(definition.description, file);
  }
});
