/** The longest time that a timer can be set to, in ms: 24 days. Past it, runtimes fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

export interface Deadline {
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/**
 * Runs something with a signal that is aborted when its time is up, or with the given one. Not by `AbortSignal.timeout` within
 * `AbortSignal.any`: in Node 20 nothing keeps such a timeout, and once memory was collected it never fires.
 */
export async function withDeadline<T>(
  { timeoutMs, signal }: Deadline,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  const expire = () => controller.abort(new DOMException(`No answer came within ${timeoutMs} ms.`, 'TimeoutError'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const timer = setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS));
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
