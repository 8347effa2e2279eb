import { UnavailableError } from '../kernel/errors.js';
import type { WaitOptions } from './catalog-reader.js';
import { MAX_TIMER_MS } from './deadline.js';

interface Waiter {
  readonly isMet: () => boolean;
  settle(error?: Error): void;
}

/** Promises that wait for a condition, which is looked at whenever something has happened. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();

  /** @param describe says at the deadline what was waited for. @throws UnavailableError */
  wait(isMet: () => boolean, { timeoutMs }: WaitOptions, describe: (timeoutMs: number) => string): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      };
      const waiter: Waiter = { isMet, settle };
      const timer =
        timeoutMs === undefined || timeoutMs > MAX_TIMER_MS
          ? undefined
          : setTimeout(() => settle(new UnavailableError(describe(timeoutMs))), timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  look(): void {
    for (const waiter of [...this.#waiters]) if (waiter.isMet()) waiter.settle();
  }

  /** Whoever still waits, waits in vain. */
  fail(message: string): void {
    for (const waiter of [...this.#waiters]) waiter.settle(new UnavailableError(message));
  }
}
