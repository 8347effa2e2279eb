import type { Database } from '../database/database.js';
import { CONSUMER_NAME_RULE, isConsumerName } from '../kernel/consumer-name.js';
import { BadUserInputError } from '../kernel/errors.js';
import { formatPosition, parsePosition } from '../view/position.js';
import { compareBytes } from '../view/tool-order.js';
import type { CatalogSource } from './catalog-source.js';
import type { ChangeLog } from './change-log.js';
import { requireGivenOut } from './position-refusals.js';

/** An orchestrator, as it said last. */
export interface Consumer {
  readonly name: string;
  /** Who reported it. */
  readonly principal: string;
  readonly position: string;
  /** Revisions behind this instance's own; null for a position of a history that has been replaced. */
  readonly lag: number | null;
  readonly connected: boolean;
  /** RFC 3339, UTC. */
  readonly lastSeenAt: string;
}

export interface PositionReport {
  readonly tenant: string;
  readonly principal: string;
  readonly consumer: string;
  readonly position: string;
}

/** How far each orchestrator has come (live-update rule C7). Kept in the database, so every instance says the same. */
export interface Consumers {
  /**
   * @throws BadUserInputError for a name that breaks the rule; PositionError POSITION_INVALID or POSITION_AHEAD for a position
   *   that this catalog never gave out; UnavailableError while the database is away.
   */
  report(report: PositionReport): Promise<Consumer>;
  /** Those of a tenant by name, the {@link MAX_LISTED} seen last. @throws UnavailableError */
  list(tenant: string): Promise<readonly Consumer[]>;
}

/** Clients report every 10 s while they move and every 30 s while they do not: three in a row were missed. */
export const CONNECTED_MS = 90_000;
export const MAX_LISTED = 1_000;
/** Consumers that one principal may have; past that, those unseen for longest are forgotten. */
const MAX_PER_PRINCIPAL = 1_000;
export const CONSUMER_AGE_MS = 7 * 24 * 3_600_000;

interface Row {
  readonly name: string;
  readonly principal: string;
  readonly epoch: string;
  readonly revision: bigint;
  readonly lastSeenAt: Date;
}

export interface ConsumersOptions {
  readonly database: Pick<Database, 'withTenant'>;
  readonly source: Pick<CatalogSource, 'position'>;
  readonly log: Pick<ChangeLog, 'head'>;
  readonly now: () => Date;
}

export function createConsumers(options: ConsumersOptions): Consumers {
  const { database, source, now } = options;
  const toConsumer = ({ name, principal, epoch, revision, lastSeenAt }: Row): Consumer => {
    const own = source.position;
    return {
      name,
      principal,
      position: formatPosition({ epoch, revision: Number(revision) }),
      // Another instance may be ahead of this one, and so may who follows it.
      lag: epoch === own.epoch ? Math.max(0, own.revision - Number(revision)) : null,
      connected: now().getTime() - lastSeenAt.getTime() <= CONNECTED_MS,
      lastSeenAt: lastSeenAt.toISOString(),
    };
  };
  return {
    report: async ({ tenant, principal, consumer: name, position }) => {
      if (!isConsumerName(name)) throw new BadUserInputError(`The name of a consumer has ${CONSUMER_NAME_RULE}.`);
      const { epoch, revision } = await checkPosition(position, options);
      const said = { epoch, revision: BigInt(revision), lastSeenAt: now() };
      const row = await database.withTenant(tenant, (transaction) =>
        transaction.consumerPosition.upsert({
          where: { tenant_principal_name: { tenant, principal, name } },
          create: { tenant, principal, name, ...said },
          update: said,
        }),
      );
      return toConsumer(row);
    },
    list: async (tenant) => {
      const rows = await database.withTenant(tenant, (transaction) =>
        transaction.consumerPosition.findMany({ where: { tenant }, orderBy: { lastSeenAt: 'desc' }, take: MAX_LISTED }),
      );
      return rows
        .map(toConsumer)
        .sort((left, right) => compareBytes(left.name, right.name) || compareBytes(left.principal, right.principal));
    },
  };
}

async function checkPosition(text: string, { source, log }: ConsumersOptions) {
  const position = parsePosition(text);
  const own = source.position;
  if (position.epoch === own.epoch && position.revision <= own.revision) return position;
  // This instance may merely lag behind another one: only the database knows the head.
  requireGivenOut(position, await log.head());
  return position;
}

/** Forgets who has not been seen for long, and who is too many. @returns how many. */
export async function forgetConsumers(database: Pick<Database, 'system' | 'guard'>, now: Date): Promise<number> {
  const before = new Date(now.getTime() - CONSUMER_AGE_MS);
  return await database.guard(
    () => database.system.$executeRaw`
      delete from tool_catalog.consumers where (tenant, principal, name) in (
        select tenant, principal, name from (
          select tenant, principal, name, last_seen_at,
            row_number() over (partition by tenant, principal order by last_seen_at desc, name) as place
          from tool_catalog.consumers
        ) ranked where last_seen_at < ${before} or place > ${MAX_PER_PRINCIPAL})`,
  );
}
