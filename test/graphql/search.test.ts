import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_OPERATION_COST } from '../../src/graphql/cost.js';
import { capabilityInput, definitionInput, patternInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { codeOf, startTestServer, type TestServer } from './support/test-server.js';

let server: TestServer;

const SEARCH = `query ($query: String!, $filter: ToolFilter, $first: Int) {
  searchTools(query: $query, filter: $filter, first: $first) { score matchedOn tool { name platform versions { totalCount } } } }`;

beforeAll(async () => {
  server = await startTestServer();
  const define = (name: string, platform: string, useCase: string) =>
    server.instance.commands.createTool(caller(), {
      definition: definitionInput({
        name,
        platform,
        description: `Takes care of ${name}.`,
        capabilities: [
          capabilityInput({
            name: `${name}_care`,
            patterns: [patternInput({ name: 'default', typicalUseCases: [useCase] })],
          }),
        ],
      }),
    });
  await define('disks', 'linux', 'which partitions run out of space');
  await define('disks', 'windows', 'which drives run out of space');
  await define('certificates', 'linux', 'when does it expire');
});
afterAll(() => server.close());

const found = async (variables: Record<string, unknown>) => {
  const answer = await server.ask(SEARCH, variables);
  expect(answer.errors).toBeUndefined();
  const hits = answer.data?.['searchTools'] as { tool: { name: string; platform: string }; matchedOn: string[] }[];
  return hits.map(({ tool, matchedOn }) => `${tool.platform}/${tool.name} ${matchedOn.join(' ')}`);
};

describe('searchTools', () => {
  test('ranks by words, typos and synonyms forgiven, and says where they were found', async () => {
    expect(await found({ query: 'expiring certifcates' })).toEqual([
      'linux/certificates name capability useCase description',
    ]);
    expect(await found({ query: 'partitions without space' })).toEqual([
      expect.stringMatching(/^linux\/disks /),
      expect.stringMatching(/^windows\/disks /),
    ]);
    expect(await found({ query: 'bake a cake' })).toEqual([]);
  });

  test('ranks only what the filter lets through, and no more than asked for', async () => {
    expect(await found({ query: 'space', filter: { platforms: ['windows'] } })).toHaveLength(1);
    expect(await found({ query: 'space', first: 1 })).toHaveLength(1);
    expect(await found({ query: 'space', first: 0 })).toEqual([]);
  });

  test('never finds a tool that is switched off, and finds a change at once', async () => {
    await server.instance.commands.disableTool(caller(), { name: 'certificates', platform: 'linux' });
    expect(await found({ query: 'certificates' })).toEqual([]);
    await server.instance.commands.enableTool(caller(), { name: 'certificates', platform: 'linux' });
    expect(await found({ query: 'certificates' })).toHaveLength(1);
  });

  test('refuses what is too long or too much', async () => {
    const long = await server.ask(SEARCH, { query: 'x'.repeat(1_001) });
    expect([codeOf(long), long.errors?.[0]?.message]).toEqual([
      'BAD_USER_INPUT',
      expect.stringContaining('at most 1000 characters'),
    ]);
    for (const first of [-1, 201]) {
      const answer = await server.ask(
        '{ searchTools(query: "disk", first: FIRST) { score } }'.replace('FIRST', String(first)),
      );
      expect([codeOf(answer), answer.errors?.[0]?.message]).toEqual([
        'BAD_USER_INPUT',
        expect.stringContaining('0 to 200'),
      ]);
    }
    const costly = await server.ask(
      '{ searchTools(query: "disk", first: 200) { tool { versions(first: 200) { nodes { name version description } } } } }',
    );
    expect(costly.errors?.[0]?.message).toContain(String(MAX_OPERATION_COST));
  });
});
