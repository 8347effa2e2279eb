import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { besideTheirLike, chunkDocuments, joinDocuments, splitDocuments } from '../../scripts/lib/yaml-documents.js';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';

const BROKEN = 'tool_name: x\nplatform: linux\ncategory: system\ndescription: "not closed';

async function documentsOf(files: Readonly<Record<string, string>>) {
  const all = await Promise.all(Object.entries(files).map(([file, text]) => splitDocuments(file, text)));
  return all.flat();
}

describe('places of findings', () => {
  test('the lines of a stream lead back to the files, whatever stands between the documents', async () => {
    const files = {
      'plain.yaml': 'tool_name: a\nbad_line: [',
      'two.yaml': '# head\n\n---\ntool_name: b\n---\n# a comment\ntool_name: c\nbad: {\n...\n',
      'directive.yaml': '%YAML 1.2\n---\ntool_name: d\nbad: "\n',
      'crlf.yaml': '\ufeff---\r\ntool_name: e\r\nbad: ]\r\n',
    };
    const chunk = joinDocuments(await documentsOf(files));
    expect(chunk.documents.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'plain.yaml:1',
      'two.yaml:3',
      'two.yaml:5',
      'directive.yaml:1',
      'crlf.yaml:1',
    ]);
    const lines = chunk.yaml.split('\n');
    const located = lines.flatMap((line, index) => {
      const place = chunk.locate(0, index + 1, 3);
      const text = files[place.file as keyof typeof files].replace(/^\ufeff/, '').split('\n')[place.line - 1];
      return /^(tool_name|bad)/.test(line) ? [{ line, text, column: place.column }] : [];
    });
    expect(located).toHaveLength(9);
    for (const { line, text, column } of located) expect({ text, column }).toEqual({ text: line, column: 3 });
  });

  test('the reader finds as many documents as were cut, and reports each error at its own line', async () => {
    const part = fc.constantFrom(
      BROKEN,
      `---\n${BROKEN}`,
      `# comment\n--- # begin\n${BROKEN}\n...`,
      `%YAML 1.2\n---\n${BROKEN}\n...`,
      `\n\n---\n${BROKEN}\n\n# end\n...\n`,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (texts) => {
        const files = Object.fromEntries(texts.map((text, index) => [`${index}.yaml`, text]));
        const chunk = joinDocuments(await documentsOf(files));
        let index = 0;
        for await (const read of readYamlStream(chunk.yaml)) {
          const [issue] = read.issues;
          const place = chunk.locate(read.index, issue?.line ?? null, issue?.column ?? null);
          expect(place.file).toBe(`${index}.yaml`);
          const alone = await readOne(files[place.file] ?? '');
          expect({ line: place.line, column: place.column }).toEqual(alone);
          index += 1;
        }
        expect(index).toBe(texts.length);
      }),
      { numRuns: 60 },
    );
  });

  test('directives are read as such, wherever their document stands', async () => {
    const tool = (name: string) => `tool_name: ${name}\ndescription: x\nplatform: linux\ncategory: system\n`;
    const chunk = joinDocuments(
      await documentsOf({ 'a.yaml': tool('a'), 'b.yaml': `%YAML 1.2\n---\n${tool('b')}`, 'c.yaml': tool('c') }),
    );
    const names: unknown[] = [];
    for await (const read of readYamlStream(chunk.yaml)) names.push(read.definition?.name ?? read.issues);
    expect(names).toEqual(['a', 'b', 'c']);
  });

  test('a file of profiles counts as many definitions as it has, so that places by index stay right', async () => {
    const profiles =
      'version: "1.0"\ntools:\n  one: {description: x, capabilities: {}}\n  two: {description: y, capabilities: {}}\n';
    const documents = await documentsOf({ 'profiles.yaml': profiles, 'last.yaml': 'tool_name: z\n' });
    const chunk = joinDocuments(documents);
    expect(documents.map((document) => document.definitionCount)).toEqual([2, 1]);
    expect([0, 1, 2].map((index) => chunk.locate(index, null, null).file)).toEqual([
      'profiles.yaml',
      'profiles.yaml',
      'last.yaml',
    ]);
  });
});

/** Where the reader sees the error of a text that stands alone, past a final newline that joining adds. */
async function readOne(text: string) {
  for await (const read of readYamlStream(text.endsWith('\n') ? text : `${text}\n`)) {
    return { line: read.issues[0]?.line, column: read.issues[0]?.column };
  }
  return undefined;
}

describe('chunks', () => {
  const documents = Array.from({ length: 7 }, (_, index) => ({
    file: `${index}`,
    line: 1,
    text: `a: ${index}\n`,
    definitionCount: 1,
  }));

  test('hold at most so many documents, all of them, in order', () => {
    const chunks = [...chunkDocuments(documents, { maxDocuments: 3, maxBytes: 1_000 })];
    expect(chunks.map((chunk) => chunk.documents.map(({ file }) => file).join(''))).toEqual(['012', '345', '6']);
  });

  test('hold at most so many bytes; a larger document stands alone', () => {
    const large = { file: 'L', line: 1, text: `a: ${'x'.repeat(50)}\n`, definitionCount: 1 };
    const mixed = [...documents.slice(0, 3), large, ...documents.slice(3)];
    const chunks = [...chunkDocuments(mixed, { maxDocuments: 100, maxBytes: 15 })];
    expect(chunks.map((chunk) => chunk.documents.map(({ file }) => file).join(''))).toEqual(['012', 'L', '345', '6']);
  });

  test('hold all documents of one name, the first of them in its place', () => {
    const names = ['a', '"b"', 'a # again', "'b'", 'c', '{d', 'a', 'e'];
    const named = names.map((name, index) => ({
      file: `${index}`,
      line: 1,
      text: `x: 1\nname: ${name}\n`,
      definitionCount: 1,
    }));
    const ordered = besideTheirLike(named);
    expect(ordered.map(({ file }) => file).join('')).toBe('02613457');
    const chunks = [...chunkDocuments(ordered, { maxDocuments: 2, maxBytes: 1_000 })];
    expect(chunks.map((chunk) => chunk.documents.map(({ file }) => file).join(''))).toEqual(['026', '13', '45', '7']);
  });
});
