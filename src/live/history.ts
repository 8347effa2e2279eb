import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../database/database.js';
import type { ChangeLog, LogHead } from './change-log.js';

/** Where somebody last saw the log: enough to notice that another history has taken its place (rule L3). */
export interface HistoryMark {
  readonly database: string;
  readonly epoch: string;
  readonly revision: number;
  readonly chain: string;
  /** Where earlier histories were last seen, newest first: a backup that is restored again brings back the epoch that it holds. */
  readonly former?: readonly HistoryMark[];
}

const MAX_FORMER = 20;

/** What the mark, or one of the former ones, says about a history of this name. */
export function markOf(mark: HistoryMark, epoch: string): HistoryMark | undefined {
  return [mark, ...(mark.former ?? [])].find((known) => known.epoch === epoch);
}

/** The former marks of someone who follows the history named `epoch` after having followed the mark's. */
export function formerMarks(mark: HistoryMark, epoch: string): readonly HistoryMark[] {
  const { former = [], ...last } = mark;
  return [last, ...former].filter((known) => known.epoch !== epoch).slice(0, MAX_FORMER);
}

/**
 * True when the log that the database has now continues the one that was seen. The chained hash decides; a failover that lost
 * nothing continues the history although it is another server. Where the log no longer holds the link that was seen, the
 * identity of the database has to do.
 */
export async function historyFollows(log: ChangeLog, mark: HistoryMark, head: LogHead): Promise<boolean> {
  if (head.epoch !== mark.epoch || head.revision < mark.revision) return false;
  if (head.revision === mark.revision) return head.chain === mark.chain;
  if (mark.revision === 0) return true;
  const chain = await log.chainAt(mark.revision);
  return chain === undefined ? head.database === mark.database : chain === mark.chain;
}

/**
 * Gives the replaced history a new name, so that positions of the old one are refused instead of followed wrongly. Of several
 * instances that notice, one does it: the others find the epoch changed.
 */
export async function startNewEpoch(
  database: Database,
  found: { mark: HistoryMark; head: LogHead; logger: Logger },
): Promise<void> {
  const { mark, head, logger } = found;
  if (head.epoch !== mark.epoch) return;
  const epoch = randomUUID().replaceAll('-', '');
  const changed = await database.systemTransaction(async (tx) => {
    const count = await tx.$executeRaw`
      update tool_catalog.catalog_head set epoch = ${epoch} where id = 1 and epoch = ${mark.epoch}`;
    if (count === 1) {
      await tx.auditEntry.create({
        data: {
          tenant: 'shared',
          action: 'epoch_started',
          changes: [{ path: '/epoch', before: mark.epoch, after: epoch }],
          changedBy: 'system:follower',
          reason: `The database's history was replaced: revision ${mark.revision} was seen before, the log now ends at ${head.revision}.`,
        },
      });
    }
    return count === 1;
  });
  if (changed) {
    logger.error(
      { epoch, seen: mark.revision, head: head.revision },
      'the history was replaced; a new epoch has begun',
    );
  }
}
