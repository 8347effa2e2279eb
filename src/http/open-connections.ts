import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Every connection of a server, whatever became of it: Node's own list has neither those that asked for another protocol nor those in
 * a TLS handshake, and a server has stopped only when all are gone.
 */
export class OpenConnections {
  readonly #sockets = new Set<Socket>();
  readonly #running = new Set<ServerResponse>();
  #stopping = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Call with every response before it is begun. */
  watch(response: ServerResponse): void {
    this.#running.add(response);
    if (this.#stopping) announceEnd(response);
    response.once('close', () => {
      this.#running.delete(response);
      // Whoever was told of the end only after the headers, as a stream is, would keep the connection for further requests.
      if (this.#stopping) response.req.socket.destroySoon();
    });
  }

  /** From now on a connection ends with the response that runs on it. */
  stop(): void {
    this.#stopping = true;
    for (const response of this.#running) announceEnd(response);
  }

  /** Cuts off what is left. @returns how many connections that were. */
  cutOff(): number {
    const left = this.#sockets.size;
    for (const socket of this.#sockets) socket.destroy();
    return left;
  }
}

function announceEnd(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
