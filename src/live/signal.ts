/** Wakes everyone who waits. A wait never throws: whoever wakes looks for himself at what has changed. */
export class Signal {
  #waiting: (() => void)[] = [];

  notify(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves at the next notify, when `timeoutMs` have passed, or when the signal aborts. */
  wait(timeoutMs: number, abort?: AbortSignal): Promise<void> {
    if (abort?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        abort?.removeEventListener('abort', cancel);
        resolve();
      };
      const cancel = () => {
        const index = this.#waiting.indexOf(wake);
        if (index >= 0) this.#waiting.splice(index, 1);
        wake();
      };
      const timer = setTimeout(cancel, timeoutMs);
      abort?.addEventListener('abort', cancel, { once: true });
      this.#waiting.push(wake);
    });
  }
}
