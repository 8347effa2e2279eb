import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/definition/limits.js';
import type { YamlDocument } from '../../src/definition/read-yaml-stream.js';
import { toYaml } from '../../src/definition/to-yaml.js';
import type { CapabilityDefinition, ToolDefinition } from '../../src/definition/tool-definition.js';
import { readAll, readOne } from './read-all.js';
import { samplePattern, sampleTool } from './sample-tool.js';

const folder = path.join(import.meta.dirname, '../fixtures/yaml/hostile');
/** Five times what reading any document may take: processor time, since tests run beside each other. */
const DEADLINE_CPU_MS = 1_000;
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
    line: 10_001,
  },
  '7 flow nesting': { text: () => `${HEAD}x: ${many('[', 5_000)}`, code: 'TOO_DEEP', line: 6 },
  '7 flow mappings': { text: () => `${HEAD}x: ${many('{a: ', 5_000)}`, code: 'TOO_DEEP', line: 6 },
  '8 block nesting': { text: () => repeat(1_000, (i) => `${many(' ', i)}a:\n`), code: 'TOO_DEEP', line: 104 },
  '8 block sequences': { text: () => `x:\n${many('- ', 5_000)}a`, code: 'TOO_DEEP', line: 2 },
  '14 10 MB of !!binary': { text: () => `x: !!binary ${many('QUJD', 2_500_000)}`, code: 'TOO_LARGE', line: 1 },
  '21 UTF-16 read as UTF-8': { text: () => many('t\0o\0o\0l\0', 10), code: 'YAML_CHARACTER', line: 1 },
  '24 a million lines': { text: () => many('a: 1\n', 1_000_000), code: 'TOO_LARGE', line: 1 },
  '24 a million empty lines': {
    text: () => `${HEAD}${many('\n', 1_000_000)}`,
    code: 'TOO_MANY_LEXEMES',
    line: 119_971,
  },
  '24 empty items': { text: () => `x:\n${many('-\n', 500_000)}`, code: 'TOO_MANY_LEXEMES', line: 59_999 },
  '25 one scalar of 10 MB': { text: () => `description: "${many('x', 10_000_000)}"`, code: 'TOO_LARGE', line: 1 },
  '25 one scalar of just under 1 MiB': {
    text: () => `${HEAD}x: "${many('x', LIMITS.documentBytes - 150)}"`,
    code: 'TOO_LARGE',
    line: 6,
  },
  '27 unused anchors': {
    text: () => `x:\n${repeat(50_000, (i) => `- &a${i} 1\n`)}`,
    code: 'TOO_MANY_NODES',
    line: 10_001,
  },
  '28 an open quote over a million characters': {
    text: () => `x: '${many("a''\n ", 200_000)}`,
    code: 'YAML_SYNTAX',
    line: 200_000,
  },
  'many duplicate keys': { text: () => many('a: 1\n', 9_000), code: 'DUPLICATE_KEY', line: 2 },
  'a key without end': { text: () => `${many('k', 2_000)}: 1`, code: 'YAML_SYNTAX', line: 1 },
  'a key too long': { text: () => `${HEAD}${many('k', 200)}: 1`, code: 'KEY_TOO_LONG', line: 6 },
  'text that is no YAML': { text: () => many('}]&!%@`', 2_000), code: 'YAML_SYNTAX', line: 1 },
};

/** Large or odd, and still definitions: what there is to them is no more than text. */
const HARMLESS: Readonly<Record<string, () => string>> = {
  '24 thirty thousand comments': () => `${HEAD}${many('# comment\n', 30_000)}`,
  '26 a folded block with an indent of a million': () => `${HEAD}x: >\n${many(' ', 1_000_000)}a\n`,
  '26 a folded block of 9 lines with an indent of 100,000': () => {
    return `${HEAD}x: >\n${many(`${many(' ', 100_000)}a\n`, 9)}`;
  },
  'a mapping of 9,900 keys': () => `${HEAD}x:\n${repeat(9_900, (index) => `  k${index}: ${index}\n`)}`,
  'a text of just under 1 MiB': () => `${HEAD}x: "${many('x', LIMITS.documentBytes - 1_000)}"\n`,
  'a text of a hundred thousand lines': () => `${HEAD}x: |\n${many('  line\n', 100_000)}`,
};

/** Taken as what they are: text, which nothing fetches or computes. */
const ACCEPTED = ['20-yaml-1.2-types.yaml', '30-include-and-ref.yaml'];

/** What an expression field may hold as far as a definition's shape goes; the expressions' own rules refuse it. */
const EXPRESSIONS = [
  'toString',
  '__proto__',
  'constructor.constructor("return process")()',
  'o["__proto__"]',
  'x = 5',
  'f(n)=f(n); f(1)',
  '9^9^9^9',
  '1e309',
  '0/0',
  '1;2;3',
  '!!js/function 1',
  '*alias',
  '&anchor',
  '%',
  '@',
  '`',
  '"',
  "'",
  '/* */',
  '\u202e',
  'process',
];

async function read(text: string): Promise<YamlDocument> {
  const before = process.cpuUsage();
  const document = await readOne(text);
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(DEADLINE_CPU_MS);
  return document;
}

async function refuses(text: string, refusal: Refusal): Promise<void> {
  const { definition, issues } = await read(text);
  expect(definition).toBeNull();
  const { code, line } = issues.find((issue) => issue.severity === 'ERROR') ?? {};
  expect({ code, line }).toEqual(refusal);
  expect(issues.length).toBeLessThanOrEqual(LIMITS.issues);
}

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

  it.each(Object.entries(HARMLESS))('%s is read', async (_, text) => {
    const { definition, issues } = await read(text());
    expect(issues.filter((issue) => issue.severity === 'ERROR')).toEqual([]);
    expect(definition?.name).toBe('hostile');
  });

  it('types are those of YAML 1.2', async () => {
    const { definition } = await read(readFileSync(path.join(folder, '20-yaml-1.2-types.yaml'), 'utf8'));
    expect(definition?.defaults).toEqual({
      no: 'no',
      octal: 15,
      minutes: '1:20',
      nothing: null,
      old_octal: 17,
      date: '2024-01-01',
    });
  });

  it('includes and references are text', async () => {
    const { definition } = await read(readFileSync(path.join(folder, '30-include-and-ref.yaml'), 'utf8'));
    expect(definition?.defaults).toEqual({
      $ref: 'http://127.0.0.1:9/secret',
      include: 'file:///etc/passwd',
      $include: '../../etc/passwd',
    });
  });

  it.each(EXPRESSIONS)('the expression %s is text', async (expression) => {
    const [capability] = sampleTool().capabilities;
    const tool: ToolDefinition = sampleTool({
      capabilities: [
        { ...capability, patterns: [samplePattern({ timeEstimateMs: expression })] } as CapabilityDefinition,
      ],
    });
    expect((await read(toYaml(tool))).definition).toEqual(tool);
  });

  it('a thousand documents are read one by one, whatever stands between them', async () => {
    const bad = ['tool_name: "open', 'a: [1', '\tx: 1', 'a: 1\na: 2', 'x: !!js/function 1', '{', 'a: *b'];
    const texts = Array.from({ length: 1_000 }, (_, index) =>
      index % 10 === 9 ? (bad[((index / 10) % bad.length) | 0] ?? '') : HEAD.replace('hostile', `tool-${index}`),
    );
    const documents = await readAll(`---\n${texts.join('\n---\n')}\n...\n`);
    expect(documents).toHaveLength(1_000);
    for (const [index, document] of documents.entries()) {
      expect(document.index).toBe(index);
      expect(document.definition?.name).toBe(index % 10 === 9 ? undefined : `tool-${index}`);
    }
  });

  it('reading gives way to other work', async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses++;
    };
    await readAll(many(`---\n${HEAD}`, 4_000), { pause });
    expect(pauses).toBeGreaterThan(3);
  });

  it('a stream over its limits is refused as a whole, before any document is read', async () => {
    const tooMany = await readAll(many('---\na\n', LIMITS.streamDocuments + 1));
    expect(tooMany.map(({ issues }) => issues.map(({ code }) => code))).toEqual([['STREAM_TOO_LONG']]);
    const tooLarge = await readAll(`${HEAD}${many('# comment\n', LIMITS.streamBytes / 10)}`);
    expect(tooLarge.map(({ issues }) => issues.map(({ code }) => code))).toEqual([['STREAM_TOO_LARGE']]);
  });

  it('no document of any text throws', async () => {
    const pieces = [
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '&a ',
      '*a',
      '!!x ',
      '|',
      '>',
      '# ',
      '---\n',
      '...\n',
      '? ',
      '%',
      '\t',
      '<<',
      'tools: ',
      'tool_name: ',
      'capabilities: ',
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        for (const { definition, issues } of await readAll(source)) {
          expect(definition === null).toBe(issues.some((issue) => issue.severity === 'ERROR'));
          for (const { line, column } of issues) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(source.split('\n').length);
            expect(column).toBeGreaterThanOrEqual(1);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  afterAll(() => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
