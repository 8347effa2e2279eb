export interface BackoffLimits {
  /** Wait before the first retry, in ms. */
  readonly minMs: number;
  /** Waits double up to this, in ms. */
  readonly maxMs: number;
}

/**
 * Wait before a retry in ms: doubling with every failure, and then between half of it and all of it, so that clients which
 * lost the same server do not come back at the same moment.
 *
 * @param failures in a row before this one.
 * @param random 0 to 1.
 */
export function backoffMs(failures: number, { minMs, maxMs }: BackoffLimits, random: number): number {
  const waitMs = Math.min(maxMs, minMs * 2 ** Math.min(failures, 32));
  return waitMs * (0.5 + 0.5 * random);
}
