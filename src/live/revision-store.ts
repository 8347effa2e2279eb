import type { Transaction } from '../database/database.js';
import type { Json } from '../kernel/json.js';
import { canonicalJson } from '../kernel/json.js';
import { sha256Hex } from '../kernel/sha256.js';
import type { CatalogChange, ToolState } from '../view/catalog-change.js';
import type { Position } from '../view/position.js';

/** The notification channel on which every commit announces the new head revision. */
export const CATALOG_CHANNEL = 'tool_catalog';

/** A state that has no revision yet: it gets the one of its transaction. */
export type UnnumberedState = Omit<ToolState, 'revision'>;

/** A change before its revision is known. */
export interface PendingChange extends Omit<CatalogChange, 'after' | 'tenant'> {
  readonly after: UnnumberedState | null;
}

/** What the audit log keeps of one change. */
export interface PendingAuditEntry {
  readonly versionId: number | null;
  readonly toolName: string;
  readonly platform: string;
  readonly toolVersion: string | null;
  readonly action: string;
  readonly changes: Json;
}

export interface PendingRevision {
  readonly tenant: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly ipAddress: string | null;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly changes: readonly PendingChange[];
  readonly audit: readonly PendingAuditEntry[];
  /** Rows of `tools` that this transaction wrote: they get the revision. */
  readonly versionIds: readonly number[];
}

/**
 * Takes the next revision and writes its change-log rows, audit rows and chained hash: one statement, the last one before COMMIT,
 * so that the counter row is locked no longer than that (rules W1, W2 and W4). The counter row makes revisions gap-free and
 * their order the order of commits; a sequence guarantees neither.
 */
export async function appendRevision(tx: Transaction, pending: PendingRevision): Promise<Position> {
  const changes = pending.changes.map((change, index) => ({ index, ...change }));
  const digest = sha256Hex(fingerprint(pending));
  const rows = await tx.$queryRaw<{ epoch: string; revision: bigint }[]>`
    with head as (
      update tool_catalog.catalog_head
      set revision = revision + 1, chain = encode(sha256(convert_to(chain || ${digest}, 'UTF8')), 'hex')
      where id = 1
      returning epoch, revision, chain
    ), link as (
      insert into tool_catalog.catalog_revisions (revision, chain, change_count, at)
      select revision, chain, ${changes.length}::int, ${pending.at}::timestamptz from head
    ), log as (
      insert into tool_catalog.tool_changes
        (revision, change_index, tenant, tool_id, platform, tool_name, action, state_before, state_after, changed_fields, actor, reason, at)
      select head.revision, c.index, ${pending.tenant}, c."toolId", c.platform, c."toolName", c.action, c.before,
        c.after || jsonb_build_object('revision', head.revision), c."changedFields", ${pending.actor}, ${pending.reason}, ${pending.at}::timestamptz
      from head, json_to_recordset(${JSON.stringify(changes)}::json)
        as c(index int, "toolId" uuid, platform text, "toolName" text, action text, before jsonb, after jsonb, "changedFields" text[])
    ), audit as (
      insert into tool_catalog.tool_audit_log
        (tenant, tool_id, tool_name, platform, tool_version, action, changes, changed_by, changed_at, reason, ip_address, revision)
      select ${pending.tenant}, a."versionId", a."toolName", a.platform, a."toolVersion", a.action, a.changes, ${pending.actor},
        ${pending.at}::timestamptz, ${pending.reason}, ${pending.ipAddress}, head.revision
      from head, json_to_recordset(${JSON.stringify(pending.audit)}::json)
        as a("versionId" int, "toolName" text, platform text, "toolVersion" text, action text, changes jsonb)
    ), stamp as (
      update tool_catalog.tools set revision = head.revision from head where tools.id = any(${[...pending.versionIds]}::int[])
    )
    select epoch, revision, pg_notify(${CATALOG_CHANNEL}, revision::text)::text as hint from head`;
  const head = rows[0];
  if (!head) throw new Error('catalog_head has no row: the migrations have not run.');
  return { epoch: head.epoch, revision: Number(head.revision) };
}

/** Where the log stands as this transaction sees it. */
export async function readPosition(tx: Transaction): Promise<Position> {
  const { epoch, revision } = await tx.catalogHead.findUniqueOrThrow({ where: { id: 1 } });
  return { epoch, revision: Number(revision) };
}

/**
 * What the chained hash covers of a revision: enough to tell two histories apart, without hashing whole states again. The time is in
 * it because two histories may well do the same thing to the same tool at the same revision.
 */
function fingerprint(pending: PendingRevision): string {
  const changes = pending.changes.map(({ toolId, action, before, after }) => [
    toolId,
    action,
    before?.revision ?? null,
    after && [after.version, after.status, after.enabled, after.owner, after.contentHash],
  ]);
  return canonicalJson([pending.tenant, pending.actor, pending.at, changes]);
}
