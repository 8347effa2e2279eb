import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Principal } from '../access/principal.js';
import { UnavailableError } from '../kernel/errors.js';
import type { CatalogServices } from './context.js';
import { FrameOutlet } from './frame-outlet.js';
import { MessageAllowance } from './message-allowance.js';
import { checkRights, RIGHTS_CHECK_MS } from './rights-watch.js';
import { SendProgress } from './send-progress.js';
import { CLOSE, type WebsocketLimits } from './websocket-limits.js';

/** How long a peer that sends too much is not read from before it is looked at again. */
const HOLD_MS = 50;

/** Who said who he is, and how. */
export interface SocketRights {
  readonly principal: Principal;
  readonly token: string;
}

/** One websocket's life: who it belongs to, whether its peer is alive and takes what is sent. */
export class SocketSession {
  readonly request: IncomingMessage;
  readonly ipAddress: string | null;
  /** Aborted when the socket is gone. */
  readonly gone = new AbortController();
  /** For messages that many subscriptions share. */
  readonly outlet: FrameOutlet;
  /** Null until connection_init was accepted. */
  rights: SocketRights | null = null;
  readonly #websocket: WebSocket;
  readonly #limits: WebsocketLimits;
  readonly #progress: SendProgress;
  readonly #allowance: MessageAllowance;
  #pingedAtMs: number;
  #heardAtMs: number;
  #checkedAtMs: number;

  constructor(websocket: WebSocket, request: IncomingMessage, limits: WebsocketLimits) {
    const nowMs = performance.now();
    this.request = request;
    this.ipAddress = request.socket.remoteAddress ?? null;
    this.outlet = new FrameOutlet(websocket, request.socket, limits);
    this.#websocket = websocket;
    this.#limits = limits;
    // Every operation listens to it.
    setMaxListeners(limits.maxSubscriptions + 10, this.gone.signal);
    this.#progress = new SendProgress(request.socket, nowMs);
    this.#allowance = new MessageAllowance(limits, nowMs);
    this.#pingedAtMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#checkedAtMs = nowMs;
    const heard = () => {
      this.#heardAtMs = performance.now();
      this.#allowance.spend();
      if (this.#allowance.isSpent && !websocket.isPaused) this.#hold();
    };
    for (const event of ['pong', 'ping', 'message'] as const) websocket.on(event, heard);
  }

  /** Reads nothing from a peer that sends more than it may, until that is made up for. What it sends waits on its side. */
  #hold(): void {
    this.#fillAllowance(performance.now());
    if (!this.#allowance.isSpent) return;
    this.#websocket.pause();
    const timer = setInterval(() => {
      this.#fillAllowance(performance.now());
      if (this.#allowance.isSpent && this.isOpen) return;
      clearInterval(timer);
      this.#websocket.resume();
    }, HOLD_MS);
    timer.unref();
  }

  #fillAllowance(nowMs: number): void {
    this.#allowance.fill(nowMs, !this.outlet.congested);
  }

  get isOpen(): boolean {
    return this.#websocket.readyState === this.#websocket.OPEN;
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#websocket.close(code, reason);
    // The peer may be unable to answer: ws itself would wait for 30 s.
    setTimeout(() => this.#websocket.terminate(), this.#limits.lingerMs).unref();
  }

  /** Closes with 1012 (service restart) after a while, unless it is closed before. */
  async closeAfter(delayMs: number): Promise<void> {
    try {
      await sleep(delayMs, undefined, { signal: this.gone.signal });
      this.close(CLOSE.serviceRestart, 'The service restarts');
      await sleep(this.#limits.lingerMs * 2, undefined, { signal: this.gone.signal });
    } catch {
      // Gone.
    }
  }

  dispose(): void {
    this.gone.abort(new UnavailableError('The client is gone.'));
  }

  /** What graphql-ws needs of a socket. Nothing that goes wrong in here may close it with 4500. */
  transport(log: Logger): ProtocolSocket {
    const websocket = this.#websocket;
    return {
      protocol: websocket.protocol,
      send: (data) =>
        new Promise((resolve) => {
          // A send fails only when the socket is gone, which ends its operations anyway.
          if (this.isOpen) websocket.send(data, () => resolve());
          else resolve();
        }),
      close: (code = CLOSE.normal, reason = '') => this.close(code, reason),
      onMessage: (receive) =>
        websocket.on('message', (data, isBinary) => {
          if (isBinary) {
            this.close(CLOSE.badRequest, 'Messages are text');
            return;
          }
          receive(String(data)).catch((error: unknown) => {
            if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
              this.close(CLOSE.badRequest, 'Only a server sends this message');
              return;
            }
            log.error({ err: error }, 'handling a websocket message failed');
            this.close(CLOSE.tryAgainLater, 'Try again later');
          });
        }),
    };
  }

  /** Looks after the socket: pings, dead or stalled peers, rights that have ended. */
  sweep(nowMs: number, services: Pick<CatalogServices, 'tokens' | 'log'>): void {
    if (!this.isOpen) return;
    this.#fillAllowance(nowMs);
    if (this.#progress.stalledMs(nowMs) >= this.#limits.stallMs) {
      services.log.info({ principal: this.rights?.principal.name }, 'websocket closed: its peer takes nothing');
      this.close(CLOSE.tryAgainLater, 'Nothing was taken for too long');
      return;
    }
    if (nowMs - this.#heardAtMs >= this.#limits.deadMs) {
      this.#websocket.terminate();
      return;
    }
    if (nowMs - this.#pingedAtMs >= this.#limits.pingMs) {
      this.#pingedAtMs = nowMs;
      this.#websocket.ping();
    }
    if (this.rights !== null && nowMs - this.#checkedAtMs >= RIGHTS_CHECK_MS) {
      this.#checkedAtMs = nowMs;
      void this.#check(this.rights, services);
    }
  }

  async #check({ token, principal }: SocketRights, services: Pick<CatalogServices, 'tokens' | 'log'>): Promise<void> {
    const rights = await checkRights(services, token, principal);
    if (rights === 'ended') this.close(CLOSE.forbidden, 'The token is no longer valid');
    // Clients come back by themselves after this one, with the rights they have now.
    if (rights === 'changed') this.close(CLOSE.serviceRestart, 'The rights of this token have changed');
  }
}
