import { setTimeout as sleep } from 'node:timers/promises';
import { graphql } from './service-process.js';

const LOOKUP = 'query ($name: String!) { tool(name: $name) { name version description } }';

/** Between two questions: enough of them to see every delay, and few enough to leave the machine to what is looked at. */
const PAUSE_MS = 5;

/** Asks for one tool again and again until it is stopped. */
export class LookupLoad {
  readonly #running: Promise<void>;
  #stopping = false;
  #answers = 0;
  #longestMs = 0;

  constructor(url: string, name: string) {
    this.#running = this.#run(url, name);
    this.#running.catch(() => undefined);
  }

  /** @throws Error when one was answered with an error. */
  async stop(): Promise<{ readonly answers: number; readonly longestMs: number }> {
    this.#stopping = true;
    await this.#running;
    return { answers: this.#answers, longestMs: this.#longestMs };
  }

  async #run(url: string, name: string): Promise<void> {
    while (!this.#stopping) {
      const askedMs = performance.now();
      const { data } = await graphql<{ tool: { name: string } | null }>(url, LOOKUP, { name });
      if (data?.tool?.name !== name) throw new Error(`${url} does not find ${name}.`);
      this.#answers += 1;
      this.#longestMs = Math.max(this.#longestMs, performance.now() - askedMs);
      await sleep(PAUSE_MS);
    }
  }
}
