import type { WebsocketLimits } from '../../../src/graphql/websocket-limits.js';
import { createHttpServer } from '../../../src/http/http-server.js';
import type { ChangeFeed } from '../../../src/live/catalog-source.js';
import type { TestServer } from './test-server.js';

/** Another door to the same instance. */
export interface SecondDoor {
  readonly websocketUrl: string;
  /** Updates that were executed so far, each for one subscription or for a group of them. */
  readonly executions: () => number;
  /** Streams that are followed now. */
  readonly streams: () => number;
  close(): Promise<void>;
}

export interface SecondDoorOptions {
  /** False for one where every subscription is served by itself. */
  readonly shared: boolean;
  readonly websocket?: Partial<WebsocketLimits>;
}

export async function openSecondDoor(server: TestServer, options: SecondDoorOptions): Promise<SecondDoor> {
  const { services } = server;
  let executions = 0;
  let streams = 0;
  const feed: ChangeFeed = {
    async *follow(request, signal, guide) {
      streams += 1;
      try {
        for await (const update of services.feed.follow(request, signal, options.shared ? guide : undefined)) {
          executions += 1;
          yield update;
        }
      } finally {
        streams -= 1;
      }
    },
  };
  const door = createHttpServer(
    { ...services, feed },
    {
      allowedOrigins: [],
      introspection: true,
      maxStalenessMs: 900_000,
      ...(options.websocket ? { websocket: options.websocket } : {}),
    },
  );
  const port = await door.listen(0, '127.0.0.1');
  return {
    websocketUrl: `ws://127.0.0.1:${port}/graphql`,
    executions: () => executions,
    streams: () => streams,
    close: () => door.close({ graceMs: 500 }),
  };
}
