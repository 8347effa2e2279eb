import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a server says once a connection is made, and after each statement. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** What a connection's process says when it notices that the server's first process was killed. */
const LAST_WORDS = errorResponse({
  S: 'FATAL',
  V: 'FATAL',
  C: '57P01',
  M: 'terminating connection due to unexpected postmaster exit',
});

/**
 * A way to a database whose connections can be made to hang, as when a machine loses its power: nothing comes, not even an end; or
 * to die in the moment in which they are made.
 */
export class DatabaseProxy {
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #doom: { connections: number };
  /** The database's URL by this way. */
  readonly url: string;

  private constructor(server: Server, url: string, sockets: Set<Socket>, doom: { connections: number }) {
    this.#server = server;
    this.url = url;
    this.#sockets = sockets;
    this.#doom = doom;
  }

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const url = new URL(databaseUrl);
    const folder = url.searchParams.get('host');
    const target =
      folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` };
    const sockets = new Set<Socket>();
    const doom = { connections: 0 };
    const server = createServer((client) => {
      const upstream = connect(target);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }
      client.pipe(upstream);
      if (doom.connections === 0) {
        upstream.pipe(client);
        return;
      }
      doom.connections -= 1;
      upstream.on('data', (data) => {
        if (data.subarray(-READY.length).equals(READY)) client.end(Buffer.concat([data, LAST_WORDS]));
        else client.write(data);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url.searchParams.delete('host');
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    return new DatabaseProxy(server, url.toString(), sockets, doom);
  }

  /** Nothing passes any more through the connections that there are. New ones work. */
  hang(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** The next connections die as soon as they are made: the word that they are ready and the last one come in one piece. */
  killNext(connections: number): void {
    this.#doom.connections = connections;
  }

  /** Ends the connections that there are. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const texts = Object.entries(fields).map(([type, value]) => `${type}${value}\0`);
  const body = Buffer.from(`${texts.join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
