import { BadUserInputError } from '../kernel/errors.js';
import type { Fetch } from './catalog-requests.js';
import type { WebSocketClass } from './web-socket.js';

/** How the first copy is fetched: through the subscription, or page by page over HTTP and then followed. */
export type Bootstrap = 'snapshot' | 'list';

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly error?: unknown;
}

export interface CatalogClientOptions {
  /** The service's GraphQL endpoint, for example `http://localhost:4000/graphql`. */
  readonly url: string;
  /** A function is asked before every connection, so that a token can be renewed. */
  readonly token?: string | (() => string | Promise<string>);
  /** Default 'snapshot'. */
  readonly bootstrap?: Bootstrap;
  /** Default: `url` with ws or wss in place of http or https. */
  readonly webSocketUrl?: string;
  /** Default: the runtime's own; in Node 20, which has none, that of the package `ws`. */
  readonly webSocket?: WebSocketClass;
  /** Default: the runtime's own. */
  readonly fetch?: Fetch;
  /** Wait before the first reconnect, in ms; it doubles with every failure. Default 1,000. */
  readonly reconnectMinMs?: number;
  /** Longest wait before a reconnect, in ms. Default 30,000. */
  readonly reconnectMaxMs?: number;
  /** How often the service sends bookmarks on an idle stream, in ms. Three times as long a silence is a dead link. Default 10,000. */
  readonly bookmarkIntervalMs?: number;
  /** For one HTTP request, in ms. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Told what happens: connections lost, copies replaced, listeners that throw. Default: nobody is. */
  readonly log?: (entry: LogEntry) => void;
}

/** {@link CatalogClientOptions} with nothing left out, checked. */
export interface ClientSettings {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly token: () => Promise<string | undefined>;
  readonly bootstrap: Bootstrap;
  readonly webSocket: WebSocketClass | undefined;
  readonly fetch: Fetch;
  readonly reconnect: { readonly minMs: number; readonly maxMs: number };
  readonly bookmarkIntervalMs: number;
  readonly requestTimeoutMs: number;
  readonly log: (entry: LogEntry) => void;
}

/** @throws BadUserInputError for a url that is not http(s), a time that is not a positive number, an unknown bootstrap. */
export function readOptions(options: CatalogClientOptions): ClientSettings {
  const { token, bootstrap = 'snapshot', reconnectMinMs = 1_000, reconnectMaxMs = 30_000 } = options;
  if (bootstrap !== 'snapshot' && bootstrap !== 'list') {
    throw new BadUserInputError(`bootstrap must be 'snapshot' or 'list', not ${JSON.stringify(bootstrap)}.`);
  }
  const url = readUrl(options.url, 'url', ['http:', 'https:']);
  const webSocketUrl = options.webSocketUrl ?? url.replace(/^http/, 'ws');
  const minMs = readMs(reconnectMinMs, 'reconnectMinMs');
  return {
    url,
    webSocketUrl: readUrl(webSocketUrl, 'webSocketUrl', ['ws:', 'wss:']),
    token: async () => (typeof token === 'function' ? await token() : token),
    bootstrap,
    webSocket: options.webSocket,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    reconnect: { minMs, maxMs: Math.max(minMs, readMs(reconnectMaxMs, 'reconnectMaxMs')) },
    bookmarkIntervalMs: readMs(options.bookmarkIntervalMs ?? 10_000, 'bookmarkIntervalMs'),
    requestTimeoutMs: readMs(options.requestTimeoutMs ?? 30_000, 'requestTimeoutMs'),
    log: quietly(options.log),
  };
}

/** A log that throws must not end the stream that it reports about. */
function quietly(log: CatalogClientOptions['log']): (entry: LogEntry) => void {
  return (entry) => {
    try {
      log?.(entry);
    } catch {
      // There is nobody left to tell.
    }
  };
}

function readUrl(text: string, option: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    const allowed = protocols.map((protocol) => `${protocol}//`).join(' or ');
    throw new BadUserInputError(`${option} must begin with ${allowed}, not ${JSON.stringify(text)}.`);
  }
  return url.href;
}

function readMs(value: number, option: string): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new BadUserInputError(`${option} must be a positive number of milliseconds, not ${value}.`);
}
