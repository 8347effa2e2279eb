/**
 * Shares the event loop between streams and everything else. Sending what is in memory to a socket that takes it at once needs no
 * I/O to be waited for, so a large revision would go out to all streams in one turn of the event loop, and requests would wait for
 * seconds. All streams of an instance together work for a while, then whatever else is due gets its turn.
 */
export class Turns {
  readonly #budgetMs: number;
  #endsAtMs = 0;
  #waiting: (() => void)[] = [];

  /** @param budgetMs how long all streams together may work in one turn of the event loop. */
  constructor(budgetMs = 10) {
    this.#budgetMs = budgetMs;
  }

  /** Call before each piece of work. Undefined: go on at once; else wait for it, in the order of asking. */
  next(): Promise<void> | undefined {
    return performance.now() < this.#endsAtMs ? undefined : this.#wait();
  }

  async #wait(): Promise<void> {
    // Those that were woken earlier may have used the turn up.
    while (performance.now() >= this.#endsAtMs) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        if (this.#waiting.length === 1) setImmediate(() => this.#begin());
      });
    }
  }

  #begin(): void {
    this.#endsAtMs = performance.now() + this.#budgetMs;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
