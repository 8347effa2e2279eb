import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { WebsocketLimits } from './websocket-limits.js';

const FINAL_TEXT_FRAME = 0x81;

type OutletLimits = Pick<WebsocketLimits, 'maxUnsentBytes' | 'patienceMs'>;

/**
 * Where shared messages leave for one websocket. The bytes that many subscriptions have in common are made once and written
 * straight to the connection, as the frames of RFC 6455 that ws itself would make: a server's frames are not masked, these are
 * not compressed, and ws, which writes each of its own frames whole, keeps none back.
 */
export class FrameOutlet {
  readonly #websocket: WebSocket;
  readonly #socket: Socket;
  readonly #limits: OutletLimits;
  #relief: Promise<void> | undefined;

  /** @param socket the connection of the websocket. */
  constructor(websocket: WebSocket, socket: Socket, limits: OutletLimits) {
    this.#websocket = websocket;
    this.#socket = socket;
    this.#limits = limits;
  }

  /** True while the peer takes less than is sent. */
  get congested(): boolean {
    return this.#socket.writableLength > this.#limits.maxUnsentBytes;
  }

  /**
   * Waits until the peer has taken what was sent, for a moment. Many changes at once, such as an import, are told faster than clients
   * apply them: without it, everyone would be told by themselves, which is far more work.
   */
  relief(): Promise<void> {
    if (!this.congested) return Promise.resolve();
    this.#relief ??= new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        this.#relief = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.#limits.patienceMs);
      this.#socket.once('drain', done);
      this.#socket.once('close', done);
    });
    return this.#relief;
  }

  /** Sends one text message for each beginning: the beginning, then the rest that they share. */
  send(beginnings: Iterable<Buffer>, rest: Buffer): void {
    // Nothing may follow a close frame.
    if (this.#websocket.readyState !== this.#websocket.OPEN) return;
    this.#socket.cork();
    for (const beginning of beginnings) {
      this.#socket.write(headed(beginning, rest.length));
      this.#socket.write(rest);
    }
    this.#socket.uncork();
  }
}

/** The beginning of a message behind the header of its frame. */
function headed(beginning: Buffer, restLength: number): Buffer {
  const length = beginning.length + restLength;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headerLength + beginning.length);
  bytes[0] = FINAL_TEXT_FRAME;
  if (headerLength === 2) bytes[1] = length;
  else if (headerLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  beginning.copy(bytes, headerLength);
  return bytes;
}
