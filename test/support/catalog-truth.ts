import { createHash } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../src/database/database.js';
import { canonicalJson } from '../../src/kernel/json.js';
import { createChangeLog } from '../../src/live/change-log.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { silentLog } from './postgres.js';

/** One row of the change log: what every subscriber must have been told, in this order. */
export interface LoggedChange {
  readonly revision: number;
  readonly toolId: string;
  readonly action: string;
  /** Null when the tool was deleted. */
  readonly version: string | null;
  readonly reason: string | null;
}

/** What the tables say once everything is quiet: the oracle for whatever was sent before. */
export interface CatalogTruth {
  readonly epoch: string;
  readonly head: number;
  readonly changes: readonly LoggedChange[];
  /** Tools that are there, as {@link comparableTool} shows them, by tool id. */
  readonly tools: ReadonlyMap<string, string>;
  /** Live-update rule H1, computed here from the rows of `tools` alone. */
  readonly contentHash: string;
}

/** @throws Error when the revisions have a hole, or a revision's changes are not all there. */
export async function readTruth(url: string): Promise<CatalogTruth> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const head = await client.query<{ epoch: string; revision: number }>(
      'select epoch, revision::int from tool_catalog.catalog_head',
    );
    const { epoch, revision } = head.rows[0] ?? { epoch: '', revision: -1 };
    const { rows: changes } = await client.query<LoggedChange>(`
      select revision::int, tool_id as "toolId", action, state_after->>'version' as version, reason
      from tool_catalog.tool_changes order by revision, change_index`);
    await requireWhole(client, revision, changes.length);
    return { epoch, head: revision, changes, tools: await readTools(url), contentHash: await hashOfRows(client) };
  } finally {
    await client.end();
  }
}

async function requireWhole(client: pg.Client, head: number, changes: number): Promise<void> {
  const { rows } = await client.query<{ count: number; first: number; last: number; changes: number }>(`
    select count(*)::int, coalesce(min(revision), 1)::int as first, coalesce(max(revision), 0)::int as last,
      coalesce(sum(change_count), 0)::int as changes
    from tool_catalog.catalog_revisions`);
  const [log] = rows;
  if (log?.count !== head || log.first !== 1 || log.last !== head || log.changes !== changes) {
    throw new Error(
      `The log is not whole: head ${head}, ${changes} rows of changes, revisions ${JSON.stringify(log)}.`,
    );
  }
}

async function readTools(url: string): Promise<Map<string, string>> {
  const database = await openDatabase({ connection: url, poolSize: 2, log: silentLog });
  try {
    const { states } = await createChangeLog(database).snapshot();
    return new Map(states.map((state) => [state.toolId, comparableTool(state)]));
  } finally {
    await database.close();
  }
}

async function hashOfRows(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ covered: unknown[] }>(`
    select json_build_array(tool_id, tenant, platform, tool_name, version, upper(status), enabled, owner, content_hash, revision)
      as covered
    from tool_catalog.tools where is_latest and deleted_at is null`);
  const sum = rows.reduce(
    (total, { covered }) => total + BigInt(`0x${createHash('sha256').update(JSON.stringify(covered)).digest('hex')}`),
    0n,
  );
  return BigInt.asUintN(256, sum).toString(16).padStart(64, '0');
}

/** A tool as text that is equal exactly if the tools are. The parent version is left out: the live feed does not carry it. */
export function comparableTool(tool: Omit<ToolState, 'parentVersion'>): string {
  return canonicalJson({ ...tool, parentVersion: undefined });
}
