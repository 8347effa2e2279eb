import { setTimeout as sleep } from 'node:timers/promises';
import { isLostConnection, isSerializationFailure, toCatalogError } from './database-errors.js';
import type { Prisma, PrismaClient } from './generated/prisma/client.js';
import { withDeadline } from './with-deadline.js';

/** The client inside an interactive transaction. */
export type Transaction = Prisma.TransactionClient;

const DEFAULT_TRANSACTION_TIMEOUT_MS = 10_000;
export const STATEMENT_TIMEOUT_MS = 5_000;
const POOL_WAIT_MS = 2_000;
const ATTEMPTS = 5;
const MARGIN_MS = 1_000;

export interface TransactionOptions {
  /**
   * Ends the transaction when it takes longer, 10 s by default. Above the default each statement may take as long too
   * (otherwise 5 s), and so may the pauses between two: for imports.
   */
  readonly timeoutMs?: number;
  /** READ COMMITTED by default; REPEATABLE READ sees one state of the database in all its statements. */
  readonly isolation?: 'ReadCommitted' | 'RepeatableRead';
}

export interface TransactionRequest extends TransactionOptions {
  /** Null for the system role, which no tenant's policy binds. */
  readonly tenant: string | null;
}

/**
 * Runs `work` in one transaction. After a deadlock or a serialisation failure it runs again, up to 5 times in
 * all: `work` must do nothing that a rollback does not undo. A connection that turns out to be gone before `work` began, as all
 * are after PostgreSQL was started again, is replaced.
 *
 * @throws UnavailableError when the database is away or too slow. Whether a transaction that was cut off while it committed
 *   took effect is then unknown; whatever else `work` throws, it throws.
 */
export async function runTransaction<T>(
  client: PrismaClient,
  request: TransactionRequest,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let begun = false;
    try {
      return await attemptTransaction(client, request, (transaction) => {
        begun = true;
        return work(transaction);
      });
    } catch (error) {
      const mayRunAgain = isSerializationFailure(error) || (!begun && isLostConnection(error));
      if (!mayRunAgain || attempt === ATTEMPTS) throw toCatalogError(error);
      await sleep(Math.random() * 10 * 2 ** attempt);
    }
  }
}

function attemptTransaction<T>(
  client: PrismaClient,
  request: TransactionRequest,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TRANSACTION_TIMEOUT_MS;
  const settings = settingsOf(request, timeoutMs);
  const running = client.$transaction(
    async (transaction) => {
      if (settings.length > 0) {
        const calls = settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`);
        await transaction.$queryRawUnsafe(`SELECT ${calls.join(', ')}`, ...settings.flat());
      }
      return work(transaction);
    },
    {
      maxWait: POOL_WAIT_MS,
      timeout: timeoutMs,
      // Read committed is what connections are set to; saying so again would cost a round trip.
      ...(request.isolation === undefined ? {} : { isolationLevel: request.isolation }),
    },
  );
  // Prisma looks at its timeout only between statements; a server that hangs would hold the caller for ever.
  return withDeadline(running, POOL_WAIT_MS + timeoutMs + MARGIN_MS, 'The database took too long; try again.');
}

function settingsOf(request: TransactionRequest, timeoutMs: number): [string, string][] {
  const settings: [string, string][] = [];
  if (request.tenant !== null) settings.push(['app.tenant', request.tenant]);
  if (timeoutMs > DEFAULT_TRANSACTION_TIMEOUT_MS) {
    settings.push(['statement_timeout', `${timeoutMs}`], ['idle_in_transaction_session_timeout', `${timeoutMs}`]);
  }
  return settings;
}
