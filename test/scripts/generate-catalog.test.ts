import { describe, expect, test } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { contentHash } from '../../src/definition/content-hash.js';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import { toYaml, toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { compileExpression } from '../../src/expressions/compile-expression.js';
import { sha256Hex } from '../../src/kernel/sha256.js';

const generate = (toolCount: number, seed: number) => [...generateCatalog({ toolCount, seed })];

describe('generated catalogs', () => {
  test('are the same for the same seed, on every machine and in every release', () => {
    const fingerprint = sha256Hex(toYamlStream(generate(300, 7)));
    expect(fingerprint).toBe(sha256Hex(toYamlStream(generate(300, 7))));
    expect(fingerprint).toMatchInlineSnapshot(`"ebd646bd8dbf55e044eb9321a7ae426bb54b2a5f92cb6c37bff4ef20f4b9d840"`);
    expect(fingerprint).not.toBe(sha256Hex(toYamlStream(generate(300, 8))));
  });

  test('begin with the shorter ones', () => {
    expect(toYamlStream(generate(400, 3).slice(0, 150))).toBe(toYamlStream(generate(150, 3)));
  });

  test('have no (platform, name) twice, up to 200,000 tools', () => {
    const seen = new Set<string>();
    const names = new Map<string, number>();
    for (const { platform, name } of generateCatalog({ toolCount: 200_000, seed: 1 })) {
      seen.add(JSON.stringify([platform, name]));
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    expect(seen.size).toBe(200_000);
    const shared = [...names.values()].filter((count) => count > 1).length;
    expect(shared).toBeGreaterThan(2_000);
  }, 120_000);

  test('read back without any finding, and unchanged', async () => {
    const tools = generate(500, 11);
    let index = 0;
    for await (const read of readYamlStream(toYamlStream(tools))) {
      const tool = tools[index] as ToolDefinition;
      const grave = read.issues.filter((issue) => issue.severity !== 'INFO');
      expect({ name: tool.name, grave }).toEqual({ name: tool.name, grave: [] });
      expect(contentHash(read.definition as ToolDefinition)).toBe(contentHash(tool));
      index += 1;
    }
    expect(index).toBe(500);
  });

  test('have estimates that compile', () => {
    for (const tool of generate(500, 5)) {
      for (const pattern of tool.capabilities.flatMap((capability) => capability.patterns)) {
        compileExpression(pattern.timeEstimateMs);
        compileExpression(pattern.costEstimate);
      }
    }
  });

  test('have tools of 1 to 3.4 kB for the most part, on many platforms, with capabilities in common', () => {
    const tools = generate(2_000, 1);
    const sizes = tools.map((tool) => toYaml(tool).length).sort((left, right) => left - right);
    expect(sizes[200]).toBeGreaterThan(1_000);
    expect(sizes[1_500]).toBeLessThan(3_600);
    expect(new Set(tools.map((tool) => tool.platform)).size).toBe(10);
    const offers = tools.filter((tool) => tool.capabilities.some(({ name }) => name === 'service_control'));
    expect(offers.length).toBeGreaterThan(50);
    for (const tool of tools) {
      const capabilities = tool.capabilities.map(({ name }) => name);
      expect(new Set(capabilities).size).toBe(capabilities.length);
      expect(capabilities.length).toBeGreaterThan(0);
    }
  });

  test('depend only on tools that come before them', () => {
    const seen = new Set<string>();
    let links = 0;
    for (const tool of generate(3_000, 2)) {
      for (const dependency of tool.dependencies.filter(({ type }) => type === 'tool')) {
        expect(seen).toContain(`${dependency.platform}/${dependency.name}`);
        links += 1;
      }
      seen.add(`${tool.platform}/${tool.name}`);
    }
    expect(links).toBeGreaterThan(50);
  });
});
