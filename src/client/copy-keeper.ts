import type { CatalogError } from '../kernel/errors.js';
import { type CopyStorage, CopyStorageError, type StoredCopy } from './copy-storage.js';
import { inTime } from './in-time.js';

/** How long the end waits for a storage that does not answer, in ms. */
const LAST_SAVE_MS = 10_000;

export interface CopyKeeperOptions {
  readonly storage: CopyStorage;
  /** The copy as it is now. Null while it is not one that the service has confirmed. */
  readonly copy: () => StoredCopy | null;
  /** At most this often while changes come, in ms. */
  readonly changedEveryMs: number;
  /** At most this often while nothing changes, to keep its age and position true, in ms. */
  readonly confirmedEveryMs: number;
  readonly warn: (error: CatalogError) => void;
}

/**
 * Saves the copy now and then (live-update rule C5): soon after a change, seldom while nothing changes, never twice at a time,
 * and once more at the end. A copy that cannot be saved is reported, once until it can be again, and hurts nothing else.
 */
export class CopyKeeper {
  readonly #options: CopyKeeperOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #savedAtMs = Number.NEGATIVE_INFINITY;
  #saving: Promise<void> | null = null;
  #isFailing = false;
  #closing: Promise<void> | null = null;

  constructor(options: CopyKeeperOptions) {
    this.#options = options;
  }

  /** The copy holds something that is not saved yet. */
  changed(): void {
    this.#saveBy(this.#options.changedEveryMs);
  }

  /** The copy is what it was, and was confirmed once more. */
  confirmed(): void {
    this.#saveBy(this.#options.confirmedEveryMs);
  }

  /** Saves what is not saved yet, and then nothing any more. Whoever calls it again waits for the same. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await inTime(this.#saveTheRest(), { what: 'The end of the last save', timeoutMs: LAST_SAVE_MS });
    } catch (error) {
      this.#warn(error);
    }
  }

  async #saveTheRest(): Promise<void> {
    await this.#saving;
    if (this.#dueAtMs < Number.POSITIVE_INFINITY) await this.#save();
  }

  #saveBy(everyMs: number): void {
    if (this.#closing !== null) return;
    const nowMs = performance.now();
    // The first copy is saved at once: who crashes young must not start from nothing again.
    const dueAtMs = Math.max(nowMs, this.#savedAtMs + everyMs);
    if (dueAtMs >= this.#dueAtMs) return;
    this.#dueAtMs = dueAtMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), dueAtMs - nowMs);
    this.#timer.unref?.();
  }

  async #run(): Promise<void> {
    // What comes in while it is being saved sets a timer of its own; the file is written by one at a time.
    await this.#saving;
    if (this.#closing !== null) return;
    this.#saving = this.#save();
    await this.#saving;
    this.#saving = null;
  }

  async #save(): Promise<void> {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    const copy = this.#options.copy();
    if (copy === null) return;
    this.#savedAtMs = performance.now();
    try {
      await this.#options.storage.save(copy);
      this.#isFailing = false;
    } catch (error) {
      this.changed();
      // The end makes one more attempt.
      if (this.#closing !== null) this.#dueAtMs = performance.now();
      if (this.#isFailing) return;
      this.#isFailing = true;
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const message = `The copy cannot be saved: ${String(error)}`;
    this.#options.warn(
      error instanceof CopyStorageError ? error : new CopyStorageError('COPY_UNWRITABLE', message, { cause: error }),
    );
  }
}
