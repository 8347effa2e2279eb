import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importBundledCatalog } from '../../src/catalog/bundled-catalog.js';
import { packageRoot } from '../../src/database/package-root.js';
import { UnavailableError } from '../../src/kernel/errors.js';
import type { CatalogSource } from '../../src/live/catalog-source.js';
import { codeOf, type GraphqlAnswer, startTestServer, type TestServer } from '../graphql/support/test-server.js';

let server: TestServer;
/** What the service has logged. */
const logged: string[] = [];
/** What tests change about the source that the doors stand on. */
const altered: Partial<Record<'loaded' | 'stalenessMs', boolean | number>> = {};

beforeAll(async () => {
  server = await startTestServer({
    maxStalenessMs: 60_000,
    alter: (services) => ({
      ...services,
      source: overlay(services.source),
      log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    }),
  });
});
afterAll(() => server.close());

function overlay(source: CatalogSource): CatalogSource {
  return new Proxy(source, {
    get: (target, name) => {
      const value = name in altered ? altered[name as keyof typeof altered] : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const ME = JSON.stringify({ query: '{ me { name } }' });

async function answerOf(response: Response): Promise<GraphqlAnswer> {
  return (await response.json()) as GraphqlAnswer;
}

describe('requests', () => {
  test('POST with application/json is answered', async () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      const response = await server.post(ME, { 'content-type': type });
      expect(response.status, type).toBe(200);
      expect(await answerOf(response)).toEqual({ data: { me: { name: 'admin' } } });
    }
  });

  test.each([
    'text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/json; charset=utf-16',
    'application/json; charset=x',
    '',
  ])('content type "%s" is refused: a page of another site could send it', async (type) => {
    const response = await server.post(ME, { 'content-type': type });
    expect(response.status).toBe(415);
    expect(codeOf(await answerOf(response))).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  test('GET answers queries that another site could not send, and no mutations', async () => {
    const get = (query: string, headers: Record<string, string>) =>
      fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
    const authorization = `Bearer ${server.adminToken}`;
    expect(await answerOf(await get('{ me { name } }', { authorization }))).toEqual({
      data: { me: { name: 'admin' } },
    });
    expect((await get('{ me { name } }', { cookie: 'session=x' })).status).toBe(403);
    expect((await get('{ me { name } }', { cookie: 'session=x', 'content-type': 'text/plain' })).status).toBe(403);
    const mutation = await get('mutation { createTenant(name: "by-get") { __typename } }', { authorization });
    expect(mutation.status).toBe(405);
  });

  test('a body that is no JSON is refused without being sent back', async () => {
    const response = await server.post(`{"query": "{ me { name } }", "secret": "s3cr3t", ${' '.repeat(100_000)}`);
    const answer = await response.text();
    expect([response.status, answer.includes('s3cr3t'), answer.length < 500]).toEqual([400, false, true]);
    expect(JSON.parse(answer)).toEqual({
      errors: [{ message: 'POST body sent invalid JSON.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test('batches, broken JSON, compressed bodies and other methods are refused', async () => {
    expect((await server.post(`[${ME},${ME}]`)).status).toBe(400);
    expect((await server.post('{')).status).toBe(400);
    expect((await server.post('"text"')).status).toBe(400);
    expect((await server.post(ME, { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await fetch(`${server.url}/graphql`, { method: 'DELETE' })).status).toBe(405);
    const nothing = await fetch(`${server.url}/nothing-here`);
    expect([nothing.status, await nothing.text()]).toEqual([404, expect.stringContaining('at /graphql')]);
    const bare = await fetch(`${server.url}/graphql?query={__typename}`);
    expect([bare.status, await bare.text()]).toEqual([403, expect.stringContaining('authorization: Bearer <token>')]);
    const asked = { 'graphql-require-preflight': 'true' };
    const preflighted = await fetch(`${server.url}/graphql?query={__typename}`, { headers: asked });
    expect(await preflighted.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('a page of another site gets no CORS header', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const response = await server.post(ME, { origin });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      const preflight = await fetch(`${server.url}/graphql`, { method: 'OPTIONS', headers: { origin } });
      expect(preflight.status).toBe(405);
    }
  });

  test('a large body without a length is refused as soon as it is too large', async () => {
    const request = httpRequest(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    request.on('error', () => undefined);
    const answered = once(request, 'response');
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    for (let index = 0; index < 5; index += 1) request.write(chunk);
    const [response] = (await answered) as [{ statusCode: number; resume(): void }];
    expect(response.statusCode).toBe(413);
    response.resume();
    request.destroy();
  });

  test('targets that are no paths harm nothing', async () => {
    for (const target of ['//', '/graphql/../healthz', 'http://[', '*', `/${'%'.repeat(50)}`]) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      const [head] = (await once(socket, 'data')) as [Buffer];
      expect(String(head), target).toMatch(/^HTTP\/1.1 4\d\d /);
      socket.destroy();
    }
  });
});

describe('what every answer carries', () => {
  test('security headers and a request id, the own one where it is harmless', async () => {
    const response = await server.post(ME, { 'x-request-id': 'abc-123' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': 'abc-123',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    for (const given of ['x'.repeat(65), 'a b', '"{}"']) {
      const { headers } = await server.post(ME, { 'x-request-id': given });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('the log has a line with its id and the revision, and no secrets', async () => {
    const response = await server.post(JSON.stringify({ query: '{ me { name } } # canary-in-query' }), {
      'x-request-id': 'logged-request',
    });
    await response.text();
    const line = await waitFor(() => logged.find((entry) => entry.includes('logged-request')));
    expect(JSON.parse(line)).toMatchObject({ requestId: 'logged-request', status: 200, revision: expect.any(Number) });
    const all = logged.join('\n');
    expect(all).not.toContain(server.adminToken);
    expect(all).not.toContain('canary-in-query');
  });

  test('an unknown error is hidden behind an id that the log knows', async () => {
    const broken = await startTestServer({
      alter: (services) => ({
        ...services,
        log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
        commands: {
          ...services.commands,
          enableTool: () => Promise.reject(new Error('password=hunter2 at /srv/x.ts')),
        },
      }),
    });
    try {
      const answer = await broken.ask('mutation { enableTool(input: { name: "x" }) { __typename } }');
      const errorId = String(answer.errors?.[0]?.extensions?.['errorId']);
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId });
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|srv/);
      expect(logged.find((line) => line.includes(errorId))).toContain('hunter2');
    } finally {
      await broken.close();
    }
  });

  test('an unavailable database is retryable, in the answer and before it', async () => {
    const away = () => Promise.reject(new UnavailableError('The database does not answer.'));
    const cut = await startTestServer({
      alter: (services) => ({
        ...services,
        commands: { ...services.commands, enableTool: away },
        history: { ...services.history, versions: away },
      }),
    });
    try {
      const write = await cut.ask('mutation { enableTool(input: { name: "x" }) { __typename } }');
      expect(write.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
    } finally {
      await cut.close();
    }
    const locked = await startTestServer({
      alter: (services) => ({ ...services, tokens: { ...services.tokens, authenticate: away } }),
    });
    try {
      const response = await locked.post(ME);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect((await answerOf(response)).errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
    } finally {
      await locked.close();
    }
  });
});

describe('health', () => {
  const readiness = async () => {
    const response = await fetch(`${server.url}/readyz`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };

  test('readyz tells the age in whole milliseconds', async () => {
    altered.stalenessMs = 381.18;
    const answer = await (await fetch(`${server.url}/readyz`)).json();
    delete altered.stalenessMs;
    expect(answer).toMatchObject({ status: 'ready', stalenessMs: 381 });
  });

  test('readyz tells loading, ready, degraded and too old apart; healthz is always well', async () => {
    const states: [typeof altered, [number, string]][] = [
      [{ stalenessMs: 100 }, [200, 'ready']],
      [{ stalenessMs: 5_000 }, [200, 'degraded']],
      [{ stalenessMs: 60_000 }, [200, 'degraded']],
      [{ stalenessMs: 60_001 }, [503, 'stale']],
      [{ loaded: false }, [503, 'unavailable']],
    ];
    for (const [change, expected] of states) {
      Object.assign(altered, change);
      expect(await readiness()).toEqual(expected);
      const healthz = await fetch(`${server.url}/healthz`);
      expect([healthz.status, await healthz.json()]).toEqual([200, { status: 'ok', node: 'test', version: '0.0.0' }]);
      for (const name of Object.keys(change)) delete altered[name as keyof typeof altered];
    }
  });

  test('while the catalog is loading, reads are told to come again', async () => {
    altered.loaded = false;
    const answer = await server.ask('{ catalog { revision } }');
    delete altered.loaded;
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
  });
});

describe('GraphiQL', () => {
  const open = (headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql`, { headers: { accept: 'text/html', ...headers } });

  test('is served whole: no address of another host in it, with a policy that would allow none', async () => {
    const response = await open();
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('PASTE_YOUR_TOKEN_HERE');
    for (const name of [
      'ListTools',
      'GetTool',
      'SearchTools',
      'SelectTool',
      'UpdateTool',
      'FollowTools',
      'ImportTools',
    ])
      expect(page).toContain(name);
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="?https?:/);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*connect-src 'self'/);
  });

  test('is sent compressed, and not again where it is known', async () => {
    const request = httpRequest(`${server.url}/graphql`, {
      headers: { accept: 'text/html', 'accept-encoding': 'gzip' },
    });
    request.end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toContain('FollowTools');
    const etag = String(response.headers.etag);
    expect((await open({ 'if-none-match': etag })).status).toBe(304);
  });

  test('every example runs in its turn on the bundled catalog, with the token that its headers pane asks for', async () => {
    const { EXAMPLE_OPERATIONS } = await import('../../src/http/example-operations.js');
    await importBundledCatalog(server.services.commands, path.join(packageRoot(), 'catalog'));
    const answers = new Map<string, GraphqlAnswer>();
    for (const { query, variables } of EXAMPLE_OPERATIONS) {
      const [, kind, name] = /^(query|mutation|subscription) (\w+)/m.exec(query) ?? [];
      if (kind === 'subscription') continue;
      const answer = await server.ask(query, variables);
      expect(answer.errors, name).toBeUndefined();
      answers.set(name ?? '', answer);
    }
    expect(Object.fromEntries([...answers].map(([name, { data }]) => [name, data]))).toMatchObject({
      ListTools: { tools: { totalCount: expect.any(Number), nodes: expect.arrayContaining([expect.anything()]) } },
      GetTool: { tool: { version: '1.0.0' } },
      SearchTools: { searchTools: expect.arrayContaining([expect.anything()]) },
      SelectTool: { selectTool: { best: { tool: { platform: 'linux' } } } },
      UpdateTool: { updateTool: { version: '1.0.1' } },
      ImportTools: { importTools: { created: 1, failed: 0 } },
    });
  });

  test('is not there where introspection is closed', async () => {
    const closed = await startTestServer({ introspection: false });
    try {
      const response = await fetch(`${closed.url}/graphql`, { headers: { accept: 'text/html' } });
      expect(response.status).not.toBe(200);
    } finally {
      await closed.close();
    }
  });
});

async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a peer that resets its connection while it asks for another protocol ends nothing', async () => {
  const { hostname, port } = new URL(server.url);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('GET /elsewhere HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  expect((await fetch(`${new URL(server.url).origin}/healthz`)).status).toBe(200);
});
