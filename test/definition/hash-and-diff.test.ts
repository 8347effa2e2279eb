import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../src/definition/content-hash.js';
import { diffContent } from '../../src/definition/diff.js';
import { toYaml } from '../../src/definition/to-yaml.js';
import type { CapabilityDefinition, ToolContent } from '../../src/definition/tool-definition.js';
import type { Json } from '../../src/kernel/json.js';
import { arbitraryContent, arbitraryTool } from './arbitrary-tool.js';
import { samplePattern, sampleTool } from './sample-tool.js';

/** The same JSON, every object's keys the other way round. */
function reversed<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed) as T;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  ) as T;
}

function reordered(content: ToolContent): ToolContent {
  const capabilities = content.capabilities.map((capability) => ({
    ...capability,
    patterns: capability.patterns.toReversed(),
  }));
  return reversed({ ...content, capabilities: capabilities.toReversed() });
}

const tool = sampleTool();
const capability = tool.capabilities[0] as CapabilityDefinition;

describe('the content hash', () => {
  it('is the same whatever the order of keys, capabilities and patterns', () => {
    fc.assert(
      fc.property(arbitraryContent, (content) => {
        expect(contentHash(reordered(content))).toBe(contentHash(content));
        expect(diffContent(content, reordered(content))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is blind to name, version, platform, status, enabled and owner', () => {
    const other = sampleTool({
      name: 'x',
      version: '9',
      platform: 'windows',
      status: 'TESTING',
      enabled: false,
      owner: 'me',
    });
    expect(contentHash(other)).toBe(contentHash(tool));
  });

  it('is the one of this content, on every machine and in every release', () => {
    expect(contentHash(tool)).toBe('b3d4f8ecbda8529b0e0e436cafc88134a9a615c0037a4838d4a1b9596de3ac35');
  });

  it.each<[string, Partial<ToolContent>]>([
    ['/description', { description: 'Other.' }],
    ['/category', { category: 'network' }],
    ['/defaults/freshness', { defaults: { freshness: 'cached' } }],
    ['/dependencies', { dependencies: [{ name: 'systemd', type: 'service', required: false }] }],
    ['/metadata/tags', { metadata: { author: 'Platform Team', tags: ['b', 'a'] } }],
    ['/execution_location', { extensions: {} }],
    ['/capabilities/service_list', { capabilities: [capability] }],
  ])('and the difference see %s', (path, changes) => {
    const changed = { ...tool, ...changes };
    expect(contentHash(changed)).not.toBe(contentHash(tool));
    expect(diffContent(tool, changed).map((change) => change.path)).toEqual([path]);
  });
});

describe('the difference', () => {
  it('is empty exactly when the hashes are equal', () => {
    const pair = fc.oneof(
      fc.tuple(arbitraryContent, arbitraryContent),
      // Contents that differ in one free value, or in its kind alone.
      fc.tuple(arbitraryContent, fc.constantFrom<Json>(null, '', 0, '0', [], {}, false)).map(([content, value]) => {
        return [content, { ...content, metadata: { ...content.metadata, key: value } }] as const;
      }),
    );
    fc.assert(
      fc.property(pair, ([before, after]) => {
        expect(diffContent(before, after).length === 0).toBe(contentHash(before) === contentHash(after));
      }),
      { numRuns: 200 },
    );
  });

  it('names the deepest key, by the names of capabilities and patterns, with both sides', () => {
    const patterns = [
      samplePattern({ name: 'stop', policy: { production_safe: true, max_cost: 5 } }),
      samplePattern({ timeEstimateMs: '10', extensions: { 'a/b~c': 1 }, typicalUseCases: ['x'] }),
    ];
    const after = { ...tool, capabilities: [{ ...capability, aliases: [], patterns }] };
    const base = '/capabilities/service_control';
    expect(diffContent(tool, after)).toEqual([
      { path: `${base}/aliases`, before: ['restart_service'], after: [] },
      { path: `${base}/patterns/restart/a~1b~0c`, after: 1 },
      { path: `${base}/patterns/restart/time_estimate_ms`, before: '2000 + 0.5 * N', after: '10' },
      { path: `${base}/patterns/restart/typical_use_cases`, before: ['restart nginx'], after: ['x'] },
      { path: `${base}/patterns/stop/policy/max_cost`, before: 10, after: 5 },
      { path: '/capabilities/service_list', before: expect.objectContaining({ description: 'Lists services.' }) },
    ]);
  });

  it('tells null from nothing', () => {
    const withNull = { ...tool, metadata: { ...tool.metadata, key: null } };
    expect(diffContent(tool, withNull)).toEqual([{ path: '/metadata/key', after: null }]);
    expect(diffContent(withNull, tool)).toEqual([{ path: '/metadata/key', before: null }]);
  });

  it('the other way round has the same paths with the sides exchanged', () => {
    fc.assert(
      fc.property(arbitraryContent, arbitraryContent, (one, other) => {
        const back = diffContent(other, one).map(({ path, before, after }) => ({
          path,
          ...(after !== undefined && { before: after }),
          ...(before !== undefined && { after: before }),
        }));
        expect(back).toEqual(diffContent(one, other));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a YAML file', () => {
  it('does not depend on where the definition came from', () => {
    fc.assert(
      fc.property(arbitraryTool, (one) => {
        expect(toYaml(reversed(one))).toBe(toYaml(one));
      }),
      { numRuns: 100 },
    );
  });
});
