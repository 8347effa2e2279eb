import { readDefinitionInput } from '../../src/definition/definition-input.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { definitionInput } from './definitions.js';

/** A catalog of small tools in groups: a group is a category, so that one request can change all of its tools. */
export interface SampleCatalog {
  readonly groups: number;
  readonly toolsPerGroup: number;
}

export function groupName(group: number): string {
  return `group-${group}`;
}

export function toolName(group: number, tool: number): string {
  return `g${group}-tool-${tool}`;
}

/** A tool of the sample, all fields filled. */
export function sampleTool(group: number, tool: number, description = 'As it was at first.'): ToolDefinition {
  const input = definitionInput({ name: toolName(group, tool), category: groupName(group), description });
  const { definition, issues } = readDefinitionInput(input);
  if (!definition) throw new Error(`The sample is not valid: ${JSON.stringify(issues)}`);
  return definition;
}

/** Some tools of a group as a YAML stream for importTools. */
export function groupYaml(group: number, toolCount: number, description?: string): string {
  return toYamlStream(Array.from({ length: toolCount }, (_, tool) => sampleTool(group, tool, description)));
}

export function wholeYaml({ groups, toolsPerGroup }: SampleCatalog): string {
  return Array.from({ length: groups }, (_, group) => groupYaml(group, toolsPerGroup)).join('---\n');
}
