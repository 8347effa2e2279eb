import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/definition/limits.js';
import { toYaml } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { readAll, readOne } from './read-all.js';
import { sampleTool } from './sample-tool.js';

const folder = path.join(import.meta.dirname, '../fixtures/yaml/hostile');
const DEADLINE_MS = 1_000;
const HEAD = 'tool_name: hostile\nversion: "1.0"\ndescription: Hostile.\nplatform: linux\ncategory: system\n';

/** What the first ERROR must be, and in which line. */
interface Refusal {
  readonly code: string;
  readonly line: number;
}

const FILES: Readonly<Record<string, Refusal>> = {
  '01-billion-laughs.yaml': { code: 'YAML_ALIAS', line: 1 },
  '03-alias-to-itself.yaml': { code: 'YAML_ALIAS', line: 1 },
  '04-merge-with-proto.yaml': { code: 'KEY_FORBIDDEN', line: 3 },
  '09-proto-key.yaml': { code: 'KEY_FORBIDDEN', line: 7 },
  '10-constructor-prototype.yaml': { code: 'KEY_FORBIDDEN', line: 7 },
  '11-js-function.yaml': { code: 'YAML_TAG', line: 7 },
  '12-python-apply.yaml': { code: 'YAML_TAG', line: 7 },
  '13-unknown-tag.yaml': { code: 'YAML_TAG', line: 7 },
  '14-binary.yaml': { code: 'YAML_TAG', line: 7 },
  '15-set.yaml': { code: 'YAML_TAG', line: 7 },
  '15-timestamp.yaml': { code: 'YAML_TAG', line: 7 },
  '06-omap.yaml': { code: 'YAML_TAG', line: 6 },
  '16-duplicate-key.yaml': { code: 'DUPLICATE_KEY', line: 6 },
  '17-duplicate-by-normal-form.yaml': { code: 'DUPLICATE_KEY', line: 8 },
  '17-duplicate-by-quoting.yaml': { code: 'DUPLICATE_KEY', line: 8 },
  '17-duplicate-by-type.yaml': { code: 'DUPLICATE_KEY', line: 8 },
  '18-complex-key.yaml': { code: 'KEY_FORM', line: 7 },
  '20-tag-directive.yaml': { code: 'YAML_DIRECTIVE', line: 1 },
  '20-yaml-1.1.yaml': { code: 'YAML_DIRECTIVE', line: 2 },
  '22-c1-control.yaml': { code: 'YAML_CHARACTER', line: 3 },
  '22-escaped-nul.yaml': { code: 'TEXT_INVALID', line: 3 },
  '22-nul.yaml': { code: 'YAML_CHARACTER', line: 3 },
  '23-tab-indent.yaml': { code: 'YAML_SYNTAX', line: 7 },
  '28-unclosed-quote.yaml': { code: 'YAML_SYNTAX', line: 5 },
  '29-number-1e400.yaml': { code: 'NUMBER_RANGE', line: 7 },
  '29-number-2-60.yaml': { code: 'NUMBER_RANGE', line: 7 },
  '32-formula-name.yaml': { code: 'NAME_FORM', line: 1 },
};

const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join('');
const many = (text: string, count: number): string => text.repeat(count);

const GENERATED: Readonly<Record<string, { readonly text: () => string } & Refusal>> = {
  '2 quadratic alias': { text: () => `a: &a x\nb: [${many('*a, ', 30_000)}]`, code: 'YAML_ALIAS', line: 2 },
  '5 repeated alias merge list': {
    text: () => `a: &a {x: 1}\n<<: [${many('*a, ', 30_000)}]`,
    code: 'YAML_ALIAS',
    line: 2,
  },
  '6 big !!omap': {
    text: () => `${HEAD}x: !!omap\n${repeat(30_000, (i) => `- k${i}: 1\n`)}`,
    code: 'TOO_MANY_NODES',
    line: 10_003,
  },
  '7 flow nesting': { text: () => `${HEAD}x: ${many('[', 5_000)}`, code: 'TOO_DEEP', line: 6 },
  '7 flow mappings': { text: () => `${HEAD}x: ${many('{a: ', 5_000)}`, code: 'TOO_DEEP', line: 6 },
  '8 block nesting': { text: () => repeat(1_000, (i) => `${many(' ', i)}a:\n`), code: 'TOO_DEEP', line: 52 },
  '8 block sequences': { text: () => `x:\n${many('- ', 5_000)}a`, code: 'TOO_DEEP', line: 2 },
  '14 10 MB of !!binary': { text: () => `x: !!binary ${many('QUJD', 2_500_000)}`, code: 'TOO_LARGE', line: 1 },
  '21 UTF-16 read as UTF-8': { text: () => many('t\0o\0o\0l\0', 10), code: 'YAML_CHARACTER', line: 1 },
  '24 a million lines': { text: () => many('a: 1\n', 1_000_000), code: 'TOO_LARGE', line: 1 },
  '24 a million empty lines': { text: () => `${HEAD}${many('\n', 1_000_000)}`, code: 'TOO_MANY_NODES', line: 199_982 },
  '24 empty items': { text: () => `x:\n${many('-\n', 500_000)}`, code: 'TOO_MANY_NODES', line: 100_000 },
  '25 one scalar of 10 MB': { text: () => `description: "${many('x', 10_000_000)}"`, code: 'TOO_LARGE', line: 1 },
  '25 one scalar of just under 1 MiB': {
    text: () => `${HEAD}x: "${many('x', LIMITS.documentBytes - 200)}"`,
    code: 'TOO_LARGE',
    line: 6,
  },
  '26 folded block with an indent of a million': {
    text: () => `${HEAD}x: >\n${many(' ', 1_000_000)}a\n`,
    code: 'REQUIRED',
    line: 1,
  },
  '26 an indent of 9 lines of 100 k': {
    text: () => `${HEAD}x: >\n${repeat(9, () => `${many(' ', 100_000)}a\n`)}`,
    code: 'REQUIRED',
    line: 1,
  },
  '27 unused anchors': {
    text: () => `x:\n${repeat(50_000, (i) => `- &a${i} 1\n`)}`,
    code: 'TOO_MANY_NODES',
    line: 10_002,
  },
  '28 an open quote over a million characters': {
    text: () => `x: '${many("a''\n ", 200_000)}`,
    code: 'YAML_SYNTAX',
    line: 200_001,
  },
  'wide mapping': { text: () => `${HEAD}x:\n${repeat(9_900, (i) => `  k${i}: ${i}\n`)}`, code: 'REQUIRED', line: 1 },
  'many duplicate keys': { text: () => many('a: 1\n', 9_000), code: 'DUPLICATE_KEY', line: 2 },
  'a key without end': { text: () => `${many('k', 2_000)}: 1`, code: 'YAML_SYNTAX', line: 1 },
  'a key too long': { text: () => `${HEAD}${many('k', 200)}: 1`, code: 'KEY_TOO_LONG', line: 6 },
  'text that is no YAML': { text: () => many('}]*&!%@`', 10_000), code: 'YAML_SYNTAX', line: 1 },
};

describe('hostile YAML', () => {
  it('is all there', () => {
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(FILES), ...ACCEPTED].sort());
  });

  it.each(Object.entries(FILES))('%s is refused', async (file, refusal) => {
    await refuses(readFileSync(path.join(folder, file), 'utf8'), refusal);
  });

  it.each(Object.entries(GENERATED))('%s is refused', async (_, { text, ...refusal }) => {
    await refuses(text(), refusal);
  });

  afterAll(() => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

/** Taken as what they are: text, which nothing fetches or computes. */
const ACCEPTED = ['20-yaml-1.2-types.yaml', '30-include-and-ref.yaml'];
