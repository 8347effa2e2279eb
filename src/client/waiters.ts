import { UnavailableError } from '../kernel/errors.js';
import type { WaitOptions } from './catalog-reader.js';
import { MAX_TIMER_MS } from './deadline.js';

interface Waiter {
  readonly isMet: () => boolean;
  settle(): void;
  fail(reason: unknown): void;
}

/** Promises that wait for a condition, which is looked at whenever something has happened. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();

  /**
   * @param describe says at the deadline what was waited for.
   * @throws UnavailableError; the signal's reason when that is aborted first.
   */
  wait(
    isMet: () => boolean,
    { timeoutMs, signal }: WaitOptions,
    describe: (timeoutMs: number) => string,
  ): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        isMet,
        settle: () => {
          end();
          resolve();
        },
        fail: (reason) => {
          end();
          reject(reason);
        },
      };
      const abort = () => waiter.fail(signal?.reason);
      const timer =
        timeoutMs === undefined || timeoutMs > MAX_TIMER_MS
          ? undefined
          : setTimeout(() => waiter.fail(new UnavailableError(describe(timeoutMs))), timeoutMs);
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
    });
  }

  look(): void {
    for (const waiter of [...this.#waiters]) if (waiter.isMet()) waiter.settle();
  }

  /** Whoever still waits, waits in vain. */
  fail(message: string): void {
    for (const waiter of [...this.#waiters]) waiter.fail(new UnavailableError(message));
  }
}
