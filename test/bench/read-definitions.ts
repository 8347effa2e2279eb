import { readFileSync } from 'node:fs';
import { findSourceFiles } from '../../scripts/lib/source-files.js';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';

/** @throws Error that names the file, for what is not a definition. */
export async function readDefinitions(folder: string): Promise<ToolDefinition[]> {
  const definitions: ToolDefinition[] = [];
  for (const file of await findSourceFiles([folder])) {
    for await (const { definition, issues } of readYamlStream(readFileSync(file, 'utf8'))) {
      if (definition) definitions.push(definition);
      else throw new Error(`${file} is not a definition: ${issues[0]?.message ?? ''}`);
    }
  }
  return definitions;
}
