import type { Logger } from 'pino';

export interface OutageLogOptions {
  readonly logger: Logger;
  /** What is said while it fails, and when it works again. */
  readonly away: string;
  readonly back: string;
  /** How often it is said while it lasts, in ms. Default 60,000. */
  readonly everyMs?: number;
}

/**
 * Tells of something that is tried again and again: when it begins to fail, now and then while it lasts, and when it is over. A
 * night without the database must neither fill the disk nor hide what else is in the log.
 */
export class OutageLog {
  readonly #options: OutageLogOptions;
  #failing: { readonly sinceMs: number; readonly kind: string; readonly saidAtMs: number } | undefined;

  constructor(options: OutageLogOptions) {
    this.#options = options;
  }

  failed(error: unknown): void {
    const { logger, away, everyMs = 60_000 } = this.#options;
    const nowMs = performance.now();
    const kind = error instanceof Error ? error.name : typeof error;
    const before = this.#failing;
    // A fault of another kind must not hide behind an outage.
    if (before?.kind === kind && nowMs - before.saidAtMs < everyMs) return;
    const sinceMs = before?.sinceMs ?? nowMs;
    this.#failing = { sinceMs, kind, saidAtMs: nowMs };
    logger.warn({ err: error, forMs: Math.round(nowMs - sinceMs) }, away);
  }

  worked(): void {
    if (this.#failing === undefined) return;
    const forMs = Math.round(performance.now() - this.#failing.sinceMs);
    this.#failing = undefined;
    this.#options.logger.info({ forMs }, this.#options.back);
  }
}
