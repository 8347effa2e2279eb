import type { Database } from '../database/database.js';
import { Prisma } from '../database/generated/prisma/client.js';
import { deepFreeze } from '../kernel/json.js';
import type { CatalogChange, CatalogRevision, ToolState } from '../view/catalog-change.js';
import { readVersions } from './tool-state-reads.js';

/** Where the log stands. */
export interface LogHead {
  readonly epoch: string;
  readonly revision: number;
  /** The oldest revision after which the log can still be followed. */
  readonly lowRevision: number;
  /** Chained hash of the log up to `revision`. */
  readonly chain: string;
  /** Which database answered: it changes when the data directory or the database was made anew. */
  readonly database: string;
}

/** The whole catalog, all tenants, at one revision. */
export interface CatalogSnapshot {
  readonly head: LogHead;
  readonly states: readonly ToolState[];
}

/** A revision, and the chained hash of the log up to it. */
export interface LoggedRevision extends CatalogRevision {
  readonly chain: string;
}

/** Reads over the change log, across tenants: for followers, not for callers. */
export interface ChangeLog {
  head(): Promise<LogHead>;
  snapshot(): Promise<CatalogSnapshot>;
  /** The chained hash at a revision, undefined when the log no longer (or never) reached it. */
  chainAt(revision: number): Promise<string | undefined>;
  /**
   * The revisions after `after`, in order and without holes: whole revisions, at least one if there is any, and no more than about
   * `maxChanges` changes. Null when the log does not reach back that far.
   */
  revisionsAfter(after: number, maxChanges: number): Promise<readonly LoggedRevision[] | null>;
}

const SNAPSHOT_TIMEOUT_MS = 120_000;

export function createChangeLog(database: Database): ChangeLog {
  const { system, guard } = database;
  return {
    head: () => guard(() => readHead(system)),
    snapshot: () =>
      database.systemTransaction(
        async (tx) => ({
          head: await readHead(tx),
          states: (await readVersions(tx, Prisma.sql`t.is_latest and t.deleted_at is null`)).map((row) => row.state),
        }),
        { isolation: 'RepeatableRead', timeoutMs: SNAPSHOT_TIMEOUT_MS },
      ),
    chainAt: async (revision) => {
      const rows = await guard(
        () => system.$queryRaw<{ chain: string }[]>`
          select chain from tool_catalog.catalog_revisions where revision = ${revision}`,
      );
      return rows[0]?.chain;
    },
    revisionsAfter: (after, maxChanges) => guard(() => readRevisions(system, after, maxChanges)),
  };
}

type Queries = Pick<Database['system'], '$queryRaw'>;

async function readHead(queries: Queries): Promise<LogHead> {
  const rows = await queries.$queryRaw<
    { epoch: string; revision: bigint; low_revision: bigint; chain: string; database: string }[]
  >`
    select epoch, revision, low_revision, chain,
      (select system_identifier::text from pg_control_system()) || '/' ||
      (select oid::text from pg_database where datname = current_database()) as database
    from tool_catalog.catalog_head where id = 1`;
  const row = rows[0];
  if (!row) throw new Error('catalog_head has no row: the migrations have not run.');
  return {
    epoch: row.epoch,
    revision: Number(row.revision),
    lowRevision: Number(row.low_revision),
    chain: row.chain,
    database: row.database,
  };
}

const PAGE_CHANGES = 2_000;
/** After every change of a revision: PostgreSQL's largest integer. */
const MAX_INDEX = 2_147_483_647;

interface ChangeRow {
  revision: bigint;
  change_index: number;
  tenant: string;
  tool_id: string;
  platform: string;
  tool_name: string;
  action: CatalogChange['action'];
  state_before: ToolState | null;
  state_after: ToolState | null;
  changed_fields: string[];
  actor: string;
  reason: string | null;
}

async function readRevisions(queries: Queries, after: number, maxChanges: number): Promise<LoggedRevision[] | null> {
  const links = await queries.$queryRaw<{ revision: bigint; chain: string; change_count: number; at: Date }[]>`
    select revision, chain, change_count, at from tool_catalog.catalog_revisions where revision > ${after} order by revision limit 1000`;
  if (links[0] && Number(links[0].revision) !== after + 1) return null;
  const chosen: { revision: number; chain: string; at: string; changes: CatalogChange[] }[] = [];
  let changeCount = 0;
  for (const link of links) {
    changeCount += link.change_count;
    if (chosen.length > 0 && changeCount > maxChanges) break;
    chosen.push({ revision: Number(link.revision), chain: link.chain, at: link.at.toISOString(), changes: [] });
  }
  const last = chosen.at(-1);
  if (!last) return [];
  for await (const row of readChanges(queries, after, last.revision)) {
    chosen[Number(row.revision) - after - 1]?.changes.push(toChange(row));
  }
  // Retention may have deleted rows between the two reads; a revision is never handed out with changes missing.
  const complete = chosen.every((revision, index) => revision.changes.length === links[index]?.change_count);
  return complete ? chosen.map((revision) => deepFreeze(revision)) : null;
}

/** Page by page: a revision may hold tens of thousands of changes, and no statement may take longer than a few seconds. */
async function* readChanges(queries: Queries, after: number, last: number): AsyncGenerator<ChangeRow> {
  let from = { revision: after, index: MAX_INDEX };
  for (;;) {
    const rows = await queries.$queryRaw<ChangeRow[]>`
      select revision, change_index, tenant, tool_id, platform, tool_name, action, state_before, state_after, changed_fields, actor, reason
      from tool_catalog.tool_changes
      where (revision, change_index) > (${from.revision}::bigint, ${from.index}::int) and revision <= ${last}
      order by revision, change_index limit ${PAGE_CHANGES}`;
    yield* rows;
    const end = rows.at(-1);
    if (!end || rows.length < PAGE_CHANGES) return;
    from = { revision: Number(end.revision), index: end.change_index };
  }
}

function toChange(row: ChangeRow): CatalogChange {
  return {
    toolId: row.tool_id,
    tenant: row.tenant,
    platform: row.platform,
    toolName: row.tool_name,
    action: row.action,
    before: row.state_before,
    after: row.state_after,
    changedFields: row.changed_fields,
    actor: row.actor,
    reason: row.reason,
  };
}
