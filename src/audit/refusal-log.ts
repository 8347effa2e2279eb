import type { Logger } from 'pino';
import type { Caller } from '../access/principal.js';
import type { Database } from '../database/database.js';
import { cutText } from '../kernel/cut-text.js';
import { ForbiddenError } from '../kernel/errors.js';
import { madeStorable } from '../kernel/storable.js';

/** Something that a known principal was refused. */
export interface Refusal {
  readonly action: string;
  readonly toolName: string | null;
  readonly platform: string | null;
  readonly reason: string;
  /** What tells it apart from others of this action and tool. */
  readonly subject?: string;
}

export interface RefusalLog {
  /** Leaves one audit row; the same refusal within a minute leaves none. Never throws: the refusal itself must reach the caller. */
  record(caller: Caller, refusal: Refusal): Promise<void>;
}

/** Does what a caller asks for; a ForbiddenError is recorded before the caller hears of it. */
export async function recordingRefusals<T>(
  refusals: RefusalLog,
  { caller, ...asked }: Omit<Refusal, 'reason'> & { readonly caller: Caller },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ForbiddenError) await refusals.record(caller, { ...asked, reason: error.message });
    throw error;
  }
}

const SAME_REFUSAL_MS = 60_000;
const MAX_REMEMBERED = 10_000;
const MAX_REASON_LENGTH = 1_000;

export function createRefusalLog(options: { database: Database; logger: Logger; now: () => Date }): RefusalLog {
  const { database, logger, now } = options;
  const recorded = new Map<string, number>();
  return {
    async record(caller, refusal) {
      const { principal } = caller;
      const atMs = now().getTime();
      const key = JSON.stringify([
        principal.tenant,
        principal.name,
        refusal.action,
        refusal.toolName,
        refusal.platform,
        refusal.subject ?? null,
      ]);
      logger.info({ principal: principal.name, tenant: principal.tenant, ...refusal }, 'refused');
      if (Math.abs(atMs - (recorded.get(key) ?? Number.NEGATIVE_INFINITY)) < SAME_REFUSAL_MS) return;
      if (recorded.size >= MAX_REMEMBERED) recorded.clear();
      recorded.set(key, atMs);
      try {
        await database.withTenant(principal.tenant, (tx) =>
          tx.auditEntry.create({
            data: {
              tenant: principal.tenant,
              toolName: refusal.toolName === null ? null : storable(refusal.toolName, 100),
              platform: refusal.platform === null ? null : storable(refusal.platform, 50),
              action: refusal.action,
              changes: [],
              changedBy: principal.name,
              changedAt: now(),
              reason: storable(refusal.reason, MAX_REASON_LENGTH),
              ipAddress: caller.ipAddress,
            },
          }),
        );
      } catch (error) {
        recorded.delete(key);
        logger.warn({ err: error, refusal }, 'a refusal could not be written to the audit log');
      }
    },
  };
}

/** What was asked for may have any form; the row that tells of it may not fail for that. */
function storable(text: string, maxLength: number): string {
  return madeStorable(cutText(text, maxLength));
}
