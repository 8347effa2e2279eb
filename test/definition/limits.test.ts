import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../src/definition/apply-patch.js';
import { readDocument } from '../../src/definition/read-document.js';
import { toYaml } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { readOne } from './read-all.js';
import { sampleTool } from './sample-tool.js';

const HEAD = { tool_name: 'a', description: 'd', platform: 'linux', category: 'system' };

function list<T>(length: number, item: (index: number) => T): T[] {
  return Array.from({ length: Math.floor(length) }, (_, index) => item(index));
}

function nested(depth: number): unknown {
  return depth === 0 ? 'a' : [nested(depth - 1)];
}

/** Defaults of about so many nodes, in shapes that cost YAML the most. */
const SHAPES: Readonly<Record<string, (nodes: number) => unknown>> = {
  'a list of words': (nodes) => ({ x: list(nodes, () => 'a') }),
  'a list of texts in quotes': (nodes) => ({ x: list(nodes, () => '1') }),
  'lists in lists': (nodes) => ({ x: list(nodes / 2, () => ['a']) }),
  'deep lists': (nodes) => ({ x: list(nodes / 22, () => nested(21)) }),
  'empty objects': (nodes) => ({ x: list(nodes / 2, () => [{}]) }),
  'short keys': (nodes) => Object.fromEntries(list(nodes / 2, (index) => [`k${index}`, 'v'])),
  'texts of two lines': (nodes) => ({ x: list(nodes / 3, () => ({ a: 'a\nb' })) }),
  'long texts': (nodes) => ({ x: list(nodes / 10, () => 'word '.repeat(110)) }),
  'texts of many lines': (nodes) => ({ x: list(nodes / 200, () => ({ a: 'a\n'.repeat(3000) })) }),
  'escaped texts': (nodes) => ({ x: list(nodes / 200, () => '"\u0001'.repeat(2000)) }),
};

/** The largest definition of a shape that is accepted. */
function largest(shape: (nodes: number) => unknown): ToolDefinition {
  let [low, high] = [0, 30_000];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (readDocument({ ...HEAD, defaults: shape(middle) }).definition === null) high = middle;
    else low = middle;
  }
  return readDocument({ ...HEAD, defaults: shape(low) }).definition as ToolDefinition;
}

describe('what is as large as the limits allow', () => {
  it.each(Object.entries(SHAPES))('can be exported and imported: %s', async (_, shape) => {
    const definition: ToolDefinition = {
      ...largest(shape),
      status: 'DEPRECATED',
      enabled: false,
      owner: 'x'.repeat(100),
    };
    const read = await readOne(toYaml(definition));
    expect(read.issues.filter((issue) => issue.severity === 'ERROR')).toEqual([]);
    expect(read.definition).toEqual(definition);
  });

  it('can be patched to the limit, and not beyond', () => {
    const { defaults } = largest((nodes) => ({ x: list(nodes, () => 'a') }));
    const tool = sampleTool({ defaults: {}, dependencies: [], metadata: {}, extensions: {}, capabilities: [] });
    expect(applyPatch(tool, { defaults }).content?.defaults).toEqual(defaults);
    const words = defaults['x'] as readonly string[];
    const beyond = applyPatch(tool, { defaults: { x: [...words, 'a'] } });
    expect(beyond.content).toBeNull();
    expect(beyond.issues.map((issue) => issue.code)).toContain('TOO_MANY_NODES');
  });
});
