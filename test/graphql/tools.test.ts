import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capabilityInput, definitionInput, patternInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { codeOf, fieldOf, startTestServer, type TestServer } from './support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const CREATE = `mutation ($input: CreateToolInput!) { createTool(input: $input) {
  ... on Tool { id toolId name version revision tenant status enabled isLatest createdBy owner }
  ... on UserError { code message }
  ... on ValidationError { issues { severity code path message line hint } } } }`;
const UPDATE = `mutation ($input: UpdateToolInput!) { updateTool(input: $input) {
  __typename ... on Tool { id name version revision description parentVersion { version } }
  ... on UserError { code message } ... on ConflictError { currentVersion currentRevision }
  ... on AmbiguousNameError { platforms } } }`;

describe('tools', () => {
  test('a null among the examples, which only a file can hold, keeps nobody from reading the catalog', async () => {
    const capabilities = [capabilityInput({ patterns: [patternInput({ examples: [null, 'echo hi', [null]] })] })];
    await server.instance.commands.createTool(caller(), {
      definition: definitionInput({ name: 'echo', capabilities }),
    });
    const EXAMPLES = 'capabilities { patterns { examples } }';
    const read = await server.ask(
      `{ tools { nodes { name ${EXAMPLES} } } tool(name: "echo") { definition ${EXAMPLES} } }`,
    );
    expect(read.errors).toBeUndefined();
    expect(read.data?.['tool']).toMatchObject({ capabilities: [{ patterns: [{ examples: ['echo hi', [null]] }] }] });
    expect(JSON.stringify(read.data?.['tool'])).toContain('"examples":[null,"echo hi",[null]]');
  });

  test('create, read, update, and read the old version again by its node id', async () => {
    const definition = definitionInput({ name: 'lifecycle', owner: 'grace' });
    const created = await server.ask(CREATE, { input: { definition } });
    expect(created.errors).toBeUndefined();
    expect(created.data?.['createTool']).toMatchObject({
      name: 'lifecycle',
      version: '1.0.0',
      tenant: 'shared',
      status: 'ACTIVE',
      createdBy: 'admin',
      owner: 'grace',
    });
    const { id } = fieldOf<{ id: string }>(created, 'createTool');
    const updated = await server.ask(UPDATE, {
      input: { name: 'lifecycle', patch: { description: 'Another text.' }, expectedVersion: '1.0.0' },
    });
    expect(updated.data?.['updateTool']).toMatchObject({ version: '1.0.1', parentVersion: { version: '1.0.0' } });

    const read = await server.ask(
      `query ($id: ID!) {
        node(id: $id) { id ... on Tool { version isLatest } }
        old: tool(name: "lifecycle", version: "1.0.0") { version versions(first: 1) { totalCount nodes { version } pageInfo { endCursor hasNextPage } } }
        none: tool(name: "lifecycle", version: "9.9.9") { version }
        nothing: tool(name: "no-such-tool") { version }
      }`,
      { id },
    );
    expect(read).toMatchObject({
      data: {
        node: { id, version: '1.0.0', isLatest: false },
        old: { version: '1.0.0', versions: { totalCount: 2, nodes: [{ version: '1.0.1' }] } },
        none: null,
        nothing: null,
      },
    });
    const { endCursor } = fieldOf<{ versions: { pageInfo: { endCursor: string } } }>(read, 'old').versions.pageInfo;
    const next = await server.ask(
      `query ($after: String) { tool(name: "lifecycle") { versions(first: 1, after: $after) { nodes { version } pageInfo { hasNextPage } } } }`,
      { after: endCursor },
    );
    expect(next.data).toEqual({
      tool: { versions: { nodes: [{ version: '1.0.0' }], pageInfo: { hasNextPage: false } } },
    });
  });

  test('every node that a tool shows can be fetched again by its id', async () => {
    await server.ask(CREATE, { input: { definition: definitionInput({ name: 'nodes' }) } });
    const answer = await server.ask(
      '{ tool(name: "nodes") { id capabilities { id name tool { id } patterns { id name } } } }',
    );
    const tool = fieldOf<{
      id: string;
      capabilities: { id: string; tool: { id: string }; patterns: { id: string }[] }[];
    }>(answer, 'tool');
    const [capability] = tool.capabilities;
    const ids = [tool.id, capability?.id ?? '', capability?.patterns[0]?.id ?? ''];
    for (const id of ids) {
      const { data } = await server.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
      expect(data).toMatchObject({ node: { id } });
    }
    expect(capability?.tool.id).toBe(tool.id);
    expect(Buffer.from(tool.id, 'base64').toString()).toMatch(/^Tool:[0-9a-f-]{36}@1\.0\.0$/);
  });

  test('estimates are evaluated, and what is missing is said', async () => {
    await server.ask(CREATE, { input: { definition: definitionInput({ name: 'estimated' }) } });
    const query = `query ($v: JSON!) { tool(name: "estimated") { capabilities { patterns { estimate(variables: $v) { timeMs cost missingVariables error } } } } }`;
    const known = await server.ask(query, { v: { N: 100 } });
    expect(JSON.stringify(known.data)).toContain('{"timeMs":2050,"cost":1,"missingVariables":[],"error":null}');
    const unknown = await server.ask(query, { v: {} });
    expect(JSON.stringify(unknown.data)).toContain('"timeMs":null,"cost":null,"missingVariables":["N"]');
    expect(codeOf(await server.ask(query, { v: [1] }))).toBe('BAD_USER_INPUT');
  });

  test('expected failures are members of the union', async () => {
    const definition = definitionInput({ name: 'failing' });
    await server.ask(CREATE, { input: { definition } });
    const taken = await server.ask(CREATE, { input: { definition } });
    expect(taken.data?.['createTool']).toMatchObject({ code: expect.stringMatching(/./) });
    const stale = await server.ask(UPDATE, {
      input: { name: 'failing', patch: { description: 'x y z' }, expectedVersion: '0.9' },
    });
    expect(stale.data?.['updateTool']).toMatchObject({ __typename: 'ConflictError', currentVersion: '1.0.0' });
    const missing = await server.ask(UPDATE, { input: { name: 'nowhere', patch: {} } });
    expect(missing.data?.['updateTool']).toMatchObject({ __typename: 'NotFoundError' });
    const invalid = await server.ask(CREATE, {
      input: {
        definition: {
          ...definition,
          name: 'failing2',
          capabilities: [capabilityInput({ patterns: [patternInput({ complexityScore: 7 })] })],
        },
      },
    });
    expect(invalid.data?.['createTool']).toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [
        expect.objectContaining({
          severity: 'ERROR',
          path: '/capabilities/service_control/patterns/restart/complexity_score',
        }),
      ],
    });
  });

  test('a bare name on two platforms is ambiguous, with the platforms named', async () => {
    for (const platform of ['linux', 'windows']) {
      await server.ask(CREATE, { input: { definition: definitionInput({ name: 'twofold', platform }) } });
    }
    const read = await server.ask('{ tool(name: "twofold") { name } }');
    expect(read.errors?.[0]?.extensions).toEqual({ code: 'AMBIGUOUS_NAME', platforms: ['linux', 'windows'] });
    const one = await server.ask('{ tool(name: "twofold", platform: "windows") { platform } }');
    expect(one.data).toEqual({ tool: { platform: 'windows' } });
    const write = await server.ask(UPDATE, { input: { name: 'twofold', patch: {} } });
    expect(write.data?.['updateTool']).toMatchObject({
      __typename: 'AmbiguousNameError',
      platforms: ['linux', 'windows'],
    });
  });

  test('lists page in both directions and say where the log stood', async () => {
    for (const index of [1, 2, 3]) {
      await server.ask(CREATE, {
        input: { definition: definitionInput({ name: `paged${index}`, metadata: { tags: ['paging'] } }) },
      });
    }
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
      tools(filter: { tags: ["paging"] }, first: $first, after: $after, last: $last, before: $before) {
        totalCount position nodes { name } edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const page = async (variables: Record<string, unknown>) =>
      fieldOf<{
        totalCount: number;
        position: string;
        nodes: { name: string }[];
        edges: { cursor: string }[];
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
      }>(await server.ask(query, variables), 'tools');
    const first = await page({ first: 2 });
    expect(first.nodes.map(({ name }) => name)).toEqual(['paged1', 'paged2']);
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect(first.position).toMatch(/^[^:]+:\d+$/);
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    expect(second.nodes.map(({ name }) => name)).toEqual(['paged3']);
    const back = await page({ last: 1, before: second.pageInfo.startCursor });
    expect(back.nodes.map(({ name }) => name)).toEqual(['paged2']);
  });

  test('`atLeast` waits for a position, and refuses one of another history', async () => {
    const { position } = fieldOf<{ position: string }>(await server.ask('{ catalog { position } }'), 'catalog');
    const query = 'query ($p: CatalogPosition) { tools(first: 1, atLeast: $p) { position } }';
    expect((await server.ask(query, { p: position })).errors).toBeUndefined();
    expect(codeOf(await server.ask(query, { p: 'other:1' }))).toBe('POSITION_INVALID');
    expect(codeOf(await server.ask(query, { p: 'garbage' }))).toBe('POSITION_INVALID');
    const [epoch, revision] = position.split(':');
    const ahead = await server.ask(query, { p: `${epoch}:${Number(revision) + 1_000}` });
    expect(ahead.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  test('versions are compared, and a version that is not there is named', async () => {
    await server.ask(CREATE, { input: { definition: definitionInput({ name: 'compared' }) } });
    await server.ask(UPDATE, { input: { name: 'compared', patch: { category: 'network' } } });
    const query = `query ($to: String!) { compareVersions(name: "compared", from: "1.0.0", to: $to) { from { version } to { version } changes { path before after } } }`;
    expect((await server.ask(query, { to: '1.0.1' })).data).toEqual({
      compareVersions: {
        from: { version: '1.0.0' },
        to: { version: '1.0.1' },
        changes: [{ path: '/category', before: 'system', after: 'network' }],
      },
    });
    expect(codeOf(await server.ask(query, { to: '7' }))).toBe('NOT_FOUND');
  });

  test('deleted tools are listed on request and come back', async () => {
    await server.ask(CREATE, { input: { definition: definitionInput({ name: 'deleted' }) } });
    const byName = (mutation: string) =>
      server.ask(
        `mutation { ${mutation}(input: { name: "deleted" }) { ... on Tool { name deletedAt } ... on UserError { code } } }`,
      );
    expect((await byName('deleteTool')).data?.['deleteTool']).toMatchObject({ name: 'deleted' });
    expect((await server.ask('{ tool(name: "deleted") { name } }')).data).toEqual({ tool: null });
    const listed = await server.ask(
      '{ tools(filter: { deleted: true, names: ["deleted"] }) { nodes { name deletedAt } } }',
    );
    expect(listed.data?.['tools']).toMatchObject({
      nodes: [{ name: 'deleted', deletedAt: expect.stringMatching(/Z$/) }],
    });
    await byName('restoreTool');
    expect((await server.ask('{ tool(name: "deleted") { deletedAt } }')).data).toEqual({ tool: { deletedAt: null } });
  });
});

describe('catalog, import and export', () => {
  test('an export imports back unchanged', async () => {
    await server.ask(CREATE, { input: { definition: definitionInput({ name: 'exported' }) } });
    const answer = await server.ask('{ exportTools(filter: { names: ["exported"] }) { yaml toolCount } }');
    const exported = fieldOf<{ yaml: string; toolCount: number }>(answer, 'exportTools');
    expect(exported.toolCount).toBe(1);
    const report = await server.ask(
      `mutation ($yaml: String!) { importTools(input: { yaml: $yaml }) { created updated unchanged failed results { name outcome issues { code message } } } }`,
      { yaml: exported.yaml },
    );
    expect(report.data?.['importTools']).toMatchObject({ created: 0, updated: 0, unchanged: 1, failed: 0 });
  });

  test('a bulk update reports each tool, and an empty filter is refused', async () => {
    await server.ask(CREATE, { input: { definition: definitionInput({ name: 'bulk' }) } });
    const bulk = `mutation ($input: BulkUpdateToolsInput!) { bulkUpdateTools(input: $input) { __typename
      ... on BulkUpdateReport { matched updated failed results { name outcome changes { path before after } } } ... on UserError { code } } }`;
    const done = await server.ask(bulk, { input: { filter: { names: ['bulk'] }, patch: { category: 'files' } } });
    expect(done.data?.['bulkUpdateTools']).toMatchObject({
      matched: 1,
      updated: 1,
      results: [
        {
          name: 'bulk',
          outcome: 'UPDATED',
          changes: expect.arrayContaining([{ path: '/category', before: 'system', after: 'files' }]),
        },
      ],
    });
    const refused = await server.ask(bulk, { input: { filter: {}, enabled: false } });
    expect(refused.data?.['bulkUpdateTools']).toMatchObject({ __typename: 'ValidationError' });
  });

  test('the catalog says where it stands, and capabilities name their tools', async () => {
    await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'capable' }) });
    const { data, errors } = await server.ask(`{
      catalog { tenant revision position oldestPosition toolCount contentHash }
      capabilities(text: "SERVICE", first: 1) { totalCount nodes { name toolCount } edges { cursor } pageInfo { hasNextPage } }
      capability(name: "service_control") { name toolCount tools(first: 1) { totalCount nodes { name } position } }
      nothing: capability(name: "no such") { name }
    }`);
    expect(errors).toBeUndefined();
    const view = server.instance.follower.viewFor('shared');
    expect(data?.['catalog']).toMatchObject({
      tenant: 'shared',
      toolCount: view.toolCount,
      contentHash: view.contentHash,
    });
    expect(data?.['capabilities']).toMatchObject({ totalCount: 1, nodes: [{ name: 'service_control' }] });
    expect(data?.['capability']).toMatchObject({
      name: 'service_control',
      toolCount: view.byCapability('service_control').length,
    });
    expect(data?.['nothing']).toBeNull();
  });
});
