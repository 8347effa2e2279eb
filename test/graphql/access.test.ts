import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { codeOf, fieldOf, startTestServer, type TestServer } from './support/test-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  for (const name of ['acme', 'globex'])
    await server.ask('mutation ($n: String!) { createTenant(name: $n) { __typename } }', { n: name });
});
afterAll(() => server.close());

const ROOT_FIELDS = [
  '{ me { name } }',
  '{ catalog { revision } }',
  '{ tool(name: "x") { name } }',
  '{ tools { totalCount } }',
  '{ capabilities { totalCount } }',
  '{ capability(name: "x") { name } }',
  '{ compareVersions(name: "x", from: "1", to: "2") { changes { path } } }',
  '{ exportTools { yaml } }',
  '{ auditLog { nodes { id } } }',
  '{ apiTokens { id } }',
  '{ tenants { name } }',
  '{ node(id: "VG9vbDp4") { id } }',
  'mutation { createTenant(name: "x") { __typename } }',
  'mutation { enableTool(input: { name: "x" }) { __typename } }',
  'mutation { importTools(input: { yaml: "" }) { created } }',
  'mutation { revokeApiToken(id: "x") { id } }',
];

describe('who may come in', () => {
  test.each(ROOT_FIELDS)('%s needs a token', async (query) => {
    for (const token of [null, 'no-such-token', 'tcat_0123']) {
      expect(codeOf(await server.ask(query, {}, token)), String(token)).toBe('UNAUTHENTICATED');
    }
  });

  test('the schema may be read without a token, and a bad token is told apart from none', async () => {
    expect((await server.ask('{ __schema { queryType { name } } }', {}, null)).errors).toBeUndefined();
    const none = await server.ask('{ me { name } }', {}, null);
    expect(none.errors?.[0]?.message).toContain('Authorization: Bearer');
    const bad = await server.ask('{ me { name } }', {}, 'wrong');
    expect(bad.errors?.[0]?.message).toContain('unknown, expired or revoked');
  });

  test('me says who asks', async () => {
    const { token } = await server.newToken('VIEWER', 'acme');
    expect((await server.ask('{ me { role tenant } }', {}, token)).data).toEqual({
      me: { role: 'VIEWER', tenant: 'acme' },
    });
  });
});

describe('who may do what', () => {
  test('a viewer reads and changes nothing', async () => {
    const { token } = await server.newToken('VIEWER');
    expect((await server.ask('{ catalog { revision } }', {}, token)).errors).toBeUndefined();
    for (const query of ['{ apiTokens { id } }', '{ tenants { name } }']) {
      expect(codeOf(await server.ask(query, {}, token)), query).toBe('FORBIDDEN');
    }
    const create = await server.ask(
      'mutation ($input: CreateToolInput!) { createTool(input: $input) { __typename } }',
      { input: { definition: definitionInput({ name: 'by-viewer' }) } },
      token,
    );
    expect(codeOf(create)).toBe('FORBIDDEN');
    expect(codeOf(await server.ask('mutation { createTenant(name: "mine") { __typename } }', {}, token))).toBe(
      'FORBIDDEN',
    );
    expect(
      codeOf(
        await server.ask(
          'mutation { createApiToken(input: { name: "n", role: ADMIN }) { token } }',
          {},
          (await server.newToken('ORCHESTRATOR')).token,
        ),
      ),
    ).toBe('FORBIDDEN');
  });

  test('a refused mutation leaves one entry in the audit log, which a viewer reads without addresses', async () => {
    const { token } = await server.newToken('VIEWER');
    await server.ask(
      'mutation ($input: CreateToolInput!) { createTool(input: $input) { __typename } }',
      { input: { definition: definitionInput({ name: 'for-admins' }) } },
      token,
    );
    const { name: changedBy } = fieldOf<{ name: string }>(await server.ask('{ me { name } }', {}, token), 'me');
    const f = { changedBy };
    const query = `query ($f: AuditFilter) { auditLog(filter: $f) { nodes { action toolName ipAddress changedBy changedAt } } }`;
    const asAdmin = await server.ask(query, { f });
    expect(asAdmin.data?.['auditLog']).toMatchObject({
      nodes: [{ action: 'createTool_refused', ipAddress: '127.0.0.1' }],
    });
    const asViewer = await server.ask(query, { f }, token);
    expect(asViewer.data?.['auditLog']).toMatchObject({ nodes: [{ action: 'createTool_refused', ipAddress: null }] });
  });

  test('a refused query does so, too', async () => {
    const { token } = await server.newToken('ORCHESTRATOR');
    const { name: changedBy } = fieldOf<{ name: string }>(await server.ask('{ me { name } }', {}, token), 'me');
    for (const query of ['{ apiTokens { id } }', '{ tenants { name } }', '{ tenants { name } }']) {
      expect(codeOf(await server.ask(query, {}, token))).toBe('FORBIDDEN');
      expect(codeOf(await server.ask(query, {}, null))).toBe('UNAUTHENTICATED');
    }
    const log = await server.ask('query ($f: AuditFilter) { auditLog(filter: $f) { nodes { action reason } } }', {
      f: { changedBy },
    });
    expect(log.data?.['auditLog']).toEqual({
      nodes: ['tenants', 'apiTokens'].map((field) => ({
        action: `${field}_refused`,
        reason: `${field} is not open to the role ORCHESTRATOR.`,
      })),
    });
  });

  test('tokens are made, listed, used and revoked; the secret is shown once', async () => {
    const made = await server.ask(
      `mutation { createApiToken(input: { name: "robot", role: ORCHESTRATOR, expiresAt: "2999-01-01T01:00:00+01:00" }) {
        token apiToken { id name role tenant createdAt expiresAt revokedAt } } }`,
    );
    const { token, apiToken } = fieldOf<{ token: string; apiToken: { id: string } }>(made, 'createApiToken');
    expect(apiToken).toMatchObject({ role: 'ORCHESTRATOR', tenant: 'shared', expiresAt: '2999-01-01T00:00:00.000Z' });
    expect((await server.ask('{ me { name } }', {}, token)).data).toEqual({ me: { name: 'robot' } });
    const listed = JSON.stringify((await server.ask('{ apiTokens { id name lastUsedAt revokedAt } }')).data);
    expect(listed).toContain(apiToken.id);
    expect(listed).not.toContain(token);
    const again = await server.ask('mutation { createApiToken(input: { name: "robot", role: VIEWER }) { token } }');
    expect(codeOf(again)).toBe('NAME_TAKEN');
    const revoked = await server.ask('mutation ($id: ID!) { revokeApiToken(id: $id) { id revokedAt } }', {
      id: apiToken.id,
    });
    expect(revoked.data?.['revokeApiToken']).toMatchObject({ revokedAt: expect.stringMatching(/Z$/) });
    expect(codeOf(await server.ask('{ me { name } }', {}, token))).toBe('UNAUTHENTICATED');
  });

  test.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01'])(
    'a moment outside of the years 1 to 9999 in UTC is refused, and makes no token: %s',
    async (at) => {
      const create =
        'mutation ($at: DateTime) { createApiToken(input: { name: "far", role: VIEWER, expiresAt: $at }) { token } }';
      const audit = 'query ($at: DateTime) { auditLog(filter: { from: $at, to: $at }) { nodes { id } } }';
      expect(codeOf(await server.ask(create, { at }))).toBe('BAD_USER_INPUT');
      expect(codeOf(await server.ask(audit, { at }))).toBe('BAD_USER_INPUT');
      const listed = await server.ask('{ apiTokens { name expiresAt } }');
      expect(listed.errors).toBeUndefined();
      expect(JSON.stringify(listed)).not.toContain('"far"');
    },
  );

  test('the shared admin makes and revokes tokens of other tenants', async () => {
    const made = await server.ask(
      'mutation { createApiToken(input: { name: "acme-admin", role: ADMIN, tenant: "acme" }) { token apiToken { id tenant } } }',
    );
    const { token, apiToken } = fieldOf<{ token: string; apiToken: { id: string } }>(made, 'createApiToken');
    expect(apiToken).toMatchObject({ tenant: 'acme' });
    const foreign = await server.ask(
      'mutation { createApiToken(input: { name: "spy", role: ADMIN, tenant: "globex" }) { token } }',
      {},
      token,
    );
    expect(codeOf(foreign)).toBe('FORBIDDEN');
    const list = '{ apiTokens(tenant: "acme") { id tenant } own: apiTokens { tenant } }';
    for (const admin of [server.adminToken, token]) {
      const { data } = await server.ask(list, {}, admin);
      expect(data?.['apiTokens']).toContainEqual({ id: apiToken.id, tenant: 'acme' });
    }
    const others = '{ apiTokens(tenant: "globex") { id } }';
    expect(codeOf(await server.ask(others, {}, token))).toBe('FORBIDDEN');
    for (const none of ['', 'nowhere', 'a\\u0000b']) {
      expect(codeOf(await server.ask(`{ apiTokens(tenant: "${none}") { id } }`))).toBe('NOT_FOUND');
    }
    const refusals = await server.ask(
      '{ auditLog(filter: { action: "apiTokens_refused" }) { nodes { changedBy } } }',
      {},
      token,
    );
    expect(refusals.data?.['auditLog']).toEqual({ nodes: [{ changedBy: 'acme-admin' }] });
    const tenants = await server.ask('{ tenants { name toolCount } }', {}, token);
    expect(fieldOf<{ name: string }[]>(tenants, 'tenants').map(({ name }) => name)).toEqual(['acme', 'shared']);
    const all = await server.ask('{ tenants { name } }');
    expect(fieldOf<{ name: string }[]>(all, 'tenants').map(({ name }) => name)).toEqual(['acme', 'globex', 'shared']);
    const revoked = await server.ask('mutation ($id: ID!) { revokeApiToken(id: $id) { tenant } }', { id: apiToken.id });
    expect(revoked.data).toEqual({ revokeApiToken: { tenant: 'acme' } });
  });

  test('createTenant answers failures as members of its union', async () => {
    const twice = await server.ask('mutation { createTenant(name: "acme") { __typename ... on UserError { code } } }');
    expect(twice.data?.['createTenant']).toMatchObject({ __typename: 'ConflictError' });
    const bad = await server.ask('mutation { createTenant(name: "no blanks!") { __typename } }');
    expect(bad.data?.['createTenant']).toMatchObject({ __typename: 'ValidationError' });
  });
});

describe('tenants', () => {
  test('a tenant sees its own tools and the shared ones, never those of another, by any field', async () => {
    const [acme, globex] = [await server.newToken('ADMIN', 'acme'), await server.newToken('ADMIN', 'globex')];
    const secret = await server.instance.commands.createTool(caller({ tenant: 'globex' }), {
      definition: definitionInput({ name: 'globex-secret', metadata: { tags: ['secret'] } }),
    });
    await server.instance.commands.updateTool(caller({ tenant: 'globex' }), {
      name: 'globex-secret',
      patch: { description: 'The second version.' },
    });
    const ids = ['1.0.0', '1.0.1'].map((version) => Buffer.from(`Tool:${secret.toolId}@${version}`).toString('base64'));
    const query = `query ($first: ID!, $second: ID!) {
      tool(name: "globex-secret") { name }
      tools(filter: { tags: ["secret"] }, includeShadowed: true) { nodes { name } }
      node(id: $first) { id } latest: node(id: $second) { id }
      exportTools(filter: { tags: ["secret"] }) { yaml }
      auditLog { nodes { toolName } }
      capability(name: "service_control") { tools { nodes { name } } }
    }`;
    const variables = { first: ids[0], second: ids[1] };
    const own = await server.ask(query, variables, globex.token);
    expect(JSON.stringify(own.data).match(/globex-secret/g)?.length).toBeGreaterThan(4);
    expect(own.data).toMatchObject({ node: { id: ids[0] }, latest: { id: ids[1] } });
    for (const token of [acme.token, server.adminToken]) {
      const foreign = await server.ask(query, variables, token);
      expect(foreign.errors).toBeUndefined();
      expect(JSON.stringify(foreign.data)).not.toContain('globex-secret');
      expect(foreign.data).toMatchObject({ node: null, latest: null });
    }
    const compared = await server.ask(
      '{ compareVersions(name: "globex-secret", from: "1.0.0", to: "1.0.1") { changes { path } } }',
      {},
      acme.token,
    );
    expect(codeOf(compared)).toBe('NOT_FOUND');
  });

  test("a tenant's tool hides the shared one of the same platform and name", async () => {
    const { token } = await server.newToken('ADMIN', 'acme');
    await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'layered' }) });
    await server.instance.commands.createTool(caller({ tenant: 'acme' }), {
      definition: definitionInput({ name: 'layered', version: '2.0.0' }),
    });
    const query = `query ($s: Boolean) { tools(filter: { names: ["layered"] }, includeShadowed: $s) { nodes { tenant version } } }`;
    expect((await server.ask(query, { s: false }, token)).data?.['tools']).toEqual({
      nodes: [{ tenant: 'acme', version: '2.0.0' }],
    });
    const both = await server.ask(query, { s: true }, token);
    expect(fieldOf<{ nodes: object[] }>(both, 'tools').nodes).toHaveLength(2);
  });
});

describe('the audit log', () => {
  test('is newest first, paged and filtered', async () => {
    for (const name of ['audited-one', 'audited-two', 'audited-three']) {
      await server.instance.commands.createTool(caller({ name: 'auditor' }), { definition: definitionInput({ name }) });
    }
    const query = `query ($f: AuditFilter, $first: Int, $after: String) { auditLog(filter: $f, first: $first, after: $after) {
      nodes { toolName action version platform changedBy } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
    interface Log {
      nodes: { toolName: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    }
    const filter = { changedBy: 'auditor', action: 'created' };
    const first = fieldOf<Log>(await server.ask(query, { f: filter, first: 2 }), 'auditLog');
    expect(first.nodes.map(({ toolName }) => toolName)).toEqual(['audited-three', 'audited-two']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const next = fieldOf<Log>(
      await server.ask(query, { f: filter, first: 2, after: first.pageInfo.endCursor }),
      'auditLog',
    );
    expect(next.nodes.map(({ toolName }) => toolName)).toEqual(['audited-one']);
    const never = fieldOf<Log>(await server.ask(query, { f: { ...filter, to: '2001-01-01T00:00:00Z' } }), 'auditLog');
    expect(never.nodes).toEqual([]);
    expect(codeOf(await server.ask(query, { first: 201 }))).toBe('BAD_USER_INPUT');
    const cursors = ['GPC:N:99999999999999999999', 'GPC:N:1.5', 'GPC:S:x', 'GPC:J:{"a":1}', 'GPC:D:1', 'GPC:I:x'];
    for (const after of ['garbage', '', ...cursors.map((text) => Buffer.from(text).toString('base64'))]) {
      expect([after, codeOf(await server.ask(query, { after }))]).toEqual([after, 'BAD_USER_INPUT']);
    }
  });
});
