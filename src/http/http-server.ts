import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { CatalogServices } from '../graphql/context.js';
import { presentError } from '../graphql/present-error.js';
import { refuseUpgrade } from '../graphql/refuse-upgrade.js';
import { createSchema } from '../graphql/schema.js';
import { createWebsocketDoor } from '../graphql/websocket.js';
import { WEBSOCKET_LIMITS, type WebsocketLimits } from '../graphql/websocket-limits.js';
import { createCatalogYoga, GRAPHQL_PATH } from '../graphql/yoga.js';
import { UnavailableError } from '../kernel/errors.js';
import { type Exchange, type Route, requestIdOf, sendJson } from './exchange.js';
import { graphiqlPage } from './graphiql-page.js';
import { graphqlRoute } from './graphql-route.js';
import { healthRoute } from './health-route.js';
import { HttpError } from './http-error.js';
import { OpenConnections } from './open-connections.js';
import { setSecurityHeaders } from './security-headers.js';

const HEADERS_TIMEOUT_MS = 10_000;
/** Long enough for 64 MiB over a slow line; a body that trickles in holds only its own connection. */
const REQUEST_TIMEOUT_MS = 300_000;
/** Longer than what proxies and clients keep an idle connection: the one who closes first must not be the one who is asked. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CLOSE_SPREAD_MS = 5_000;
const GRACE_MS = 20_000;

export interface HttpServerOptions {
  /** Origins besides the server's own loopback addresses whose pages may open websockets, for example https://catalog.example.org. */
  readonly allowedOrigins: readonly string[];
  /** Whether introspection and GraphiQL answer everyone; introspection always answers admins. */
  readonly introspection: boolean;
  /** With the database away for longer, /readyz says no. In milliseconds. */
  readonly maxStalenessMs: number;
  /** Further addresses, asked in order before the server's own. */
  readonly routes?: readonly Route[];
  /** PEM texts; HTTPS and WSS with them. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly websocket?: Partial<WebsocketLimits>;
  /** How long an operation may take, in milliseconds. Default 10 s. */
  readonly deadlineMs?: number;
}

export interface HttpServer {
  /** Resolves with the port that it listens on. */
  listen(port: number, host: string): Promise<number>;
  /**
   * Stops gracefully: takes no more, finishes what runs for at most `graceMs` (20 s by default), closes sockets with 1012
   * spread over up to 5 s, and resolves when the last connection is gone.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** A server that listens. */
export interface RunningHttpServer extends Pick<HttpServer, 'close'> {
  /** For example http://127.0.0.1:4000 */
  readonly url: string;
}

/** Creates the server and listens. Port 0 stands for any free one. */
export async function startHttpServer(
  services: CatalogServices,
  options: HttpServerOptions & { readonly host: string; readonly port: number },
): Promise<RunningHttpServer> {
  const server = createHttpServer(services, options);
  const port = await server.listen(options.port, options.host);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${options.tls ? 'https' : 'http'}://${host}:${port}`, close: server.close };
}

/** The service's one server: GraphQL over HTTP and websockets, GraphiQL, health, and whatever else is mounted. */
export function createHttpServer(services: CatalogServices, options: HttpServerOptions): HttpServer {
  const { log } = services;
  const stopping = new AbortController();
  // Every event stream listens to it.
  setMaxListeners(0, stopping.signal);
  const yoga = createCatalogYoga({
    schema: createSchema(),
    log,
    introspection: options.introspection ? 'everyone' : 'admins',
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  });
  const routes: readonly Route[] = [
    ...(options.routes ?? []),
    healthRoute(services, { ready: () => !stopping.signal.aborted, maxStalenessMs: options.maxStalenessMs }),
    graphqlRoute({
      services,
      yoga,
      page: options.introspection ? graphiqlPage() : null,
      stopping: stopping.signal,
      stallMs: options.websocket?.stallMs ?? WEBSOCKET_LIMITS.stallMs,
    }),
  ];
  const origins = new Set(options.allowedOrigins);
  const websockets = createWebsocketDoor({
    services,
    yoga,
    isAllowedOrigin: (origin) => origins.has(origin),
    ...(options.websocket === undefined ? {} : { limits: options.websocket }),
  });

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    connections.watch(response);
    void respond(request, response, { routes, services, tls: options.tls !== undefined });
  };
  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  };
  const server: Server = options.tls
    ? createTlsServer({ ...timeouts, cert: options.tls.certificate, key: options.tls.key }, onRequest)
    : createServer(timeouts, onRequest);
  const connections = new OpenConnections(server);
  server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener off: without one, a peer that resets its connection would end the process.
    socket.on('error', () => socket.destroy());
    if (pathOf(request) === GRAPHQL_PATH) websockets.upgrade(request, socket, head);
    else refuseUpgrade(socket, '404 Not Found');
  });

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'));
          const bound = (server.address() as AddressInfo).port;
          for (const origin of loopbackOrigins(bound, options.tls !== undefined)) origins.add(origin);
          resolve(bound);
        });
      }),
    close: async ({ graceMs = GRACE_MS } = {}) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.stop();
      stopping.abort(new UnavailableError('The service stops. Connect again.'));
      const told = websockets.close(Math.min(CLOSE_SPREAD_MS, graceMs));
      const cutOff = () => log.warn({ connections: connections.cutOff() }, 'what was left open was cut off');
      // Not before the websockets have been told why.
      const overdue = setTimeout(() => void told.then(cutOff), graceMs);
      await Promise.all([closed, told]);
      clearTimeout(overdue);
    },
  };
}

function loopbackOrigins(port: number, tls: boolean): string[] {
  const hosts = ['localhost', '127.0.0.1', '[::1]'];
  return hosts.map((host) => new URL(`${tls ? 'https' : 'http'}://${host}:${port}`).origin);
}

interface Door {
  readonly routes: readonly Route[];
  readonly services: CatalogServices;
  readonly tls: boolean;
}

async function respond(request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> {
  const { services, routes } = door;
  const startedAtMs = performance.now();
  const requestId = requestIdOf(request);
  const log = services.log.child({ requestId });
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort(new UnavailableError('The client is gone.'));
    const { source } = services;
    log.info(
      {
        method: request.method,
        path: pathOf(request),
        status: response.statusCode,
        whole: response.writableFinished,
        durationMs: Math.round(performance.now() - startedAtMs),
        revision: source.loaded ? source.position.revision : null,
      },
      'request',
    );
  });
  response.setHeader('x-request-id', requestId);
  setSecurityHeaders(response, { tls: door.tls });
  try {
    const pathname = pathOf(request);
    const route = routes.find((candidate) => pathname !== undefined && candidate.matches(pathname));
    if (route === undefined)
      throw new HttpError(
        404,
        'NOT_FOUND',
        `There is nothing at this address. The API, and GraphiQL in a browser, are at ${GRAPHQL_PATH}.`,
      );
    const url = new URL(request.url ?? '/', 'http://catalog.invalid');
    const ipAddress = request.socket.remoteAddress ?? null;
    const exchange: Exchange = { request, response, url, requestId, ipAddress, signal: gone.signal, log };
    await route.handle(exchange);
  } catch (error) {
    refuse(response, error, log);
  }
}

/** The path of a request; undefined where it cannot be read. */
function pathOf(request: IncomingMessage): string | undefined {
  const url = request.url ?? '/';
  return url.startsWith('/') ? url.split('?', 1)[0] : undefined;
}

function refuse(response: ServerResponse, error: unknown, log: Logger): void {
  if (response.headersSent) {
    log.error({ err: error }, 'a response broke off');
    response.destroy();
    return;
  }
  if (error instanceof HttpError) {
    const { status, code, message, headers } = error;
    sendJson(response, status, { errors: [{ message, extensions: { code } }] }, headers);
    return;
  }
  const presented = presentError(error, log);
  const retryable = presented.extensions['retryable'] === true;
  sendJson(response, retryable ? 503 : 500, { errors: [presented.toJSON()] }, retryable ? { 'retry-after': '1' } : {});
}
