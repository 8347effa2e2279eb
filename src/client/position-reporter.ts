import { PositionError, UnavailableError } from '../kernel/errors.js';
import { formatPosition, type Position } from '../view/position.js';

export interface PositionReporterOptions {
  /** What the client has applied; null while there is nothing to tell or nobody to tell it to. */
  readonly position: () => Position | null;
  readonly send: (position: Position) => Promise<void>;
  /** How often a position that changes is told, in ms. */
  readonly everyMs: number;
  /** Told why a report failed, once until one succeeds again. */
  readonly onFailure: (error: unknown) => void;
}

/** So often a position is told although it is the same: silence for three times as long counts as gone. */
const UNCHANGED_EVERY_MS = 30_000;
/** After a refusal (a role that may not report, an older service) nothing is told for so long. */
const REFUSED_PAUSE_MS = 300_000;

/** Tells the service how far the client has come (live-update rule C7). What fails here is tried again and disturbs nothing. */
export class PositionReporter {
  readonly #options: PositionReporterOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #told = '';
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #isSending = false;
  #isFailing = false;

  constructor(options: PositionReporterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.tell(), options.everyMs);
    this.#timer.unref?.();
  }

  /** Tells the first position without waiting, so that it is known who is there. */
  async tellFirst(): Promise<void> {
    if (this.#told === '') await this.tell();
  }

  /** Tells the position now, if there is one worth telling. Never throws. */
  async tell(): Promise<void> {
    const position = this.#options.position();
    const nowMs = performance.now();
    if (position === null || this.#isSending || nowMs < this.#pausedUntilMs) return;
    const text = formatPosition(position);
    if (text === this.#told && nowMs - this.#toldAtMs < UNCHANGED_EVERY_MS) return;
    this.#isSending = true;
    try {
      await this.#options.send(position);
      this.#told = text;
      this.#toldAtMs = performance.now();
      this.#isFailing = false;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isSending = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #failed(error: unknown): void {
    const mayPass = error instanceof UnavailableError || error instanceof PositionError;
    if (!mayPass) this.#pausedUntilMs = performance.now() + REFUSED_PAUSE_MS;
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.onFailure(error);
  }
}
