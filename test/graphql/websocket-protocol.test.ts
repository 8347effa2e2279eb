import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { refusedUpgrade, SocketClient, type SocketClientOptions } from './support/socket-client.js';
import { startTestServer, type TestServer } from './support/test-server.js';

const ALLOWED = 'https://catalog.example.org';
const FOLLOW =
  'subscription ($after: CatalogPosition) { toolUpdated(after: $after) { action position previousPosition toolName tool { name } contentHash } }';

let server: TestServer;
const clients: SocketClient[] = [];

beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: [ALLOWED] });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.close());

function open(options?: SocketClientOptions, url = server.websocketUrl): SocketClient {
  const client = new SocketClient(url, options);
  clients.push(client);
  return client;
}

async function admin(target = server): Promise<SocketClient> {
  const client = await SocketClient.connect(target.websocketUrl, target.adminToken);
  clients.push(client);
  return client;
}

describe('the protocol', () => {
  test('W-1: no connection_init closes 4408 after 3 s', async () => {
    const { code, afterMs } = await open().closed;
    expect(code).toBe(4408);
    expect(afterMs).toBeGreaterThan(2_500);
    expect(afterMs).toBeLessThan(6_000);
  });

  test('W-2: a second connection_init closes 4429', async () => {
    const client = await admin();
    client.send({ type: 'connection_init' });
    expect((await client.closed).code).toBe(4429);
  });

  test('W-3: subscribing before the ack closes 4401', async () => {
    const client = open();
    await client.opened();
    client.subscribe('1', FOLLOW);
    expect((await client.closed).code).toBe(4401);
  });

  test.each([
    ['no JSON', '{'],
    ['an unknown type', '{"type":"hello"}'],
    ['a type that only servers send', '{"type":"next","id":"1","payload":{}}'],
    ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['an array', '[]'],
    ['a binary message', Buffer.from('{"type":"ping"}')],
  ])('W-4: %s closes 4400', async (_what, message) => {
    const client = await admin();
    client.socket.send(message);
    expect((await client.closed).code).toBe(4400);
  });

  test('W-5: an id in use closes 4409', async () => {
    const client = await admin();
    client.subscribe('same', FOLLOW);
    await client.next();
    client.subscribe('same', FOLLOW);
    expect((await client.closed).code).toBe(4409);
  });

  test('W-6: another subprotocol closes 4406', async () => {
    for (const protocol of ['graphql-ws', null]) {
      const client = open({ subprotocol: protocol });
      const { code } = await client.closed;
      // ws as a client refuses a server that picks none of its protocols before it reads the close frame.
      expect([4406, 1006], String(protocol)).toContain(code);
    }
    expect((await open({ subprotocol: null }).closed).code).toBe(4406);
  });

  test.each([
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['no token', {}],
    ['no scheme', { authorization: 'tcat_x' }],
    ['a token that is no text', { authorization: { $ne: null } }],
    ['no payload', undefined],
  ])('W-7: %s closes 4403', async (_what, payload) => {
    const client = open();
    await client.opened();
    client.send({ type: 'connection_init', payload });
    expect((await client.closed).code).toBe(4403);
  });

  test('W-8: a foreign Origin is refused at the upgrade, with and without a cookie', async () => {
    const foreign = [
      'https://evil.example',
      `${ALLOWED}.evil.example`,
      `${ALLOWED}:444`,
      'null',
      'http://catalog.example.org',
      '',
    ];
    for (const origin of foreign) {
      for (const headers of [{ origin }, { origin, cookie: 'session=x' }]) {
        expect(await refusedUpgrade(server.websocketUrl, headers), origin).toBe(403);
      }
    }
    for (const origin of [ALLOWED, server.url, server.url.replace('127.0.0.1', 'localhost')]) {
      const client = open({ origin });
      await client.opened();
    }
  });

  test('an upgrade elsewhere is refused', async () => {
    expect(await refusedUpgrade(server.websocketUrl.replace('/graphql', '/other'), {})).toBe(404);
  });
});

describe('limits of a socket', () => {
  test('messages of 64 KiB, not more', async () => {
    const client = await admin();
    const message = (bytes: number) => {
      const bare = JSON.stringify({ id: 'q', type: 'subscribe', payload: { query: '{ me { name } } #' } });
      return bare.replace('#', `#${'x'.repeat(bytes - bare.length)}`);
    };
    client.send(message(64 * 1024));
    expect((await client.next()).type).toBe('next');
    client.send(message(64 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
  });

  test('strangers give way to newcomers, the known stay', async () => {
    const small = await startTestServer({ websocket: { maxUnauthenticated: 3 } });
    try {
      const known = await admin(small);
      const strangers = Array.from({ length: 3 }, () => open({}, small.websocketUrl));
      for (const stranger of strangers) await stranger.opened();
      const honest = await admin(small);
      expect((await strangers[0]?.closed)?.code).toBe(1013);
      for (const client of [known, honest]) {
        client.subscribe('q', '{ me { name } }');
        expect((await client.next()).type).toBe('next');
      }
      expect(strangers[2]?.socket.readyState).toBe(WebSocket.OPEN);
    } finally {
      await small.close();
    }
  });

  test('a peer that answers no ping is dropped, one that does is not', async () => {
    const quick = await startTestServer({ websocket: { pingMs: 500, deadMs: 2_500 } });
    try {
      const alive = await admin(quick);
      const dead = await SocketClient.connect(quick.websocketUrl, quick.adminToken, { autoPong: false });
      clients.push(dead);
      expect((await dead.closed).code).toBe(1006);
      expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    } finally {
      await quick.close();
    }
  });

  test('W-12: a revoked token closes 4403 within 5 s, an unrevoked one does not', async () => {
    const { token, id } = await server.newToken('VIEWER');
    const client = await SocketClient.connect(server.websocketUrl, token);
    clients.push(client);
    const other = await admin();
    client.subscribe('s', FOLLOW);
    await client.next();
    const startedMs = performance.now();
    await server.services.tokens.revokeApiToken(caller(), id);
    expect((await client.closed).code).toBe(4403);
    expect(performance.now() - startedMs).toBeLessThan(7_000);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('a consumer that takes nothing is closed 1013, one that takes little is not', async () => {
    let closedByServer: () => void = () => undefined;
    const closing = new Promise<void>((resolve) => {
      closedByServer = resolve;
    });
    const write = (line: string) => {
      if (line.includes('takes nothing')) closedByServer();
    };
    const quick = await startTestServer({
      websocket: { stallMs: 3_000 },
      alter: (services) => ({ ...services, log: pino({ level: 'info' }, { write }) }),
    });
    try {
      for (let index = 0; index < 40; index += 1) {
        await quick.instance.commands.createTool(caller(), {
          definition: definitionInput({ name: `large-${index}`, description: 'A long text. '.repeat(750) }),
        });
      }
      // More than the kernel holds for a connection, many times over.
      const everything = `subscription { toolUpdated(snapshot: true) { tool {
        ${[...'abcdefghijklmno'].map((alias) => `${alias}: description`).join(' ')} } } }`;
      const [stalled, slow] = [await admin(quick), await admin(quick)];
      for (const client of [stalled, slow]) {
        client.pause();
        for (const id of ['1', '2', '3']) client.subscribe(id, everything);
      }
      const trickle = setInterval(() => {
        slow.resume();
        setImmediate(() => slow.pause());
      }, 100);
      await closing;
      clearInterval(trickle);
      stalled.resume();
      expect((await stalled.closed).code).toBe(1013);
      expect(slow.socket.readyState).toBe(WebSocket.OPEN);
    } finally {
      await quick.close();
    }
  });
});
