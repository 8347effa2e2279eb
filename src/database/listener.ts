import pg from 'pg';
import type { DatabaseLog } from './database-log.js';

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;
const HEARTBEAT_MS = 15_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;

export interface ListenerOptions {
  readonly config: pg.ClientConfig;
  readonly channel: string;
  readonly onNotify: (payload: string) => void;
  readonly onConnect: () => void;
  readonly log: DatabaseLog;
}

/** A LISTEN that lasts: a connection of its own, made anew for ever. What was sent while it was away is lost. */
export interface Listener {
  readonly connected: boolean;
  close(): Promise<void>;
}

/**
 * Listens on a channel. Resolves after the first attempt, whether it succeeded or not; `onConnect` is called after every
 * (re)connect, when LISTEN is in force: read then what may have been missed.
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const listener = new ReconnectingListener(options);
  await listener.connect();
  return listener;
}

class ReconnectingListener implements Listener {
  readonly #options: ListenerOptions;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #connected = false;
  #closed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#connected;
  }

  async connect(): Promise<void> {
    const client = new pg.Client(this.#options.config);
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('The connection was closed.')));
    client.on('notification', (message) => {
      if (client === this.#client) this.#options.onNotify(message.payload ?? '');
    });
    try {
      await client.connect();
      await this.#ask(client, `LISTEN ${pg.escapeIdentifier(this.#options.channel)}`);
    } catch (error) {
      this.#lost(client, error);
      return;
    }
    if (client !== this.#client) return;
    this.#connected = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#scheduleHeartbeat(client);
    this.#options.onConnect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#connected = false;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** TCP's own keepalive takes minutes to notice a peer that is gone; an unanswered query takes seconds. */
  #scheduleHeartbeat(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      this.#ask(client, 'SELECT 1')
        .then(() => client === this.#client && this.#scheduleHeartbeat(client))
        .catch((error: unknown) => this.#lost(client, error));
    }, HEARTBEAT_MS).unref();
  }

  /** A connection on which no answer comes is given up, which fails the query. */
  async #ask(client: pg.Client, query: string): Promise<void> {
    const silence = setTimeout(
      () => this.#lost(client, new Error('The server does not answer.')),
      HEARTBEAT_TIMEOUT_MS,
    );
    try {
      await client.query(query);
    } finally {
      clearTimeout(silence);
    }
  }

  #lost(client: pg.Client, error: unknown): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    // Not awaited: a half-open connection never answers the goodbye.
    client.end().catch(() => undefined);
    if (this.#closed) return;
    if (this.#connected || this.#retryMs === FIRST_RETRY_MS) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.warn(`LISTEN ${this.#options.channel}: connection lost, trying again: ${reason}`);
    }
    this.#connected = false;
    const waitMs = this.#retryMs * (0.5 + Math.random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    this.#timer = setTimeout(() => void this.connect(), waitMs);
  }
}
