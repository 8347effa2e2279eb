import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a database whose connections can be made to hang, as when a machine loses its power: nothing comes, not even an end. */
export class HangingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The database's URL by this way. */
  readonly url: string;

  private constructor(server: Server, url: string, sockets: Set<Socket>) {
    this.#server = server;
    this.url = url;
    this.#sockets = sockets;
  }

  static async start(databaseUrl: string): Promise<HangingProxy> {
    const url = new URL(databaseUrl);
    const folder = url.searchParams.get('host');
    const target =
      folder === null ? { host: url.hostname, port: Number(url.port) } : { path: `${folder}/.s.PGSQL.5432` };
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(target);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }
      client.pipe(upstream).pipe(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url.searchParams.delete('host');
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    return new HangingProxy(server, url.toString(), sockets);
  }

  /** Nothing passes any more through the connections that there are. New ones work. */
  hang(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
