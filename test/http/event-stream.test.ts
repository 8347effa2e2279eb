import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SocketClient } from '../graphql/support/socket-client.js';
import { startTestServer, type TestServer } from '../graphql/support/test-server.js';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';

const FOLLOW = 'subscription ($after: CatalogPosition) { toolUpdated(after: $after) { action toolName position } }';

interface Update {
  readonly data?: {
    readonly toolUpdated: { readonly action: string; readonly toolName: string; readonly position: string };
  };
  readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** One stream of server-sent events, asked for as GraphiQL asks for it. */
class EventStream {
  readonly response: IncomingMessage;
  readonly #events: AsyncIterator<Update>;

  private constructor(response: IncomingMessage) {
    this.response = response;
    this.#events = updatesOf(response);
  }

  static async open(url: string, token: string, variables: Record<string, unknown> = {}): Promise<EventStream> {
    const request = httpRequest(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
    });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ query: FOLLOW, variables }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new EventStream(response);
  }

  /** The next update; undefined at the end. */
  async next(): Promise<Update | undefined> {
    const { done, value } = await this.#events.next();
    return done ? undefined : value;
  }

  close(): void {
    this.response.destroy();
  }
}

async function* updatesOf(response: IncomingMessage): AsyncGenerator<Update> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (data !== undefined) yield JSON.parse(data) as Update;
    }
  }
}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('server-sent events follow the rules of the websocket (F8)', () => {
  test('a bookmark, then every change; resumable', async () => {
    const stream = await EventStream.open(server.url, server.adminToken);
    const bookmark = (await stream.next())?.data?.toolUpdated;
    expect(bookmark?.action).toBe('BOOKMARK');
    await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'streamed' }) });
    expect((await stream.next())?.data?.toolUpdated).toMatchObject({ action: 'CREATED', toolName: 'streamed' });
    stream.close();
    const resumed = await EventStream.open(server.url, server.adminToken, { after: bookmark?.position });
    expect((await resumed.next())?.data?.toolUpdated).toMatchObject({ action: 'CREATED', toolName: 'streamed' });
    resumed.close();
  });

  test('a position that cannot be followed ends it with its code', async () => {
    const stream = await EventStream.open(server.url, server.adminToken, { after: 'other:1' });
    expect((await stream.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'POSITION_INVALID' });
    expect(await stream.next()).toBeUndefined();
  });

  test('without a token it does not begin', async () => {
    const stream = await EventStream.open(server.url, 'wrong');
    expect((await stream.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await stream.next()).toBeUndefined();
  });

  test('a revoked token ends it within 5 s', async () => {
    const { token, id } = await server.newToken('VIEWER');
    const stream = await EventStream.open(server.url, token);
    await stream.next();
    const startedMs = performance.now();
    await server.services.tokens.revokeApiToken(caller(), id);
    expect((await stream.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await stream.next()).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(7_000);
  });

  test('any number of them at once is no leak to warn of', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const streams = await Promise.all(
      Array.from({ length: 12 }, () => EventStream.open(server.url, server.adminToken)),
    );
    await Promise.all(streams.map((stream) => stream.next()));
    for (const stream of streams) stream.close();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('the feed is let go of when the client is gone, which is no error to log', async () => {
    const logged: string[] = [];
    let ended: () => void = () => undefined;
    const letGo = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const watched = await startTestServer({
      alter: (services) => ({
        ...services,
        log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
        feed: {
          follow: (request, signal) => {
            signal.addEventListener('abort', ended);
            return services.feed.follow(request, signal);
          },
        },
      }),
    });
    try {
      const stream = await EventStream.open(watched.url, watched.adminToken);
      await stream.next();
      stream.close();
      await letGo;
      const socket = await SocketClient.connect(watched.websocketUrl, watched.adminToken);
      socket.subscribe('s', FOLLOW);
      await socket.next();
      socket.close();
    } finally {
      await watched.close();
    }
    expect(logged.join('')).toContain('"msg":"request"');
    expect(logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
  });
});
