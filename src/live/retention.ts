import type { Logger } from 'pino';
import type { Database } from '../database/database.js';
import { forgetConsumers } from './consumers.js';

export interface RetentionPolicy {
  /** Changes younger than this stay. */
  readonly maxAgeMs: number;
  /** At least this many of the newest changes stay, whatever their age. */
  readonly minChanges: number;
}

/** A first trim after a long time, or of a large import, deletes a great many rows. */
const TRIM_TIMEOUT_MS = 120_000;

/**
 * Deletes what both limits let go and moves the low mark, in one transaction (rule L1). Whole revisions only. The row of the low
 * mark itself keeps its chained hash: whoever stands exactly there can still be told from another history.
 *
 * @returns the number of changes that were deleted.
 */
export async function trimChangeLog(database: Database, policy: RetentionPolicy, now: Date): Promise<number> {
  const before = new Date(now.getTime() - policy.maxAgeMs);
  return database.systemTransaction(
    async (tx) => {
      const marks = await tx.$queryRaw<{ low: bigint | null }[]>`
      with counted as (
        select revision, max(at) over (order by revision) as youngest, sum(change_count) over (order by revision desc) - change_count as newer
        from tool_catalog.catalog_revisions
        where revision > (select low_revision from tool_catalog.catalog_head where id = 1)
      )
      select max(revision) as low from counted where newer >= ${policy.minChanges} and youngest < ${before}`;
      const low = marks[0]?.low;
      if (low === null || low === undefined) return 0;
      const deleted = await tx.$executeRaw`delete from tool_catalog.tool_changes where revision <= ${low}`;
      await tx.$executeRaw`delete from tool_catalog.catalog_revisions where revision < ${low}`;
      await tx.$executeRaw`update tool_catalog.catalog_head set low_revision = ${low} where id = 1 and low_revision < ${low}`;
      return deleted;
    },
    { timeoutMs: TRIM_TIMEOUT_MS },
  );
}

/** How long a repeated mutation is still recognised by its key. */
const IDEMPOTENCY_KEY_AGE_MS = 24 * 3_600_000;

/** Forgets idempotency keys that are too old to be sent again. @returns how many. */
async function forgetIdempotencyKeys(database: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - IDEMPOTENCY_KEY_AGE_MS);
  const { count } = await database.guard(() =>
    database.system.idempotencyKey.deleteMany({ where: { createdAt: { lt: before } } }),
  );
  return count;
}

export interface RetentionOptions {
  readonly policy: RetentionPolicy;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Default 60,000. */
  readonly everyMs?: number;
}

/** Trims now and then until it is stopped. */
export interface Retention {
  /** Resolves when a trim that was running has ended, so that the database may be closed. */
  stop(): Promise<void>;
}

/** Failures are logged and tried again: retention is never worth an outage. One trim at a time. */
export function startRetention(database: Database, options: RetentionOptions): Retention {
  let running: Promise<void> | undefined;
  const trim = async (): Promise<void> => {
    const now = options.now();
    const work = [
      trimChangeLog(database, options.policy, now),
      forgetIdempotencyKeys(database, now),
      forgetConsumers(database, now),
    ];
    const outcomes = await Promise.allSettled(work);
    for (const outcome of outcomes) {
      if (outcome.status !== 'rejected') continue;
      options.logger.warn({ err: outcome.reason }, 'what is too old could not be trimmed');
    }
    const [trimmed] = outcomes;
    if (trimmed?.status === 'fulfilled' && trimmed.value > 0) {
      options.logger.info({ deleted: trimmed.value }, 'change log trimmed');
    }
  };
  const timer = setInterval(() => {
    running ??= trim().finally(() => {
      running = undefined;
    });
  }, options.everyMs ?? 60_000);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
