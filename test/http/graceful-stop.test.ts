import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
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
  const [events] = (await once(stream, 'response')) as [import('node:http').IncomingMessage];
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
