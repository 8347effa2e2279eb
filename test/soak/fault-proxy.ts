import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../scripts/lib/generator/random.js';
import type { NetworkFault } from './schedule.js';

const TRICKLE_BYTES = 1_024;
const TRICKLE_EVERY_MS = 250;
const DELAY_MS = { low: 100, high: 300 };

/** A TCP proxy that breaks its connections in the ways in which networks do. */
export class FaultProxy {
  readonly #targets: readonly number[];
  readonly #server: net.Server;
  readonly #links = new Set<Link>();
  #next = 0;

  /** @param targets ports on 127.0.0.1; with several, each connection goes to the next of them that accepts it. */
  constructor(targets: readonly number[]) {
    this.#targets = targets;
    this.#server = net.createServer({ noDelay: true }, (socket) => void this.#accept(socket));
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port }, resolve);
    });
  }

  get connections(): number {
    return this.#links.size;
  }

  /** Breaks a share of the connections, and resolves when that is over. */
  async disturb(kind: NetworkFault, options: { share: number; durationMs: number; random: Random }): Promise<number> {
    const { share, durationMs, random } = options;
    const links = random.sample([...this.#links], Math.ceil(this.#links.size * share));
    for (const link of links) link.disturb(kind);
    if (durationMs > 0) await sleep(durationMs);
    for (const link of links) link.heal(kind);
    return links.length;
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #accept(client: net.Socket): Promise<void> {
    // Read by nobody yet: what is sent meanwhile waits.
    client.pause();
    client.on('error', () => client.destroy());
    for (let attempt = 0; attempt < this.#targets.length; attempt += 1) {
      const port = this.#targets[this.#next++ % this.#targets.length] ?? 0;
      const upstream = await connect(port);
      if (upstream === undefined) continue;
      if (client.destroyed) return void upstream.destroy();
      const link = new Link(client, upstream, () => this.#links.delete(link));
      this.#links.add(link);
      return;
    }
    client.resetAndDestroy();
  }
}

/** One connection: two directions, each of which passes on what it reads before it reads more. */
class Link {
  readonly #client: net.Socket;
  readonly #upstream: net.Socket;
  readonly #gates = { up: new Gate(), down: new Gate() };
  readonly #closed: () => void;
  #fault: NetworkFault | undefined;

  constructor(client: net.Socket, upstream: net.Socket, closed: () => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#closed = closed;
    for (const socket of [client, upstream]) socket.on('error', () => this.reset()).on('close', () => this.end());
    void this.#carry('up', client, upstream);
    void this.#carry('down', upstream, client);
  }

  disturb(kind: NetworkFault): void {
    this.#fault = kind;
    if (kind === 'network.cut') this.end();
    if (kind === 'network.reset') this.reset();
    if (kind === 'network.hold-up' || kind === 'network.half-open') this.#gates.up.close();
    if (kind === 'network.hold-down' || kind === 'network.half-open') this.#gates.down.close();
  }

  heal(kind: NetworkFault): void {
    if (kind === 'network.half-open') this.reset();
    if (this.#fault === kind) this.#fault = undefined;
    this.#gates.up.open();
    this.#gates.down.open();
  }

  end(): void {
    this.#client.destroy();
    this.#upstream.destroy();
    this.#gates.up.open();
    this.#gates.down.open();
    this.#closed();
  }

  reset(): void {
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    if (!this.#upstream.destroyed) this.#upstream.resetAndDestroy();
    this.end();
  }

  async #carry(direction: 'up' | 'down', from: net.Socket, to: net.Socket): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        await this.#gates[direction].passed();
        await this.#pass(direction, chunk, to);
        if (to.destroyed) return;
      }
      to.end();
    } catch {
      this.end();
    }
  }

  async #pass(direction: 'up' | 'down', chunk: Buffer, to: net.Socket): Promise<void> {
    if (this.#fault === 'network.cut-in-frame' && direction === 'down' && chunk.length > 1) {
      to.write(chunk.subarray(0, chunk.length >> 1), () => this.end());
      return;
    }
    if (this.#fault === 'network.delay') {
      await sleep(DELAY_MS.low + Math.random() * (DELAY_MS.high - DELAY_MS.low));
    }
    let rest = chunk;
    while (this.#fault === 'network.trickle' && rest.length > TRICKLE_BYTES) {
      await write(to, rest.subarray(0, TRICKLE_BYTES));
      rest = rest.subarray(TRICKLE_BYTES);
      await sleep(TRICKLE_EVERY_MS);
    }
    await write(to, rest);
  }
}

/** Lets nothing pass while it is closed. */
class Gate {
  #waiting: (() => void)[] | undefined;

  async passed(): Promise<void> {
    while (this.#waiting) await new Promise<void>((resolve) => this.#waiting?.push(resolve));
  }

  close(): void {
    this.#waiting ??= [];
  }

  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const resolve of waiting) resolve();
  }
}

/** Resolves when there is room for more, or never will be. */
function write(to: net.Socket, chunk: Buffer): Promise<void> | void {
  if (to.destroyed || to.write(chunk)) return;
  return new Promise((resolve) => {
    const done = () => {
      to.off('drain', done).off('close', done);
      resolve();
    };
    to.on('drain', done).on('close', done);
  });
}

function connect(port: number): Promise<net.Socket | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
