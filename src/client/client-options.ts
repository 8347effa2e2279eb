import { CONSUMER_NAME_RULE, isConsumerName } from '../kernel/consumer-name.js';
import { BadUserInputError } from '../kernel/errors.js';
import type { Fetch } from './catalog-requests.js';
import type { CopyStorage, DefinitionSource } from './copy-storage.js';
import type { WebSocketClass } from './web-socket.js';

/** A third of the longest timer, so that three silences in a row can still be waited for. */
const MAX_OPTION_MS = 691_200_000;

/** How the first copy is fetched: through the subscription, or page by page over HTTP and then followed. */
export type Bootstrap = 'snapshot' | 'list';

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly error?: unknown;
}

export interface CatalogClientOptions {
  /**
   * The service's GraphQL endpoint, for example `http://localhost:4000/graphql`. Left out, the client connects nowhere: it
   * shows the copy on disk, else the YAML folder, and stays with it.
   */
  readonly url?: string;
  /** Printable ASCII on one line. A function is asked before every connection, so that a token can be renewed. */
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
  /** For one HTTP request, and for a token to come from its function, in ms. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /**
   * Where the last good copy is kept, so that an orchestrator can start while the service is down: `diskCopy` of
   * `tool-catalog/client/node`. Default: nowhere.
   */
  readonly diskCopy?: CopyStorage;
  /** How often the copy is saved at most while changes come, in ms. Default 5,000. */
  readonly saveEveryMs?: number;
  /** Definitions to work with while there is no copy: `yamlFolder` of `tool-catalog/client/node`. Default: none. */
  readonly yamlFolder?: DefinitionSource;
  /**
   * Under which name this client tells the service how far it has come (the query `consumers` shows it): 1 to 100 letters,
   * digits and `. _ : @ / -`, beginning with a letter or digit. Null tells nothing. Default: `client-` and 8 random digits.
   */
  readonly consumerName?: string | null;
  /** How often it tells, at most, in ms. Default 10,000. */
  readonly reportEveryMs?: number;
  /** Told what happens: connections lost, copies replaced, listeners that throw. Default: nobody is. */
  readonly log?: (entry: LogEntry) => void;
}

/** What following the service needs. */
export interface FollowerSettings {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly token: () => Promise<string | undefined>;
  readonly bootstrap: Bootstrap;
  readonly webSocket: WebSocketClass | undefined;
  readonly fetch: Fetch;
  readonly reconnect: { readonly minMs: number; readonly maxMs: number };
  readonly bookmarkIntervalMs: number;
  readonly requestTimeoutMs: number;
  /** Null tells the service nothing. */
  readonly report: { readonly consumer: string; readonly everyMs: number } | null;
}

/** {@link CatalogClientOptions} with nothing left out, checked. */
export interface ClientSettings {
  /** Null connects nowhere. */
  readonly service: FollowerSettings | null;
  readonly diskCopy: CopyStorage | null;
  readonly saveEveryMs: number;
  readonly yamlFolder: DefinitionSource | null;
  readonly log: (entry: LogEntry) => void;
}

/** @throws BadUserInputError for options that cannot work, alone or together; it names the option. */
export function readOptions(options: CatalogClientOptions): ClientSettings {
  const { url, diskCopy = null, yamlFolder = null } = options;
  if (url === undefined && diskCopy === null && yamlFolder === null) {
    throw new BadUserInputError('Without a url there must be a diskCopy or a yamlFolder to take the catalog from.');
  }
  return {
    service: url === undefined ? null : readServiceOptions(url, options),
    diskCopy,
    saveEveryMs: readMs(options.saveEveryMs ?? 5_000, 'saveEveryMs'),
    yamlFolder,
    log: quietly(options.log),
  };
}

function readServiceOptions(givenUrl: string, options: CatalogClientOptions): FollowerSettings {
  const { token, bootstrap = 'snapshot', reconnectMinMs = 1_000, reconnectMaxMs = 30_000 } = options;
  if (bootstrap !== 'snapshot' && bootstrap !== 'list') {
    throw new BadUserInputError(`bootstrap must be 'snapshot' or 'list', not ${JSON.stringify(bootstrap)}.`);
  }
  const url = readUrl(givenUrl, 'url', ['http:', 'https:']);
  const webSocketUrl = options.webSocketUrl ?? url.replace(/^http/, 'ws');
  const minMs = readMs(reconnectMinMs, 'reconnectMinMs');
  return {
    url,
    webSocketUrl: readUrl(webSocketUrl, 'webSocketUrl', ['ws:', 'wss:']),
    token: typeof token === 'function' ? async () => checkToken(await token()) : always(checkToken(token)),
    bootstrap,
    webSocket: options.webSocket,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    reconnect: { minMs, maxMs: Math.max(minMs, readMs(reconnectMaxMs, 'reconnectMaxMs')) },
    bookmarkIntervalMs: readMs(options.bookmarkIntervalMs ?? 10_000, 'bookmarkIntervalMs'),
    requestTimeoutMs: readMs(options.requestTimeoutMs ?? 30_000, 'requestTimeoutMs'),
    report: readReport(options),
  };
}

/** `fetch` refuses a token of two lines, too, and quotes it in its message, which would end up in logs. What a file ends with is no harm. */
function checkToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const trimmed = typeof token === 'string' ? token.trim() : '\n';
  if (/^[\x20-\x7e]*$/.test(trimmed)) return trimmed;
  throw new BadUserInputError('token must be a text of printable ASCII characters, on one line.');
}

function always<T>(value: T): () => Promise<T> {
  return () => Promise.resolve(value);
}

function readReport({ consumerName, reportEveryMs = 10_000 }: CatalogClientOptions): FollowerSettings['report'] {
  const everyMs = readMs(reportEveryMs, 'reportEveryMs');
  if (consumerName === null) return null;
  if (consumerName !== undefined && !isConsumerName(consumerName)) {
    throw new BadUserInputError(`consumerName must be ${CONSUMER_NAME_RULE}, not ${JSON.stringify(consumerName)}.`);
  }
  return { consumer: consumerName ?? `client-${randomDigits()}`, everyMs };
}

function randomDigits(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number.toString(16).padStart(8, '0');
}

/** A log that throws must not end the stream that it reports about. */
function quietly(log: CatalogClientOptions['log']): (entry: LogEntry) => void {
  return (entry) => {
    // There is nobody left to tell, now or later.
    try {
      const answer: unknown = log?.(entry);
      if (answer instanceof Promise) answer.catch(() => undefined);
    } catch {}
  };
}

function readUrl(text: string, option: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    const allowed = protocols.map((protocol) => `${protocol}//`).join(' or ');
    throw new BadUserInputError(`${option} must begin with ${allowed}, not ${JSON.stringify(text)}.`);
  }
  if (url.protocol.startsWith('http') && `${url.username}${url.password}` !== '') {
    throw new BadUserInputError(
      `${option} must hold no user and no password, which fetch does not take. Give a token.`,
    );
  }
  return url.href;
}

function readMs(value: number, option: string): number {
  if (value > 0 && value <= MAX_OPTION_MS) return value;
  throw new BadUserInputError(`${option} must be above 0 and at most ${MAX_OPTION_MS} ms (8 days), not ${value}.`);
}
