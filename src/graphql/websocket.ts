import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from './refuse-upgrade.js';
import { CLOSE, WEBSOCKET_LIMITS, type WebsocketLimits } from './websocket-limits.js';
import { socketHandlers } from './websocket-operations.js';
import type { WebsocketOptions } from './websocket-options.js';
import { SocketSession } from './websocket-session.js';

/** How often every socket is looked at: finer than any of the limits. */
const SWEEP_MS = 1_000;

/** The websocket door: graphql-transport-ws with the token in connection_init. */
export interface WebsocketDoor {
  /** Takes over a connection that asks to become a websocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly socketCount: number;
  /** Refuses new sockets and closes the open ones with 1012, spread over `spreadMs`, so that clients come back one by one. */
  close(spreadMs: number): Promise<void>;
}

export function createWebsocketDoor(options: WebsocketOptions): WebsocketDoor {
  const limits = { ...WEBSOCKET_LIMITS, ...options.limits };
  const { log } = options.services;
  const sessions = new Set<SocketSession>();
  let stopping = false;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const protocol = makeServer({
    ...socketHandlers(options, limits),
    connectionInitWaitTimeout: limits.initTimeoutMs,
  });

  const accept = (websocket: WebSocket, request: IncomingMessage): void => {
    const session = new SocketSession(websocket, request, limits);
    sessions.add(session);
    makeRoom(sessions, limits);
    const closed = protocol.opened(session.transport(log), session);
    websocket.once('close', (code, reason) => {
      sessions.delete(session);
      session.dispose();
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'closing a websocket failed'));
    });
    // A broken frame or an oversized one: ws closes the socket with the fitting code by itself.
    websocket.on('error', (error) => log.debug({ err: error }, 'websocket'));
  };

  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const session of sessions) session.sweep(nowMs, options.services);
  }, SWEEP_MS);
  sweep.unref();

  return {
    get socketCount() {
      return sessions.size;
    },
    upgrade(request, socket, head) {
      const { origin } = request.headers;
      if (stopping) refuseUpgrade(socket, '503 Service Unavailable');
      else if (origin !== undefined && !options.isAllowedOrigin(origin)) refuseUpgrade(socket, '403 Forbidden');
      else server.handleUpgrade(request, socket, head, accept);
    },
    async close(spreadMs) {
      stopping = true;
      const open = [...sessions];
      await Promise.all(open.map((session, index) => session.closeAfter((spreadMs * index) / open.length)));
      clearInterval(sweep);
      server.close();
    },
  };
}

/** Strangers cannot keep others out: the one that has said nothing for longest goes. */
function makeRoom(sessions: ReadonlySet<SocketSession>, limits: WebsocketLimits): void {
  const strangers = [...sessions].filter((session) => session.rights === null && session.isOpen);
  if (strangers.length > limits.maxUnauthenticated) {
    strangers[0]?.close(CLOSE.tryAgainLater, 'Too many connections that have not said who they are');
  }
}
