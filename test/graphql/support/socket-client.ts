import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

export interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** How a socket ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  readonly afterMs: number;
}

export interface SocketClientOptions extends ClientOptions {
  /** Null asks for none. */
  readonly subprotocol?: string | null;
}

/** A bare websocket that keeps what it receives until a test asks for it. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly closed: Promise<Closing>;
  readonly #received: Message[] = [];
  #waiting: ((message: Message) => void) | undefined;

  constructor(url: string, options: SocketClientOptions = {}) {
    const { subprotocol = 'graphql-transport-ws', ...clientOptions } = options;
    const startedMs = performance.now();
    this.socket =
      subprotocol === null ? new WebSocket(url, clientOptions) : new WebSocket(url, subprotocol, clientOptions);
    this.socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Message));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) =>
        resolve({ code, reason: String(reason), afterMs: performance.now() - startedMs }),
      );
    });
  }

  /** Connects and introduces itself with a token. */
  static async connect(url: string, token: string, options: SocketClientOptions = {}): Promise<SocketClient> {
    const client = new SocketClient(url, options);
    await client.opened();
    client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    const acknowledged = await client.next();
    if (acknowledged.type !== 'connection_ack') throw new Error(`Not let in: ${JSON.stringify(acknowledged)}`);
    return client;
  }

  async opened(): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open');
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The next message, waiting for it if need be. */
  next(): Promise<Message> {
    const [message] = this.#received.splice(0, 1);
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      void this.closed.then(({ code, reason }) => reject(new Error(`Closed with ${code} ${reason}`)));
    });
  }

  /** The next message of one operation; others are dropped. */
  async nextOf(id: string): Promise<Message> {
    for (;;) {
      const message = await this.next();
      if (message.id === id) return message;
    }
  }

  /** Reads nothing more until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.terminate();
  }

  #receive(message: Message): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(message);
    else this.#received.push(message);
  }
}

/** The answer to an upgrade that is refused. */
export async function refusedUpgrade(url: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  socket.terminate();
  return response.statusCode;
}
