import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { SocketClient } from './support/socket-client.js';
import { startTestServer, type TestServer } from './support/test-server.js';

const FOLLOW =
  'subscription ($after: CatalogPosition) { toolUpdated(after: $after) { action position previousPosition toolName tool { name } contentHash } }';

let server: TestServer;
const clients: SocketClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.close());

async function admin(target = server): Promise<SocketClient> {
  const client = await SocketClient.connect(target.websocketUrl, target.adminToken);
  clients.push(client);
  return client;
}

describe('operations', () => {
  test('queries and mutations run over the socket like over HTTP', async () => {
    const client = await admin();
    client.subscribe('q', '{ me { name } }');
    expect(await client.next()).toEqual({ id: 'q', type: 'next', payload: { data: { me: { name: 'admin' } } } });
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' });
    client.subscribe('bad', '{ me { nam');
    expect(await client.next()).toMatchObject({
      id: 'bad',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
    });
    client.subscribe('unknown', '{ you }');
    expect(await client.next()).toMatchObject({
      id: 'unknown',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    client.subscribe(
      'dear',
      '{ capabilities(first: 200) { nodes { tools(first: 200) { nodes { name version platform } } } } }',
    );
    const dear = await client.next();
    expect(dear).toMatchObject({ payload: { errors: [{ extensions: { code: 'OPERATION_TOO_EXPENSIVE' } }] } });
    expect(JSON.stringify(dear)).not.toContain('"http"');
  });

  test('a subscription begins with a bookmark, then tells every change in order', async () => {
    const client = await admin();
    client.subscribe('s', FOLLOW);
    const bookmark = (await client.next()).payload as { data: { toolUpdated: { position: string } } };
    expect(bookmark.data.toolUpdated).toMatchObject({
      action: 'BOOKMARK',
      toolName: null,
      contentHash: expect.any(String),
    });
    for (const name of ['told-1', 'told-2']) {
      await server.instance.commands.createTool(caller(), { definition: definitionInput({ name }) });
    }
    let previous = bookmark.data.toolUpdated.position;
    for (const name of ['told-1', 'told-2']) {
      const { payload } = await client.next();
      const update = (payload as { data: { toolUpdated: { position: string } } }).data.toolUpdated;
      expect(update).toMatchObject({ action: 'CREATED', toolName: name, tool: { name }, previousPosition: previous });
      previous = update.position;
    }
    client.subscribe('resumed', FOLLOW, { after: bookmark.data.toolUpdated.position });
    expect((await client.nextOf('resumed')).payload).toMatchObject({ data: { toolUpdated: { toolName: 'told-1' } } });
  });

  test.each([
    ['that is garbage', 'garbage'],
    ['that is empty', ''],
    ['of another epoch', 'other:1'],
    ['of 10 kB', 'x'.repeat(10_000)],
    ['without an epoch', '9999999'],
    ['beyond 2^53', `e:${2 ** 53}`],
  ])('a position %s ends the subscription with POSITION_INVALID, and only that', async (_what, after) => {
    const code = 'POSITION_INVALID';
    const client = await admin();
    client.subscribe('bad', FOLLOW, { after });
    expect(await client.next()).toMatchObject({ id: 'bad', type: 'error', payload: [{ extensions: { code } }] });
    client.subscribe('good', FOLLOW);
    expect((await client.next()).type).toBe('next');
  });

  test('a position ahead of the log is POSITION_AHEAD', async () => {
    const client = await admin();
    const { epoch, revision } = server.instance.follower.position;
    client.subscribe('ahead', FOLLOW, { after: `${epoch}:${revision + 1_000_000}` });
    expect(await client.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'POSITION_AHEAD' } }] });
  });

  test('a snapshot sends every tool, then a bookmark with the hash of them all', async () => {
    const client = await admin();
    client.subscribe('s', 'subscription { toolUpdated(snapshot: true) { action toolName contentHash } }');
    const view = server.instance.follower.viewFor('shared');
    for (let index = 0; index < view.toolCount; index += 1) {
      expect((await client.next()).payload).toMatchObject({ data: { toolUpdated: { action: 'SNAPSHOT' } } });
    }
    expect((await client.next()).payload).toEqual({
      data: { toolUpdated: { action: 'BOOKMARK', toolName: null, contentHash: view.contentHash } },
    });
  });

  test('complete ends a subscription at once, also while it waits', async () => {
    const client = await admin();
    for (let round = 0; round < 200; round += 1) {
      client.subscribe(`s${round}`, FOLLOW);
      expect((await client.next()).type).toBe('next');
      client.send({ id: `s${round}`, type: 'complete' });
    }
    await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'after-complete' }) });
    // Whatever a subscription still had to say would come before the answer to this.
    client.subscribe('q', '{ me { name } }');
    expect((await client.next()).id).toBe('q');
  });

  test('the 51st subscription of a socket is refused, the others go on', async () => {
    const client = await admin();
    for (let index = 1; index <= 50; index += 1) {
      client.subscribe(String(index), FOLLOW);
      expect((await client.next()).type).toBe('next');
    }
    client.subscribe('51', FOLLOW);
    expect(await client.next()).toMatchObject({
      id: '51',
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    });
    await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'to-all-fifty' }) });
    const told = new Set<string | undefined>();
    while (told.size < 50) told.add((await client.next()).id);
    client.send({ id: '1', type: 'complete' });
    client.subscribe('52', FOLLOW);
    expect((await client.nextOf('52')).type).toBe('next');
  });

  test('a fault of our own becomes an error with an id, never a close', async () => {
    const broken = await startTestServer({
      alter: (services) => ({
        ...services,
        feed: {
          follow: () => {
            throw new Error('secret detail');
          },
        },
      }),
    });
    try {
      const client = await admin(broken);
      client.subscribe('s', FOLLOW);
      const message = await client.next();
      expect(message).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) } }],
      });
      expect(JSON.stringify(message)).not.toContain('secret detail');
      client.subscribe('q', '{ me { name } }');
      expect((await client.next()).type).toBe('next');
    } finally {
      await broken.close();
    }
  });
});
