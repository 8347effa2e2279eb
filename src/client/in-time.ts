import { UnavailableError } from '../kernel/errors.js';

export interface Patience {
  /** What is waited for, as the error names it. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
}

/**
 * Waits for what others have promised, which may be never.
 * @throws UnavailableError when the time is over or the signal was aborted first; what the promise throws.
 */
export function inTime<T>(promise: Promise<T>, { what, timeoutMs, signal }: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const giveUp = (message: string) => {
      end();
      reject(new UnavailableError(message));
    };
    const abort = () => giveUp('The client is closed.');
    const timer = setTimeout(() => giveUp(`${what} did not come within ${timeoutMs} ms.`), timeoutMs);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    promise.then(resolve, reject).finally(end);
  });
}
