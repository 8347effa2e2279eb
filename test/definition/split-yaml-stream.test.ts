import { describe, expect, it } from 'vitest';
import { splitYamlStream } from '../../src/definition/split-yaml-stream.js';
import { readAll } from './read-all.js';

function split(stream: string): [line: number, text: string][] {
  return Array.from(splitYamlStream(stream), ({ line, text }) => [line, text]);
}

describe('a YAML stream', () => {
  it.each<[string, string, [number, string][]]>([
    ['is empty', '', []],
    ['holds only comments and marks', '# a\n\n---\n# b\n...\n---\n', []],
    ['is one document', 'a: 1', [[1, 'a: 1']]],
    [
      'opens its first document or not',
      '---\na: 1\n---\nb: 2\n',
      [
        [1, '---\na: 1\n'],
        [3, '---\nb: 2\n'],
      ],
    ],
    [
      'has comments and directives before a document',
      '# x\n%YAML 1.2\n---\na: 1\n',
      [[1, '# x\n%YAML 1.2\n---\na: 1\n']],
    ],
    [
      'closes documents',
      'a: 1\n...\n# x\n---\nb: 2\n...\n',
      [
        [1, 'a: 1\n...\n'],
        [3, '# x\n---\nb: 2\n...\n'],
      ],
    ],
    ['closes what was never opened', '...\na: 1\n', [[2, 'a: 1\n']]],
    [
      'has content behind a mark',
      '--- a\n--- b',
      [
        [1, '--- a\n'],
        [2, '--- b'],
      ],
    ],
    [
      'has lines that only look like marks',
      'a:\n  ---\n----\n...x\n - --- \n',
      [[1, 'a:\n  ---\n----\n...x\n - --- \n']],
    ],
    [
      'has Windows line ends',
      '---\r\na: 1\r\n---\r\nb: 2\r\n',
      [
        [1, '---\r\na: 1\r\n'],
        [3, '---\r\nb: 2\r\n'],
      ],
    ],
    ['has a byte order mark', '\ufeff---\na: 1\n', [[1, '---\na: 1\n']]],
    [
      'has marks within a block',
      'a: |\n  x\n---\n  y\n',
      [
        [1, 'a: |\n  x\n'],
        [3, '---\n  y\n'],
      ],
    ],
    ['has empty documents', '---\n---\n---\na: 1\n---\n---\n', [[3, '---\na: 1\n']]],
  ])('that %s', (_, stream, documents) => {
    expect(split(stream)).toEqual(documents);
  });

  it('reports lines and columns of the whole stream', async () => {
    const documents = await readAll(
      '\ufeff# first\n---\ntool_name: a\n...\n---\r\n\r\ntool_name: "b\r\n---\n  x: 1e400\n',
    );
    const places = documents.map(({ issues }) => issues.map(({ code, line, column }) => `${code} ${line}:${column}`));
    expect(places.map((place) => place[0])).toEqual(['REQUIRED 3:1', 'YAML_SYNTAX 7:13', 'NUMBER_RANGE 9:6']);
  });
});
