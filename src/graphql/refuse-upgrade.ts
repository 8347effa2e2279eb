import type { Duplex } from 'node:stream';

/** Answers a connection that asked for another protocol, and lets go of it, also where the peer keeps its own half open. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
