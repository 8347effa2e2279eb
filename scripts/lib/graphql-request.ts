import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, EXIT_INTERRUPTED } from './command-error.js';
import type { Connection } from './connection.js';
import { printable } from './terminal.js';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Only for requests that have the effect of one when they are sent twice. */
  readonly repeatable?: boolean;
}

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/** Waits before each repetition. Together they outlast a restart of the service. */
const REPEAT_DELAYS_MS: readonly number[] = [250, 500, 1_000, 2_000, 4_000, 8_000];

/** A connection that was made and then lost. */
const BROKEN_CODES = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const REPEATABLE_CODES = new Set(['UNAVAILABLE', 'RATE_LIMITED']);

const TOO_LARGE =
  'The service refuses so large a request (HTTP 413): 256 KiB are the most, and 64 MiB for an import with the token of an admin.';

/** The service cannot answer now; the same request may succeed later. */
class TransientError extends CommandError {}

/** Sends GraphQL requests over HTTP, one after another. */
export class GraphqlSender {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  #reached = false;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /**
   * The answer's data.
   * @throws CommandError that says what to do: no service there, token refused, not permitted, or what the service said.
   */
  async send<Data>(request: GraphqlRequest): Promise<Data> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const data = await this.#sendOnce<Data>(request);
        this.#reached = true;
        return data;
      } catch (error) {
        const delayMs = REPEAT_DELAYS_MS[attempt];
        const again = error instanceof TransientError && request.repeatable && this.#reached && delayMs !== undefined;
        if (!again) throw error;
        await delay(delayMs, undefined, { signal: this.#signal }).catch(() => {});
        if (this.#signal.aborted) throw interrupted();
      }
    }
  }

  async #sendOnce<Data>({ query, variables = {} }: GraphqlRequest): Promise<Data> {
    const { url, token } = this.#connection;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          accept: 'application/graphql-response+json, application/json',
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query, variables }),
        signal: this.#signal,
      });
      text = await response.text();
    } catch (error) {
      if (this.#signal.aborted) throw interrupted();
      // Whoever breaks a connection was there.
      this.#reached ||= BROKEN_CODES.has(causeCode(error));
      throw new TransientError(this.#unreachable(error));
    }
    const { data, errors } = this.#parse(response.status, text);
    const [first] = errors;
    if (first !== undefined) throw this.#refusal(response.status, first);
    return data as Data;
  }

  #parse(status: number, text: string): { readonly data: unknown; readonly errors: readonly GraphqlError[] } {
    const { url } = this.#connection;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = undefined;
    }
    if (typeof body === 'object' && body !== null) {
      const { data, errors } = body as { readonly data?: unknown; readonly errors?: readonly GraphqlError[] };
      if (Array.isArray(errors) && errors.length > 0) return { data, errors };
      if (status === 200 && typeof data === 'object' && data !== null) return { data, errors: [] };
    }
    if (status === 401) return { data: null, errors: [{ message: '', extensions: { code: 'UNAUTHENTICATED' } }] };
    if (status === 413) throw new CommandError(TOO_LARGE);
    if (status === 429 || status >= 502) throw new TransientError(`${url} answers HTTP ${status}: try again later.`);
    throw new CommandError(
      `${url} answers HTTP ${status}, and not as a tool catalog does. The GraphQL endpoint's path is /graphql.`,
    );
  }

  #refusal(status: number, error: GraphqlError): CommandError {
    const { url, tokenSource } = this.#connection;
    const code = error.extensions?.code;
    const message = printable(error.message);
    if (code === 'UNAUTHENTICATED' || status === 401) {
      return new CommandError(
        `${url} refuses the token from ${tokenSource}: it is unknown, expired or revoked.\n` +
          "The first admin token is in the file admin-token in the service's DATA_DIR (./.data by default); " +
          "'tool-catalog token create' makes others.",
      );
    }
    if (code === 'FORBIDDEN') {
      return new CommandError(`The token from ${tokenSource} may not do this: ${message}`);
    }
    if (code === 'REQUEST_TOO_LARGE' || status === 413) return new CommandError(TOO_LARGE);
    if (code !== undefined && REPEATABLE_CODES.has(code)) return new TransientError(`${message} (${code})`);
    return new CommandError(code === undefined ? message : `${message} (${printable(code)})`);
  }

  #unreachable(error: unknown): string {
    const { url } = this.#connection;
    const code = causeCode(error);
    if (code === 'ECONNREFUSED') {
      return `No service answers at ${url}.\nStart it with 'npm start', or name another one with --url.`;
    }
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
      return `The host of ${url} is not known (${code}). Name the service with --url.`;
    }
    return `The connection to ${url} failed (${code}).`;
  }
}

/** fetch wraps what happened in causes, and both addresses of localhost in an aggregate. */
function causeCode(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (current.cause === undefined) return printable(current.message);
  }
  return 'unknown reason';
}

export function interrupted(): CommandError {
  return new CommandError('Interrupted.', EXIT_INTERRUPTED);
}
