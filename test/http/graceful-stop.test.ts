import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SocketClient } from '../graphql/support/socket-client.js';
import { startTestServer, type TestServer } from '../graphql/support/test-server.js';

/** A server whose enableTool waits until the test lets it go on. */
async function startHeldServer() {
  let release: () => void = () => undefined;
  let begun: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const running = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const server = await startTestServer({
    alter: (services) => ({
      ...services,
      commands: {
        ...services.commands,
        enableTool: async (caller, command) => {
          begun();
          await held;
          return services.commands.enableTool(caller, command);
        },
      },
    }),
  });
  return { server, running, release };
}

const ENABLE = 'mutation { enableTool(input: { name: "x" }) { __typename } }';

async function finish(server: TestServer): Promise<void> {
  await server.instance.close();
}

test('what runs is finished, sockets and streams are told to come back, and then it is over', async () => {
  const { server, running, release } = await startHeldServer();
  const sockets = await Promise.all([1, 2, 3].map(() => SocketClient.connect(server.websocketUrl, server.adminToken)));
  for (const socket of sockets) {
    socket.subscribe('s', 'subscription { toolUpdated { action } }');
    await socket.next();
  }
  const stream = httpRequest(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${server.adminToken}`,
    },
  });
  stream.end(JSON.stringify({ query: 'subscription { toolUpdated { action } }' }));
  const [events] = (await once(stream, 'response')) as [IncomingMessage];
  const streamed = (async () => {
    let text = '';
    for await (const chunk of events) text += String(chunk);
    return text;
  })();

  const answer = server.ask(ENABLE);
  await running;
  const closed = server.server.close({ graceMs: 10_000 });
  for (const socket of sockets) expect((await socket.closed).code).toBe(1012);
  expect(await streamed).toContain('"code":"UNAVAILABLE","retryable":true');
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  release();
  expect((await answer).data).toEqual({ enableTool: { __typename: 'NotFoundError' } });
  await closed;
  await finish(server);
});

test('what does not finish in the time of grace is cut off', async () => {
  const { server, running } = await startHeldServer();
  const answer = server.ask(ENABLE);
  const refused = expect(answer).rejects.toThrow();
  await running;
  await server.server.close({ graceMs: 300 });
  await refused;
  await finish(server);
});

/** Longer than a test may take: whoever waits for its end fails. */
const ENDLESS_MS = 120_000;

/** A peer that keeps its own half of a connection open, whatever the service does with the other. */
async function lingeringPeer(server: TestServer): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('a connection that is kept for further requests ends with the answer', async () => {
  const { server, running, release } = await startHeldServer();
  const agent = new Agent({ keepAlive: true });
  const request = httpRequest(`${server.url}/graphql`, {
    agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminToken}` },
  });
  request.end(JSON.stringify({ query: ENABLE }));
  await running;
  const closed = server.server.close({ graceMs: ENDLESS_MS });
  release();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(answer.headers.connection).toBe('close');
  answer.resume();
  await closed;
  agent.destroy();
  await finish(server);
});

test.each([
  ['elsewhere', '/elsewhere', ''],
  ['of a foreign origin', '/graphql', 'origin: https://evil.example\r\n'],
])('a refused upgrade %s lets go of a peer that lingers', async (_, target, headers) => {
  const server = await startTestServer();
  const socket = await lingeringPeer(server);
  socket.write(
    `GET ${target} HTTP/1.1\r\nhost: localhost\r\n${headers}connection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  );
  const [refusal] = (await once(socket, 'data')) as [Buffer];
  expect(String(refusal)).toMatch(/^HTTP\/1.1 40[34] /);
  await server.server.close({ graceMs: ENDLESS_MS });
  socket.destroy();
  await finish(server);
});

test('a peer that never finishes its TLS handshake is cut off', async () => {
  const files = path.join(import.meta.dirname, '..', 'fixtures', 'tls');
  const server = await startTestServer({
    tls: {
      certificate: await readFile(path.join(files, 'certificate.pem'), 'utf8'),
      key: await readFile(path.join(files, 'key.pem'), 'utf8'),
    },
  });
  const socket = await lingeringPeer(server);
  await server.server.close({ graceMs: 300 });
  socket.destroy();
  await finish(server);
});
