import { createClient } from 'graphql-ws/client';
import { UnavailableError } from '../kernel/errors.js';
import { errorFromClose, errorFromGraphql } from './client-errors.js';
import { FEED_SUBSCRIPTION } from './documents.js';
import { closeSocket, type WebSocketClass, type WebSocketLike } from './web-socket.js';

export interface FeedConnection {
  readonly url: string;
  readonly webSocket: WebSocketClass;
  /** Undefined connects without credentials. */
  readonly token: string | undefined;
  /** Go on after this position; null asks for a snapshot. */
  readonly after: string | null;
  /** Milliseconds without a message, from the first attempt to connect on, after which the link is taken for dead. */
  readonly silenceMs: number;
  /** Milliseconds between pings; they keep proxies from closing an idle connection. */
  readonly pingMs: number;
  readonly signal: AbortSignal;
  /** The service has accepted the connection. */
  onConnected(): void;
  /** `data` of one message. What it throws ends the connection and is thrown by {@link followFeed}. */
  onMessage(data: unknown): void;
}

/**
 * Holds one connection with one subscription until it ends, for whatever reason; it never connects again by itself.
 *
 * @throws CatalogError for the service's own errors and refusals, UnavailableError for everything that ends a connection.
 */
export function followFeed(connection: FeedConnection): Promise<never> {
  return new Promise((_, reject) => {
    const { signal, silenceMs } = connection;
    const sockets: WebSocketLike[] = [];
    let silence: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    let unsubscribe = () => {};

    const end = (error: unknown) => {
      if (ended) return;
      ended = true;
      clearTimeout(silence);
      signal.removeEventListener('abort', abort);
      unsubscribe();
      for (const socket of sockets) closeSocket(socket);
      reject(error);
    };
    const abort = () => end(new UnavailableError('The client is closed.'));
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => end(new UnavailableError(`The service was silent for ${silenceMs} ms.`)), silenceMs);
    };
    const receive = (answer: Answer) => {
      if (ended) return;
      listen();
      try {
        connection.onMessage(dataOf(answer));
      } catch (error) {
        end(error);
      }
    };

    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    listen();
    unsubscribe = openSubscription(connection, sockets, {
      onConnected: () => (ended ? undefined : connection.onConnected()),
      onAnswer: receive,
      onEnd: end,
    });
  });
}

interface SubscriptionSink {
  onConnected(): void;
  onAnswer(answer: Answer): void;
  onEnd(error: Error): void;
}

/** @returns a function that ends the subscription. */
function openSubscription(connection: FeedConnection, sockets: WebSocketLike[], sink: SubscriptionSink): () => void {
  const { url, webSocket, token, after, pingMs } = connection;
  const client = createClient({
    url,
    webSocketImpl: remembering(webSocket, sockets),
    connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    keepAlive: pingMs,
    on: {
      connected: sink.onConnected,
      // After a close with 1000 graphql-ws would connect again by itself, and repeat variables that are out of date.
      closed: (event) => sink.onEnd(readCause(event)),
    },
  });
  return client.subscribe(
    { query: FEED_SUBSCRIPTION, variables: { after, snapshot: after === null } },
    {
      next: sink.onAnswer,
      error: (cause) => sink.onEnd(readCause(cause)),
      complete: () => sink.onEnd(new UnavailableError('The service ended the stream.')),
    },
  );
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | undefined;
}

function dataOf({ data, errors = [] }: Answer): unknown {
  if (errors.length > 0) throw errorFromGraphql(errors);
  return data;
}

/** A class whose sockets can be closed from here, in every state. */
function remembering(webSocket: WebSocketClass, sockets: WebSocketLike[]): WebSocketClass {
  return class extends webSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  };
}

/** What graphql-ws reports: errors of the subscription, a close event, or an error event of the socket. */
function readCause(cause: unknown): Error {
  if (Array.isArray(cause)) return errorFromGraphql(cause);
  const event = cause as { readonly code?: unknown; readonly reason?: unknown; readonly message?: unknown } | null;
  if (typeof event?.code === 'number') return errorFromClose(event.code, String(event.reason ?? ''));
  const said = typeof event?.message === 'string' && event.message !== '' ? `: ${event.message}` : '.';
  return new UnavailableError(`The connection failed${said}`);
}
