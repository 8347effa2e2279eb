import { setTimeout as sleep } from 'node:timers/promises';
import type { CatalogWriter, WriteRecord } from './catalog-writer.js';

export interface WriteLoadOptions {
  /** From the beginning of one request of a writer to that of its next. Default 0: as fast as they are answered. */
  readonly everyMs?: number;
}

/** Writers at work, until they are told to stop. */
export class WriteLoad {
  readonly #writers: readonly CatalogWriter[];
  readonly #everyMs: number;
  readonly #running: Promise<void>;
  #changes = 0;
  #stopping = false;
  #waiting: { readonly changes: number; readonly resolve: () => void }[] = [];

  constructor(writers: readonly CatalogWriter[], { everyMs = 0 }: WriteLoadOptions = {}) {
    this.#writers = writers;
    this.#everyMs = everyMs;
    this.#running = Promise.all(writers.map((writer) => this.#run(writer))).then(() => undefined);
    // Whoever waits is told; nobody may be waiting yet.
    this.#running.catch(() => undefined);
  }

  get records(): readonly WriteRecord[] {
    return this.#writers.flatMap((writer) => writer.records);
  }

  /** Never resolves. @throws whatever stopped a writer. */
  get failure(): Promise<never> {
    return this.#running.then(() => new Promise<never>(() => undefined));
  }

  /** Resolves when so many further changes have been acknowledged. @throws whatever stopped a writer. */
  async more(changes: number): Promise<void> {
    const reached = new Promise<void>((resolve) => this.#waiting.push({ changes: this.#changes + changes, resolve }));
    await Promise.race([reached, this.#running]);
  }

  /** Lets the requests under way be answered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #run(writer: CatalogWriter): Promise<void> {
    while (!this.#stopping) {
      const pace = this.#everyMs === 0 ? undefined : sleep(this.#everyMs);
      const made = await writer.writeNext();
      this.#changes += made;
      this.#waiting = this.#waiting.filter(({ changes, resolve }) => {
        if (changes > this.#changes) return true;
        resolve();
        return false;
      });
      await pace;
    }
  }
}
