import type { CatalogError } from '../kernel/errors.js';
import { type CopyStorage, CopyStorageError, type StoredCopy } from './copy-storage.js';

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
  #closed = false;

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

  /** Saves what is not saved yet, and then nothing any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.#dueAtMs < Number.POSITIVE_INFINITY) await this.#save();
  }

  #saveBy(everyMs: number): void {
    if (this.#closed) return;
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
    if (this.#closed) return;
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
      if (!this.#closed) this.changed();
      if (this.#isFailing) return;
      this.#isFailing = true;
      this.#options.warn(
        error instanceof CopyStorageError
          ? error
          : new CopyStorageError('COPY_UNWRITABLE', `The copy cannot be saved: ${String(error)}`, { cause: error }),
      );
    }
  }
}
