import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { exportYaml } from '../../src/catalog/export-yaml.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import { MAX_REQUEST_BYTES } from '../../src/graphql/operation-limits.js';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { codeOf, type GraphqlAnswer, startTestServer, type TestServer } from './support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ deadlineMs: 400, alter: slowHistory });
  await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'present' }) });
});
afterAll(() => server.close());

/** A history that never answers, for the deadline. */
function slowHistory(services: TestServer['services']): TestServer['services'] {
  return { ...services, history: { ...services.history, deletedTools: () => new Promise(() => undefined) } };
}

function accepted(answer: GraphqlAnswer): void {
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toBeTruthy();
}

/** `node { ... on Tool { parentVersion { parentVersion ... { name } } } }` of exactly this depth. */
function deep(depth: number): string {
  const nested = (levels: number): string => (levels === 1 ? 'name' : `parentVersion { ${nested(levels - 1)} }`);
  return `{ tool(name: "present") { ${nested(depth - 1)} } }`;
}

describe('what a document may ask for', () => {
  test('depth 10, not 11', async () => {
    accepted(await server.ask(deep(10)));
    expect((await server.ask(deep(11))).errors?.[0]?.message).toBe('Query depth limit of 10 exceeded, found 11.');
    const hidden = `${deep(11).replace(/\bname \}/, '...Deep }')} fragment Deep on Tool { name }`;
    expect((await server.ask(hidden)).errors?.[0]?.message).toContain('depth limit');
  });

  test('15 aliases, not 16, through fragments too', async () => {
    const aliases = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: me { name }`).join(' ')} }`;
    accepted(await server.ask(aliases(15)));
    expect((await server.ask(aliases(16))).errors?.[0]?.message).toBe('Aliases limit of 15 exceeded, found 16.');
    const inFragment = (count: number) => `query { ...F } fragment F on Query ${aliases(count)}`;
    accepted(await server.ask(inFragment(15)));
    expect((await server.ask(inFragment(16))).errors?.[0]?.message).toContain('Aliases limit');
  });

  test('50 directives, not 51', async () => {
    const directives = (count: number) =>
      `{ ${Array.from({ length: count }, () => '...on Query @include(if: true) { me { name } }').join(' ')} }`;
    accepted(await server.ask(directives(50)));
    expect((await server.ask(directives(51))).errors?.[0]?.message).toBe('Directives limit of 50 exceeded, found 51.');
  });

  test('1,000 tokens, not 1,001', async () => {
    const tokens = (count: number) => `{ tools(filter: { names: [${'"x" '.repeat(count - 16)}] }) { totalCount } }`;
    accepted(await server.ask(tokens(1_000)));
    const refused = await server.ask(tokens(1_001));
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Token limit of 1000'),
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
  });

  test('pages of 200, not 201', async () => {
    accepted(await server.ask('{ tools(first: 200) { totalCount } capabilities(first: 200) { totalCount } }'));
    for (const field of [
      'tools(first: 201) { totalCount }',
      'tools(last: 201) { totalCount }',
      'tools(first: -1) { totalCount }',
      'capabilities(first: 201) { totalCount }',
    ]) {
      expect(codeOf(await server.ask(`{ ${field} }`)), field).toBe('BAD_USER_INPUT');
    }
  });

  test('a full page of whole tools, not pages of pages of pages', async () => {
    const tool = `id toolId name version description platform category status enabled isLatest owner deletedAt tenant defaults
      dependencies { name type required version platform } metadata extensions definition contentHash revision createdAt updatedAt
      createdBy updatedBy capabilities { id name aliases description extensions patterns { id name description typicalUseCases
      timeEstimateMs costEstimate complexityScore scope completeness limitations policy preferenceMatch requiredInputs
      optionalInputs outputSchema examples extensions } }`;
    accepted(await server.ask(`{ tools(first: 200) { nodes { ${tool} } } }`));
    const nested = (size: number) =>
      `{ capabilities(first: ${size}) { nodes { tools(first: ${size}) { nodes { versions(first: ${size}) { nodes { name } } } } } } }`;
    accepted(await server.ask(nested(10)));
    for (const size of [100, 1_000_000_000]) {
      const refused = await server.ask(nested(size));
      expect(codeOf(refused), String(size)).toBe('OPERATION_TOO_EXPENSIVE');
    }
    const byVariable = await server.ask(
      'query ($n: Int) { capabilities(first: $n) { nodes { tools(first: $n) { nodes { versions(first: $n) { nodes { name } } } } } } }',
      { n: 100 },
    );
    expect(codeOf(byVariable)).toBe('OPERATION_TOO_EXPENSIVE');
  });

  test('the cost is that of the operation that runs, not of its neighbours', async () => {
    const body = {
      query: `query Cheap { me { name } }
        query Dear { capabilities(first: 200) { nodes { tools(first: 200) { nodes { name version platform description } } } } }`,
    };
    const cheap = await server.post(JSON.stringify({ ...body, operationName: 'Cheap' }));
    accepted((await cheap.json()) as GraphqlAnswer);
    const dear = await server.post(JSON.stringify({ ...body, operationName: 'Dear' }));
    expect(codeOf((await dear.json()) as GraphqlAnswer)).toBe('OPERATION_TOO_EXPENSIVE');
  });

  test('fragments that double twenty times are refused without effort', async () => {
    const fragments = Array.from(
      { length: 20 },
      (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`,
    );
    const startedMs = performance.now();
    await server.ask(`{ ...F0 } ${fragments.join(' ')} fragment F20 on Query { me { name } }`);
    await server.ask('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }');
    expect(performance.now() - startedMs).toBeLessThan(2_500);
  });

  test('an operation that does not finish in time is told so', async () => {
    const late = await server.ask('{ tools(filter: { deleted: true }) { totalCount } }');
    expect(late.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  test('a JSON value is nested 64 levels deep at most', async () => {
    const query =
      'query ($v: JSON!) { tool(name: "present") { capabilities { patterns { estimate(variables: $v) { error } } } } }';
    const nested = (depth: number) => JSON.parse(`${'{"N":'.repeat(depth - 1)}{"N":1}${'}'.repeat(depth - 1)}`);
    accepted(await server.ask(query, { v: nested(64) }));
    expect(codeOf(await server.ask(query, { v: nested(65) }))).toBe('BAD_USER_INPUT');
    const bottomless = `{"query":${JSON.stringify(query)},"variables":{"v":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const answer = (await (await server.post(bottomless)).json()) as GraphqlAnswer;
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });
});

describe('exports', () => {
  test('two in one operation run, three are too expensive, and their counts alone cost nothing', async () => {
    const aliases = (count: number, selection: string) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: exportTools { ${selection} }`).join(' ')} }`;
    accepted(await server.ask(aliases(2, 'yaml')));
    expect(codeOf(await server.ask(aliases(3, 'yaml')))).toBe('OPERATION_TOO_EXPENSIVE');
    accepted(await server.ask(aliases(14, 'toolCount')));
  });

  test('are given up when nobody waits for them any more', async () => {
    const definitions = [...generateCatalog({ toolCount: 200, seed: 1 })];
    const gone = new AbortController();
    const writing = exportYaml(definitions, [undefined, gone.signal]);
    gone.abort();
    await expect(writing).rejects.toThrow('given up');
    expect(await exportYaml(definitions, [])).toBe(toYamlStream(definitions));
  });
});

describe('introspection', () => {
  test("the standard introspection queries, and GraphiQL's, pass every limit", async () => {
    accepted(await server.ask(getIntrospectionQuery(), {}, null));
    accepted(
      await server.ask(
        getIntrospectionQuery({
          descriptions: true,
          specifiedByUrl: true,
          directiveIsRepeatable: true,
          schemaDescription: true,
          inputValueDeprecation: true,
        }),
        {},
        null,
      ),
    );
  });

  test('a circular introspection query is refused', async () => {
    const circular =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
    expect((await server.ask(circular)).errors?.[0]?.message).toContain('introspection depth');
  });

  test('is for admins alone where it is closed, over every form of it, and nothing suggests a name', async () => {
    const closed = await startTestServer({ introspection: false });
    try {
      const viewer = (await closed.newToken('VIEWER')).token;
      const forms = [
        '{ __schema { types { name } } }',
        '{ __type(name: "Tool") { name } }',
        '{,__schema\n{types{name}}}',
        '{ x: __type(name: "Tool") { fields { name } } }',
      ];
      // The admin goes first: a document that is known to be valid for one must not be so for all.
      for (const query of forms) {
        accepted(await closed.ask(query));
        for (const token of [viewer, null]) {
          const refused = await closed.ask(query, {}, token);
          expect(refused.errors?.[0]?.message, query).toContain('introspection');
          expect(refused.data).toBeUndefined();
        }
      }
      const typo = await closed.ask('{ toolz { totalCount } }', {}, viewer);
      expect(typo.errors?.[0]?.message).toBe('Cannot query field "toolz" on type "Query".');
      const forAdmin = await closed.ask('{ toolz { totalCount } }');
      expect(forAdmin.errors?.[0]?.message).toContain('Did you mean');
    } finally {
      await closed.close();
    }
  });
});

describe('the size of a request', () => {
  const padded = (query: string, bytes: number) => {
    const body = { query, variables: {} as Record<string, string> };
    const bare = Buffer.byteLength(JSON.stringify({ ...body, variables: { yaml: '' } }));
    return JSON.stringify({ ...body, variables: { yaml: '#'.repeat(bytes - bare) } });
  };
  const read = 'query ($yaml: String) { tools(filter: { text: $yaml }) { totalCount } }';
  const imports = 'mutation ($yaml: String!) { importTools(input: { yaml: $yaml }) { failed } }';

  test('is 256 KiB', async () => {
    const viewer = (await server.newToken('VIEWER')).token;
    const headers = { authorization: `Bearer ${viewer}` };
    expect((await server.post(padded(read, MAX_REQUEST_BYTES), headers)).status).toBe(200);
    const refused = await server.post(padded(read, MAX_REQUEST_BYTES + 1), headers);
    expect(refused.status).toBe(413);
    expect(codeOf((await refused.json()) as GraphqlAnswer)).toBe('REQUEST_TOO_LARGE');
  });

  test('may be larger for an import by an admin, and for nothing else', async () => {
    const large = await server.post(padded(imports, MAX_REQUEST_BYTES * 4));
    expect(large.status).toBe(200);
    const otherwise = (await (await server.post(padded(read, MAX_REQUEST_BYTES + 1))).json()) as GraphqlAnswer;
    expect(codeOf(otherwise)).toBe('REQUEST_TOO_LARGE');
    const beside = imports
      .replace('}', '} ')
      .replace(/\}\s*$/, 'x: importTools(input: { yaml: $yaml }) { failed } __typename }');
    const mixed = (await (await server.post(padded(beside, MAX_REQUEST_BYTES + 1))).json()) as GraphqlAnswer;
    expect(codeOf(mixed)).toBe('REQUEST_TOO_LARGE');
    const viewer = (await server.newToken('VIEWER')).token;
    for (const authorization of [`Bearer ${viewer}`, 'Bearer wrong']) {
      const refused = await server.post(padded(imports, MAX_REQUEST_BYTES + 1), { authorization });
      expect(refused.status).toBe(413);
    }
  });
});
