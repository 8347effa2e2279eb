import type { Socket } from 'node:net';

/** libuv's own count of bytes it still holds: it falls while one large write is taken bit by bit. */
interface SocketHandle {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/** Tells a slow consumer, which takes a little now and then, from one that takes nothing. */
export class SendProgress {
  readonly #socket: Socket;
  #seen = '';
  #movedAtMs: number;

  constructor(socket: Socket, nowMs: number) {
    this.#socket = socket;
    this.#movedAtMs = nowMs;
  }

  /** For how long something has waited of which the consumer took no part; 0 while nothing waits. Ask again and again. */
  stalledMs(nowMs: number): number {
    const { writableLength, bytesWritten } = this.#socket;
    const inSystem = (this.#socket as SocketHandle)._handle?.writeQueueSize ?? 0;
    const seen = `${bytesWritten - writableLength}/${inSystem}`;
    if (writableLength === 0 || seen !== this.#seen) {
      this.#seen = seen;
      this.#movedAtMs = nowMs;
    }
    return nowMs - this.#movedAtMs;
  }
}
