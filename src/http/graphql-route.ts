import type { OutgoingHttpHeaders } from 'node:http';
import { authenticate, bearerToken } from '../graphql/authenticate.js';
import type { CatalogServices, GraphqlContext, Identity } from '../graphql/context.js';
import { MAX_IMPORT_BYTES, MAX_REQUEST_BYTES } from '../graphql/operation-limits.js';
import { checkRights, RIGHTS_CHECK_MS } from '../graphql/rights-watch.js';
import { type CatalogYoga, GRAPHQL_PATH, PREFLIGHT_HEADERS } from '../graphql/yoga.js';
import { UnauthenticatedError } from '../kernel/errors.js';
import type { Exchange, Route } from './exchange.js';
import { HttpError } from './http-error.js';
import { readBody } from './read-body.js';
import { sendBody } from './send-body.js';

export interface GraphqlRouteOptions {
  readonly services: CatalogServices;
  readonly yoga: CatalogYoga;
  /** Answers a browser that opens the address itself; null where there is nothing to see. */
  readonly page: ((exchange: Exchange) => Promise<void>) | null;
  /** Ends event streams when the service stops. */
  readonly stopping: AbortSignal;
  /** A client that takes nothing for this long is cut off. */
  readonly stallMs: number;
}

/** /graphql over HTTP: GET and POST, results as JSON or as server-sent events. */
export function graphqlRoute(options: GraphqlRouteOptions): Route {
  return {
    matches: (pathname) => pathname === GRAPHQL_PATH,
    handle: async (exchange) => {
      const { request } = exchange;
      const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
      if (wantsPage && options.page) await options.page(exchange);
      else await answer(exchange, options);
    },
  };
}

async function answer(exchange: Exchange, options: GraphqlRouteOptions): Promise<void> {
  const { request, response, url } = exchange;
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'GraphQL is asked by GET or POST.', { allow: 'GET, POST' });
  }
  if (request.method === 'GET' && !PREFLIGHT_HEADERS.some((name) => name in request.headers)) {
    throw new HttpError(
      403,
      'BAD_USER_INPUT',
      'A GET needs the header `authorization: Bearer <token>`, or, where it asks for the schema only, ' +
        '`graphql-require-preflight: true`. In a browser GraphiQL is here, unless introspection is off.',
    );
  }
  // Before the body: who asks decides how large it may be.
  const identity = await authenticate(request.headers.authorization, options.services.tokens);
  const body = request.method === 'POST' ? await readJsonBody(exchange, identity) : null;

  const stream = new AbortController();
  const end = () => stream.abort(exchange.signal.reason);
  if (exchange.signal.aborted) end();
  else exchange.signal.addEventListener('abort', end, { once: true });
  const context: GraphqlContext = {
    ...identity,
    services: options.services,
    ipAddress: exchange.ipAddress,
    requestId: exchange.requestId,
    requestBytes: body?.byteLength ?? 0,
    signal: stream.signal,
  };
  const fetched = await options.yoga.handle(
    new options.yoga.fetchAPI.Request(url, {
      method: request.method,
      headers: { ...forwardedHeaders(request.headers), ...(body === null ? {} : JSON_BODY) },
      ...(body === null ? {} : { body: body.toString('utf8') }),
    }),
    context,
  );
  const headers: OutgoingHttpHeaders = Object.fromEntries(fetched.headers);
  const streams = fetched.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const release = streams ? watchStream(exchange, options, identity, stream) : () => undefined;
  try {
    response.writeHead(fetched.status, { 'cache-control': 'no-store', ...headers });
    await sendBody(response, fetched.body, options.stallMs);
  } finally {
    release();
    exchange.signal.removeEventListener('abort', end);
  }
}

/** However it was spelled: a POST of any other type was refused. */
const JSON_BODY = { 'content-type': 'application/json' };

/** Only what GraphQL looks at. */
function forwardedHeaders(headers: Exchange['request']['headers']): Record<string, string> {
  const names = ['accept', 'authorization', 'graphql-require-preflight'] as const;
  const given = names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : []));
  return Object.fromEntries(given);
}

/** @throws HttpError 415 for anything that a page of another site could send without asking first. */
async function readJsonBody({ request }: Exchange, { principal }: Identity): Promise<Buffer> {
  const [type, ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (type?.trim() !== 'application/json' || parameters.some((text) => !/^\s*charset="?utf-8"?\s*$/.test(text))) {
    throw new HttpError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send `content-type: application/json` in UTF-8.');
  }
  if (request.headers['content-encoding'] !== undefined) {
    throw new HttpError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body without compression.');
  }
  return readBody(request, principal?.role === 'ADMIN' ? MAX_IMPORT_BYTES : MAX_REQUEST_BYTES);
}

/** An event stream ends when the service stops, and within 5 s of the end of the rights that it was opened with. */
function watchStream(
  { request }: Exchange,
  { services, stopping }: GraphqlRouteOptions,
  { principal }: Identity,
  stream: AbortController,
): () => void {
  const onStopping = () => stream.abort(stopping.reason);
  if (stopping.aborted) onStopping();
  stopping.addEventListener('abort', onStopping, { once: true });
  const token = bearerToken(request.headers.authorization);
  const timer = setInterval(async () => {
    if (token === undefined || principal === null) return;
    const rights = await checkRights(services, token, principal);
    if (rights !== 'unchanged') stream.abort(new UnauthenticatedError('The rights of this token have changed.'));
  }, RIGHTS_CHECK_MS);
  return () => {
    clearInterval(timer);
    stopping.removeEventListener('abort', onStopping);
  };
}
