import { setImmediate } from 'node:timers/promises';

/** What has work to do before it can search. */
export interface Preparable {
  /** @returns true when nothing is left to do. */
  prepareSearch(maxTools: number): boolean;
}

/** Reading a tool takes a tenth of a millisecond or two. */
const TOOLS_A_TURN = 40;

/**
 * Reads what a search needs between other requests: after a large import that is work for seconds. All searches that wait for the
 * same catalog wait for one reading, or each would take a turn of its own.
 */
export class SearchPreparation<Subject extends Preparable> {
  readonly #running = new WeakMap<Subject, Promise<void>>();

  async complete(subject: Subject): Promise<void> {
    const running = this.#running.get(subject);
    if (running !== undefined) return running;
    if (subject.prepareSearch(TOOLS_A_TURN)) return;
    const reading = this.#read(subject);
    this.#running.set(subject, reading);
    return reading;
  }

  async #read(subject: Subject): Promise<void> {
    try {
      do await setImmediate();
      while (!subject.prepareSearch(TOOLS_A_TURN));
    } finally {
      this.#running.delete(subject);
    }
  }
}
