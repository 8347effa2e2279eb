export interface AllowanceLimits {
  /** Messages that may come at once. */
  readonly messageBurst: number;
  /** Messages that may come in the long run. */
  readonly messagesPerSecond: number;
}

/**
 * How many messages a peer may still send: so many at once, so many a second, and none beyond that while it does not take the
 * answers, which would pile up in memory. What has come is answered in any case, so the allowance may be overdrawn: reading
 * goes on when that is made up for.
 */
export class MessageAllowance {
  readonly #limits: AllowanceLimits;
  #left: number;
  #filledAtMs: number;

  constructor(limits: AllowanceLimits, nowMs: number) {
    this.#limits = limits;
    this.#left = limits.messageBurst;
    this.#filledAtMs = nowMs;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  spend(): void {
    this.#left -= 1;
  }

  /** Call now and then; without it nothing is added. @param takes whether the peer takes what is sent to it. */
  fill(nowMs: number, takes: boolean): void {
    const { messageBurst, messagesPerSecond } = this.#limits;
    const added = takes ? ((nowMs - this.#filledAtMs) * messagesPerSecond) / 1_000 : 0;
    this.#filledAtMs = nowMs;
    this.#left = Math.min(messageBurst, this.#left + added);
  }
}
