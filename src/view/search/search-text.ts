import type { CapabilityDefinition, PatternDefinition } from '../../definition/tool-definition.js';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.js';
import type { ToolState } from '../catalog-change.js';
import type { SearchField } from '../tool-search.js';

/** What search reads of a tool. Limitations are left out: they say what the tool does not do. */
export function searchText(tool: ToolState): Readonly<Record<SearchField, readonly string[]>> {
  const patterns = tool.capabilities.flatMap((capability) => capability.patterns);
  return {
    name: [tool.name],
    capability: tool.capabilities.flatMap(({ name, aliases }) => [name, ...aliases]),
    useCase: patterns.flatMap((pattern) => pattern.typicalUseCases),
    description: [tool.description, ...tool.capabilities.flatMap(descriptions)],
    tag: [tool.platform, tool.category, ...texts(tool.metadata['tags'])],
    input: patterns.flatMap((pattern) => [
      ...[...pattern.requiredInputs, ...pattern.optionalInputs].flatMap(inputText),
      ...pattern.examples.flatMap(exampleText),
    ]),
  };
}

function descriptions({ description, patterns }: CapabilityDefinition): string[] {
  return [description, ...patterns.flatMap((pattern: PatternDefinition) => [pattern.name, pattern.description])];
}

function inputText(input: JsonObject): string[] {
  return [...texts([input['name']]), ...texts([input['description']])];
}

function exampleText(example: Json): string[] {
  return isJsonObject(example) ? texts([example['description'], example['command']]) : texts([example]);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
