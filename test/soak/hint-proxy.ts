import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The message type of a notification in PostgreSQL's protocol. */
const NOTIFICATION = 'A'.charCodeAt(0);
const HEADER_BYTES = 5;
export type HintMode = 'pass' | 'drop' | 'double' | 'reorder';

/**
 * Stands between one service and PostgreSQL, passes everything on, and loses, doubles or reorders what NOTIFY sends. Connections
 * must not be encrypted.
 */
export class HintProxy {
  mode: HintMode = 'pass';
  readonly #server: net.Server;
  readonly #targetPort: number;
  readonly #sockets = new Set<net.Socket>();
  /** Hints that came while they were being lost, doubled or reordered. */
  #disturbed = 0;

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port }, resolve);
    });
  }

  /** @returns how many hints were hit. */
  async disturb(mode: HintMode, durationMs: number): Promise<number> {
    const before = this.#disturbed;
    this.mode = mode;
    await sleep(durationMs);
    this.mode = 'pass';
    return this.#disturbed - before;
  }

  /** Resets every connection, in whatever it is doing. */
  cut(): number {
    const sockets = [...this.#sockets];
    for (const socket of sockets) socket.resetAndDestroy();
    return sockets.length;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: net.Socket): void {
    const server = net.connect({ host: '127.0.0.1', port: this.#targetPort, noDelay: true });
    this.#sockets.add(client);
    const end = () => {
      this.#sockets.delete(client);
      if (!client.destroyed) client.resetAndDestroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.pipe(server);
    const messages = new HintFilter(() => this.#count());
    server.on('data', (chunk: Buffer) => {
      const passed = messages.pass(chunk, this.mode);
      if (passed.length > 0 && !client.write(passed)) {
        server.pause();
        client.once('drain', () => server.resume());
      }
    });
  }

  #count(): void {
    this.#disturbed += 1;
  }
}

/** Cuts the server's side of a connection into messages. */
export class HintFilter {
  readonly #hit: () => void;
  #rest: Buffer = Buffer.alloc(0);
  #held: Buffer | undefined;

  constructor(hit: () => void) {
    this.#hit = hit;
  }

  /** What to send on for a piece of the stream; whole messages only. */
  pass(chunk: Buffer, mode: HintMode): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const out: Buffer[] = [];
    let from = 0;
    while (bytes.length - from >= HEADER_BYTES) {
      const end = from + 1 + bytes.readUInt32BE(from + 1);
      if (end > bytes.length) break;
      const message = bytes.subarray(from, end);
      if (bytes[from] === NOTIFICATION) out.push(...this.#passHint(message, mode));
      else out.push(message);
      from = end;
    }
    this.#rest = Buffer.from(bytes.subarray(from));
    return Buffer.concat(out);
  }

  #passHint(message: Buffer, mode: HintMode): Buffer[] {
    if (mode === 'pass' && this.#held === undefined) return [message];
    this.#hit();
    if (mode === 'drop') return [];
    if (mode === 'double') return Array.from({ length: 10 }, () => message);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) return [message, held];
    this.#held = Buffer.from(message);
    return [];
  }
}
