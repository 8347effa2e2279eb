import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/definition/read-document.js';
import { toDocument } from '../../src/definition/to-document.js';
import type { JsonObject } from '../../src/kernel/json.js';
import { samplePattern, sampleTool } from './sample-tool.js';

function documentWith(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...toDocument(sampleTool()), ...changes };
}

function patternWith(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tool = sampleTool({
    capabilities: [
      { name: 'c', aliases: [], description: 'C.', patterns: [samplePattern({ name: 'p' })], extensions: {} },
    ],
  });
  const document = structuredClone(toDocument(tool)) as Record<
    string,
    Record<string, Record<string, Record<string, object>>>
  >;
  Object.assign(document['capabilities']?.['c']?.['patterns']?.['p'] ?? {}, changes);
  return document;
}

const PATTERN = '/capabilities/c/patterns/p';

/** `SEVERITY CODE path` of every issue. */
function issuesOf(document: unknown): string[] {
  return readDocument(document).issues.map((issue) => `${issue.severity} ${issue.code} ${issue.path}`);
}

describe('limits of fields', () => {
  it.each([
    ['tool_name', 'a'.repeat(100), 'a'.repeat(101), 'TOO_LONG'],
    ['version', '1'.repeat(20), '1'.repeat(21), 'TOO_LONG'],
    ['platform', 'a'.repeat(50), 'a'.repeat(51), 'TOO_LONG'],
    ['category', 'system', 'a'.repeat(51), 'TOO_LONG'],
    ['owner', 'a'.repeat(100), 'a'.repeat(101), 'TOO_LONG'],
    ['description', 'a'.repeat(10_000), 'a'.repeat(10_001), 'TOO_LONG'],
    ['description', 'a', ' \n ', 'EMPTY'],
    ['version', '1.0.0-beta.1+build~2', '../etc', 'VERSION_FORM'],
    ['version', 'v1', '', 'VERSION_FORM'],
    ['owner', 'platform team', ' platform team', 'TEXT_FORM'],
    ['owner', 'a', 'a\nb', 'TEXT_FORM'],
    ['status', 'Deprecated', 'retired', 'INVALID_VALUE'],
    ['enabled', false, 'yes', 'TYPE'],
    ['defaults', {}, [], 'TYPE'],
    ['metadata', { a: null }, 'text', 'TYPE'],
    ['dependencies', [], {}, 'TYPE'],
    ['dependencies', undefined, Array.from({ length: 101 }, () => ({ name: 'a', type: 'tool' })), 'TOO_MANY'],
    ['capabilities', null, 'text', 'TYPE'],
  ])('%s', (key, good, bad, code) => {
    expect(issuesOf(documentWith({ [key]: good })).filter((issue) => issue.startsWith('ERROR'))).toEqual([]);
    expect(issuesOf(documentWith({ [key]: bad }))).toContain(`ERROR ${code} /${key}`);
    expect(readDocument(documentWith({ [key]: bad })).definition).toBeNull();
  });

  it.each([
    ['time_estimate_ms', 'N'.repeat(500), 'N'.repeat(501), 'TOO_LONG'],
    ['cost_estimate', 0.5, '', 'EMPTY'],
    ['complexity_score', 1, 1.01, 'OUT_OF_RANGE'],
    ['complexity_score', 0, -0.01, 'OUT_OF_RANGE'],
    ['complexity_score', '0.5', '<number>', 'PLACEHOLDER'],
    ['scope', 'batch', '', 'TEXT_FORM'],
    ['completeness', 'a'.repeat(50), 'a'.repeat(51), 'TOO_LONG'],
    ['policy', {}, undefined, 'REQUIRED'],
    ['preference_match', {}, null, 'REQUIRED'],
    ['typical_use_cases', Array(200).fill('a'), Array(201).fill('a'), 'TOO_MANY'],
    ['limitations', null, 'text', 'TYPE'],
    ['output_schema', {}, [], 'TYPE'],
    ['examples', [1, 'a', null, {}], {}, 'TYPE'],
  ])('%s of a pattern', (key, good, bad, code) => {
    expect(issuesOf(patternWith({ [key]: good })).filter((issue) => issue.startsWith('ERROR'))).toEqual([]);
    expect(issuesOf(patternWith({ [key]: bad }))).toContain(`ERROR ${code} ${PATTERN}/${key}`);
  });

  it('counts capabilities and patterns', () => {
    const many = (count: number, member: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, member]));
    const capability = { description: 'C.', patterns: {} };
    expect(readDocument(documentWith({ capabilities: many(100, capability) })).definition).not.toBeNull();
    expect(issuesOf(documentWith({ capabilities: many(101, capability) }))).toContain('ERROR TOO_MANY /capabilities');
  });

  it('reaches policies, inputs and dependencies', () => {
    expect(issuesOf(patternWith({ policy: { production_safe: 1, max_cost: -1, unknown: { a: [1] } } }))).toEqual([
      `ERROR OUT_OF_RANGE ${PATTERN}/policy/max_cost`,
      `ERROR TYPE ${PATTERN}/policy/production_safe`,
    ]);
    expect(issuesOf(patternWith({ required_inputs: [{ type: 'string' }, 'host'] }))).toEqual([
      `ERROR REQUIRED ${PATTERN}/required_inputs/0/name`,
      `ERROR TYPE ${PATTERN}/required_inputs/1`,
    ]);
    expect(issuesOf(documentWith({ dependencies: [{ name: 'a' }] }))).toEqual(['ERROR REQUIRED /dependencies/0/type']);
  });
});

describe('names', () => {
  it.each([
    'Get-Process',
    'kubectl_get',
    'apt-get',
    'asset-query',
    '7z',
    'net/http',
    'c++',
    'a b',
    'ns:tool',
    'é',
    '日本',
  ])('%s is one', (name) => {
    expect(readDocument(documentWith({ tool_name: name })).definition?.name).toBe(name);
  });

  it.each([
    '',
    ' a',
    'a ',
    '-a',
    '.a',
    '/a',
    '42',
    '1.0',
    'a\nb',
    'a\tb',
    'a\u202eb',
    '=1+1',
    '@a',
    'a;b',
    'b<i>',
    'e\u0301',
    'a%00',
  ])('%j is none', (name) => {
    expect(issuesOf(documentWith({ tool_name: name }))).toEqual(['ERROR NAME_FORM /tool_name']);
    const capability = { description: 'C.', patterns: {} };
    const { definition } = readDocument(documentWith({ capabilities: { [name]: capability } }));
    expect(definition).toBeNull();
  });

  it.each(['search', 'platform', 'category', 'import', 'export', 'validate'])('%s is reserved for tools', (name) => {
    expect(issuesOf(documentWith({ tool_name: name }))).toEqual(['ERROR NAME_RESERVED /tool_name']);
    const capabilities = { [name]: { description: 'C.', patterns: {} } };
    expect(readDocument(documentWith({ capabilities })).definition?.capabilities[0]?.name).toBe(name);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('%s is none, wherever it stands', (name) => {
    expect(issuesOf(documentWith({ tool_name: name }))).toEqual(['ERROR KEY_FORBIDDEN /tool_name']);
    const object = JSON.parse(`{"${name}": {"polluted": true}}`) as object;
    expect(issuesOf(documentWith({ metadata: { a: [object] } }))).toEqual([
      `ERROR KEY_FORBIDDEN /metadata/a/0/${name}`,
    ]);
    expect(issuesOf(documentWith({ capabilities: object }))).toEqual([`ERROR KEY_FORBIDDEN /capabilities/${name}`]);
    expect(issuesOf(documentWith({ capabilities: [{ capability_name: name }] }))).toEqual([
      'ERROR KEY_FORBIDDEN /capabilities/0',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('what is no JSON, or more than the database can hold', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const throwing = Object.defineProperty({}, 'a', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  it.each([
    ['a cycle', circular, 'TOO_DEEP'],
    ['a date', { a: new Date(0) }, 'NOT_JSON'],
    ['a function', { a: () => 1 }, 'NOT_JSON'],
    ['a big integer', { a: 1n }, 'NOT_JSON'],
    ['a symbol', { a: Symbol('a') }, 'NOT_JSON'],
    ['a map', new Map(), 'NOT_JSON'],
    ['a hole', { a: new Array(1) }, 'NOT_JSON'],
    ['a getter that throws', throwing, 'NOT_JSON'],
    ['NaN', { a: Number.NaN }, 'NUMBER_RANGE'],
    ['infinity', { a: Number.POSITIVE_INFINITY }, 'NUMBER_RANGE'],
    ['2^53', { a: 2 ** 53 }, 'NUMBER_RANGE'],
    ['U+0000', { a: 'x\0y' }, 'TEXT_INVALID'],
    ['half a pair', { a: '\ud800' }, 'TEXT_INVALID'],
    ['the other half', { '\udc00x': 1 }, 'TEXT_INVALID'],
    ['a long key', { ['k'.repeat(151)]: 1 }, 'KEY_TOO_LONG'],
    ['a key not composed', { 'e\u0301': 1 }, 'KEY_FORM'],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
      'NOT_JSON',
    ],
  ])('%s', (_, metadata, code) => {
    const { definition, issues } = readDocument(documentWith({ metadata }));
    expect(definition).toBeNull();
    expect(issues.map((issue) => issue.code)).toEqual([code]);
    expect(issues[0]?.path.startsWith('/metadata')).toBe(true);
  });

  it('has one zero', () => {
    expect(Object.is(readDocument(documentWith({ metadata: { a: -0 } })).definition?.metadata['a'], 0)).toBe(true);
  });

  it('nests 32 levels deep, not deeper', () => {
    const nested = (depth: number): unknown => (depth === 0 ? {} : { a: nested(depth - 1) });
    // The document and its metadata are the first two levels.
    expect(readDocument(documentWith({ metadata: nested(30) })).definition).not.toBeNull();
    expect(readDocument(documentWith({ metadata: nested(31) })).definition).toBeNull();
  });

  it('a small value that is shared a million times is no large definition', () => {
    let shared: unknown = 'lol';
    for (let level = 0; level < 25; level++) shared = [shared, shared];
    expect(issuesOf(documentWith({ metadata: { shared } }))[0]).toMatch(/^ERROR TOO_LARGE/);
  });

  it('names capabilities and patterns in the paths of lists', () => {
    const patterns = [{ pattern_name: 'p', policy: { a: Number.NaN } }];
    const document = documentWith({ capabilities: [{ capability_name: 'c', patterns }] });
    expect(issuesOf(document)).toEqual(['ERROR NUMBER_RANGE /capabilities/c/patterns/p/policy/a']);
  });
});

describe('forms', () => {
  it('of lists say the same as the mapping form', () => {
    const { capabilities, ...root } = toDocument(sampleTool());
    const list = (mapping: JsonObject, nameKey: string) =>
      Object.entries(mapping).map(([name, body]) => ({ [nameKey]: name, ...(body as JsonObject) }));
    const lists = list(capabilities as JsonObject, 'capability_name').map((capability) => ({
      ...capability,
      patterns: list((capability as JsonObject)['patterns'] as JsonObject, 'pattern_name'),
    }));
    expect(readDocument({ ...root, capabilities: lists })).toEqual({ definition: sampleTool(), issues: [] });
  });

  it('without a version get 1.0.0', () => {
    expect(readDocument(documentWith({ version: undefined })).definition?.version).toBe('1.0.0');
    expect(readDocument(documentWith({ version: null })).definition?.version).toBe('1.0.0');
  });

  it('keep `name` beside `tool_name`', () => {
    const { definition } = readDocument(documentWith({ name: 'Service control' }));
    expect(definition?.name).toBe('service-control');
    expect(definition?.extensions).toEqual({ execution_location: 'remote', name: 'Service control' });
  });

  it('with two patterns of one name fail', () => {
    const patterns = ['p', 'q', 'p'].map((name) => ({ pattern_name: name }));
    const document = documentWith({ capabilities: [{ capability_name: 'c', description: 'C.', patterns }] });
    expect(issuesOf(document)).toContain('ERROR DUPLICATE_PATTERN /capabilities/c/patterns/2');
  });

  it('with many tools say where they can be read', () => {
    expect(issuesOf({ version: '1.0', tools: { a: {} } })).toEqual(['ERROR FORM_MANY_TOOLS /tools']);
  });

  it('do not change what they are given', () => {
    const document = patternWith({ policy: { production_safe: 'true' } });
    const before = structuredClone(document);
    readDocument(document);
    expect(document).toEqual(before);
  });
});

describe('reading', () => {
  const keys = fc.constantFrom(
    'tool',
    'tool_name',
    'name',
    'version',
    'description',
    'platform',
    'category',
    'status',
    'enabled',
    'dependencies',
    'metadata',
    'capabilities',
    'capability',
    'capability_name',
    'patterns',
    'pattern',
    'pattern_name',
    'policy',
    'tools',
    'inputs',
    'required_inputs',
    '0',
    'a',
    '__proto__',
    'type',
    'default',
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.oneof(fc.anything(), fc.constantFrom('linux', 'a', 'true', null, undefined, 0.5, 'boolean')),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 8 }),
    ),
  }));

  it('never throws, and gives a definition exactly when nothing is wrong', () => {
    fc.assert(
      fc.property(value, (document) => {
        const { definition, issues } = readDocument(document);
        expect(definition === null).toBe(issues.some((issue) => issue.severity === 'ERROR'));
        expect(issues.length).toBeLessThanOrEqual(100);
        for (const issue of issues) expect(issue.path).toMatch(/^(?:\/.*)?$/s);
      }),
      { numRuns: 500 },
    );
  });
});
