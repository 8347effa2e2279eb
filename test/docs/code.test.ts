import { expect, it } from 'vitest';
import { blocksOf, readBlock } from './markdown.js';
import { typeCheck } from './type-check.js';

it('the TypeScript of the pages compiles against what the package exports, and a mistake in it would be seen', () => {
  const blocks = blocksOf('ts');
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  const client = readBlock('README.md', 'client').text;
  const mistakes = [client.replace('client.list(', 'client.lists('), client.replace('url:', 'uri:')];
  const found = typeCheck([...blocks.map((block) => block.text), ...mistakes]);
  const named = blocks.map(({ file, line }, index) => ({ place: `${file}:${line}`, found: found[index] }));
  expect(named.filter((entry) => entry.found?.length !== 0)).toEqual([]);
  expect(found.slice(blocks.length).map((messages) => messages.length > 0)).toEqual([true, true]);
}, 60_000);
