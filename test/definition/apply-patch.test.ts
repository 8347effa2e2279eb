import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../src/definition/apply-patch.js';
import { contentHash } from '../../src/definition/content-hash.js';
import { mergePatch } from '../../src/definition/merge-patch.js';
import type { PlainJson } from '../../src/definition/plain-json.js';
import type { ToolContent } from '../../src/definition/tool-definition.js';
import { deepFreeze } from '../../src/kernel/json.js';
import { arbitraryContent } from './arbitrary-tool.js';
import { sampleTool } from './sample-tool.js';

const { name: _n, version: _v, platform: _p, ...sample } = sampleTool();
const content: ToolContent = deepFreeze(sample);

describe('JSON Merge Patch', () => {
  // The examples of RFC 7396, appendix A.
  it.each<[PlainJson, PlainJson, PlainJson]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });
});

describe('a patch', () => {
  it('that gives nothing changes nothing', () => {
    fc.assert(
      fc.property(arbitraryContent, (one) => {
        const patched = applyPatch(one, { description: null, capabilities: undefined });
        expect(patched.content).toEqual(one);
        expect(contentHash(patched.content as ToolContent)).toBe(contentHash(one));
      }),
      { numRuns: 100 },
    );
  });

  it('that gives the lists of another content gives it those', () => {
    fc.assert(
      fc.property(arbitraryContent, arbitraryContent, (one, other) => {
        const { description, category, dependencies, capabilities } = other;
        const patched = applyPatch(one, { description, category, dependencies, capabilities });
        expect(patched.content).toEqual({ ...one, description, category, dependencies, capabilities });
      }),
      { numRuns: 100 },
    );
  });

  it('merges defaults, metadata and extensions', () => {
    const patched = applyPatch(content, {
      defaults: { freshness: null, accuracy: { level: 1 } },
      metadata: { tags: ['c'] },
      extensions: { execution_location: null, notes: { a: 1, b: null } },
    });
    expect(patched).toEqual({
      content: {
        ...content,
        defaults: { accuracy: { level: 1 } },
        metadata: { author: 'Platform Team', tags: ['c'] },
        extensions: { notes: { a: 1 } },
      },
      issues: [],
    });
  });

  it('replaces lists whole', () => {
    expect(applyPatch(content, { dependencies: [] }).content).toEqual({ ...content, dependencies: [] });
    const patched = applyPatch(content, { capabilities: [] });
    expect(patched.content?.capabilities).toEqual([]);
    expect(patched.issues.map((issue) => issue.code)).toEqual(['NO_CAPABILITIES']);
  });

  it.each([
    [{ description: ' ' }, 'EMPTY /description'],
    [{ category: 'a'.repeat(51) }, 'TOO_LONG /category'],
    [{ defaults: 5 }, 'TYPE /defaults'],
    [{ metadata: { a: Number.NaN } }, 'NUMBER_RANGE /metadata/a'],
    [{ metadata: JSON.parse('{"a": {"__proto__": {"polluted": 1}}}') }, 'KEY_FORBIDDEN /metadata/a/__proto__'],
    [{ extensions: { description: 'x' } }, 'EXTENSION_RESERVED /description'],
    [{ extensions: { tool_name: 'x' } }, 'EXTENSION_RESERVED /tool_name'],
    [{ extensions: 'x' }, 'TYPE '],
    [{ dependencies: [{ name: 'a', type: '' }] }, 'TEXT_FORM /dependencies/0/type'],
    [
      { capabilities: [{ name: 'a', description: 'A.', patterns: [{ name: 'p' }] }] as never },
      'REQUIRED /capabilities/a/patterns/p/description',
    ],
  ])('%j is refused', (patch, issue) => {
    const patched = applyPatch(content, patch);
    expect(patched.content).toBeNull();
    expect(patched.issues.map(({ code, path }) => `${code} ${path}`)).toContain(issue);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
