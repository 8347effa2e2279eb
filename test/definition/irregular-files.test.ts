import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { readAll } from './read-all.js';

const fixtures = path.join(import.meta.dirname, '../fixtures/yaml');
const folder = path.join(fixtures, 'irregular');
const files = readdirSync(folder).sort();

interface Expected {
  readonly name?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly outcome: 'OK' | 'FAILED';
  readonly issues: readonly { severity: string; code: string; path: string; line?: number; column?: number }[];
}

async function outcome(file: string): Promise<Expected[]> {
  const documents = await readAll(readFileSync(path.join(folder, file), 'utf8'));
  return documents.map(({ name, platform, version, definition, issues }) => ({
    ...(name !== undefined && { name }),
    ...(platform !== undefined && { platform }),
    ...(version !== undefined && { version }),
    outcome: definition === null ? 'FAILED' : 'OK',
    issues: issues.map(({ message: _message, hint: _hint, ...issue }) => issue),
  }));
}

const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<string, Expected[]>;

describe('files as they exist', () => {
  it('are all listed with what becomes of them', () => {
    expect(Object.keys(expected)).toEqual(files);
  });

  it.each(files)('%s', async (file) => {
    expect(await outcome(file)).toEqual(expected[file]);
  });

  it('are exported so that they import unchanged', async () => {
    for (const file of files) {
      const read = await readAll(readFileSync(path.join(folder, file), 'utf8'));
      const tools = read.map((one) => one.definition).filter((tool): tool is ToolDefinition => tool !== null);
      const again = await readAll(toYamlStream(tools));
      expect(again.map((one) => one.definition)).toEqual(tools);
    }
  });
});
