/** What it answers matters only where it is a promise, which may fail later. */
type Listener<T> = (event: T) => unknown;

/** Listeners by event name. One that throws, now or later, hurts neither its neighbours nor the caller. */
export class Listeners<Events extends object> {
  readonly #byName = new Map<keyof Events, Set<Listener<never>>>();
  readonly #onFailure: (name: keyof Events, error: unknown) => void;

  /** @param onFailure told what a listener threw. */
  constructor(onFailure: (name: keyof Events, error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** @returns a function that takes the listener off again. */
  add<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    // A wrapper of its own, so that the same function added twice is taken off once at a time.
    const own: Listener<Events[Name]> = (event) => listener(event);
    listeners.add(own);
    this.#byName.set(name, listeners);
    return () => void listeners.delete(own);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of [...(this.#byName.get(name) ?? [])]) {
      try {
        const answer = (listener as Listener<Events[Name]>)(event);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#onFailure(name, error));
      } catch (error) {
        this.#onFailure(name, error);
      }
    }
  }
}
