type Close = () => Promise<void> | void;

/** What has been started so far, to be let go of: last first. */
export class Closers {
  readonly #closers: Close[] = [];
  #closing: Promise<void> | undefined;

  push(close: Close): void {
    this.#closers.push(close);
  }

  /** Lets go of everything, also of what comes after something that fails. Safe to call twice. @throws what failed, at the end. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be let go of.');
  }
}
