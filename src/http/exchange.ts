import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';

/** One request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly requestId: string;
  readonly ipAddress: string | null;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Something that answers requests, mounted beside GraphQL. */
export interface Route {
  /** True when this route answers the path. */
  matches(pathname: string): boolean;
  handle(exchange: Exchange): Promise<void> | void;
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** The caller's own request id where it is harmless, else a fresh one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Answers with JSON and ends the response. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = Buffer.from(`${JSON.stringify(body)}\n`);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': text.byteLength,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}
