import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { contentHash } from '../../src/definition/content-hash.js';
import { toPlainJson } from '../../src/definition/plain-json.js';
import { readDocument } from '../../src/definition/read-document.js';
import { toDocument } from '../../src/definition/to-document.js';
import { toYaml, toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { arbitraryTool } from './arbitrary-tool.js';
import { readAll, readOne } from './read-all.js';

describe('a definition', () => {
  it('is the same after it was written as a document and read', () => {
    fc.assert(
      fc.property(arbitraryTool, (tool) => {
        const read = readDocument(toDocument(tool));
        expect(read.issues.filter((issue) => issue.severity !== 'INFO' && !issue.code.startsWith('NO_'))).toEqual([]);
        expect(read.definition).toEqual(tool);
      }),
      { numRuns: 100 },
    );
  });

  it('is the same, with the same hash, after it was written as YAML and read; and is written the same again', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTool, async (tool) => {
        const yaml = toYaml(tool);
        const read = await readOne(yaml);
        expect(read.issues.filter((issue) => issue.severity === 'ERROR')).toEqual([]);
        const definition = read.definition as ToolDefinition;
        expect(definition).toEqual(tool);
        expect(contentHash(definition)).toBe(contentHash(tool));
        expect(toYaml(definition)).toBe(yaml);
        expect(yaml.endsWith('\n')).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps its types for readers of YAML 1.1', () => {
    fc.assert(
      fc.property(arbitraryTool, (tool) => {
        const [document] = parseAllDocuments(toYaml(tool), { version: '1.1', schema: 'yaml-1.1', merge: true });
        expect(document?.toJS()).toEqual(toDocument(tool));
      }),
      { numRuns: 100 },
    );
  });

  it('never takes more bytes as YAML than reading counts for it', () => {
    fc.assert(
      fc.property(arbitraryTool, (tool) => {
        const yamlBytes = Buffer.byteLength(toYaml(tool));
        expect(yamlBytes).toBeLessThanOrEqual(toPlainJson(toDocument(tool)).bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('stands with others in one stream', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryTool, { maxLength: 4 }), async (tools) => {
        const read = await readAll(toYamlStream(tools));
        expect(read.map((one) => one.definition)).toEqual(tools);
        expect(read.map((one) => one.index)).toEqual(tools.map((_, index) => index));
      }),
      { numRuns: 40 },
    );
  });
});
