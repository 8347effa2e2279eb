import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a server says last of all after each statement, and once a connection is made. The letter is the transaction's state. */
const READY = ['I', 'T', 'E'].map((state) => Buffer.from(`Z\0\0\0\x05${state}`, 'latin1'));
/** What a connection's process says when it notices that the server's first process was killed. */
const LAST_WORDS = errorResponse({
  S: 'FATAL',
  V: 'FATAL',
  C: '57P01',
  M: 'terminating connection due to unexpected postmaster exit',
});

/**
 * How a connection breaks:
 * - `before`: what the client says does not reach the server.
 * - `unanswered`: the server has done what was asked, and its answer does not reach the client.
 * - `after`: the answer and the server's last words reach the client in one piece.
 */
export const BREAKS = ['before', 'unanswered', 'after'] as const;

export interface PlannedBreak {
  readonly how: (typeof BREAKS)[number];
  /** In the n-th exchange over all connections from now on, counted from 1; making a connection is one. */
  readonly exchange: number;
  /** Connections of this role alone are counted. */
  readonly role?: string;
}

interface Plan extends PlannedBreak {
  seen: number;
  done: boolean;
}

/**
 * A way to a database whose connections can be made to hang, as when a machine loses its power: nothing comes, not even an end; or
 * to break at a chosen word.
 */
export class DatabaseProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #plan: Plan | undefined;
  #url = '';

  private constructor(target: Target) {
    this.#server = createServer((client) => this.#connect(client, connect(target)));
  }

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const url = new URL(databaseUrl);
    const folder = url.searchParams.get('host');
    const proxy = new DatabaseProxy(
      folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` },
    );
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    url.searchParams.delete('host');
    url.hostname = '127.0.0.1';
    url.port = String((proxy.#server.address() as AddressInfo).port);
    proxy.#url = url.toString();
    return proxy;
  }

  /** The database's URL by this way. */
  get url(): string {
    return this.#url;
  }

  /** Nothing passes any more through the connections that there are. New ones work. */
  hang(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').pause();
  }

  /** Ends the connections that there are. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Answers whether it has happened, when it is asked. Replaces what was planned before. */
  plan(planned: PlannedBreak): () => boolean {
    const plan = { ...planned, seen: 0, done: false };
    this.#plan = plan;
    return () => plan.done;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #connect(client: Socket, upstream: Socket): void {
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.end();
      });
    }
    let asked = '';
    let open = false;
    client.on('data', (data) => {
      if (asked === '') asked = data.toString('latin1');
      // A password and the like belong to the exchange that makes the connection.
      const begins = !open;
      open = true;
      if (begins && this.#breaks('before', asked)) return this.#end(client, upstream);
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      const ends = READY.some((word) => data.subarray(-word.length).equals(word));
      if (ends) open = false;
      if (ends && this.#breaks('unanswered', asked)) return this.#end(client, upstream);
      if (ends && this.#breaks('after', asked)) {
        client.end(Buffer.concat([data, LAST_WORDS]));
        return void upstream.destroy();
      }
      client.write(data);
    });
  }

  #end(client: Socket, upstream: Socket): void {
    client.destroy();
    // Not destroyed: a server notices the end of a client only once it has done what it was asked.
    upstream.end();
  }

  /** @param startup what the connection was asked for with; it names the role. */
  #breaks(how: PlannedBreak['how'], startup: string): boolean {
    const plan = this.#plan;
    if (plan?.how !== how || plan.done || (plan.role !== undefined && !startup.includes(plan.role))) return false;
    plan.seen += 1;
    plan.done = plan.seen === plan.exchange;
    return plan.done;
  }
}

type Target = { readonly host: string; readonly port: number } | { readonly path: string };

function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const texts = Object.entries(fields).map(([type, value]) => `${type}${value}\0`);
  const body = Buffer.from(`${texts.join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
