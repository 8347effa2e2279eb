import type { Database, Transaction } from '../database/database.js';
import { PositionError, UnavailableError } from '../kernel/errors.js';
import type { Json } from '../kernel/json.js';
import type { CatalogSource } from '../live/catalog-source.js';
import { appendRevision, type PendingAuditEntry, readPosition } from '../live/revision-store.js';
import type { Position } from '../view/position.js';
import { claimIdempotencyKey, storeAnswer } from './idempotency.js';
import { describeChange, type PlannedChange } from './planned-change.js';
import { requireStorableText } from './storable-text.js';
import { insertVersions, updateVersions, versionKey } from './tool-store.js';
import type { WriteRequest } from './write-request.js';

export interface WriteDependencies {
  readonly database: Database;
  readonly source: CatalogSource & { wake(): void };
  readonly now: () => Date;
}

/** What a verb decided under the lock: the changes, and what to answer once their revision is known. */
export interface WritePlan<Answer> {
  readonly changes: readonly PlannedChange[];
  /** @param revision null when nothing was changed. */
  readonly answer: (revision: number | null) => Answer;
}

/** How long a mutation waits for its own instance's view (rule W5). */
const OWN_WRITE_MS = 5_000;

/**
 * Runs a verb in one transaction: idempotency key, plan under lock, rows, change log, audit, revision, commit; then waits until this
 * instance's own view has the revision. Either all of it exists or nothing (rule W1).
 */
export async function writeTransaction<Answer>(
  dependencies: WriteDependencies,
  request: WriteRequest,
  plan: (tx: Transaction, at: string) => Promise<WritePlan<Answer>>,
): Promise<Answer> {
  const { database, source, now } = dependencies;
  const { caller } = request;
  requireStorableText(request.command);
  const at = now().toISOString();
  const options = request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs };
  const written = await database.withTenant(
    caller.principal.tenant,
    async (tx) => {
      const repeated = await claimIdempotencyKey(tx, request, at);
      // The first time may have been another instance's: whoever repeats here wants to read it here.
      if (repeated) return { answer: repeated.answer as Answer, position: await readPosition(tx) };
      const { changes, answer } = await plan(tx, at);
      const position = changes.length === 0 ? null : await commitChanges(tx, { request, changes, at });
      const value = answer(position?.revision ?? null);
      await storeAnswer(tx, request, value as Json);
      return { answer: value, position };
    },
    options,
  );
  if (written.position) await waitForOwnView(source, written.position);
  return written.answer;
}

interface Commit {
  readonly request: WriteRequest;
  readonly changes: readonly PlannedChange[];
  readonly at: string;
}

async function commitChanges(tx: Transaction, { request, changes, at }: Commit): Promise<Position> {
  const { principal, ipAddress } = request.caller;
  const updates = changes.flatMap((change) => change.updates);
  // The old latest version steps down first: at every moment there is at most one.
  const ids = new Map([
    ...(await updateVersions(
      tx,
      updates.filter((update) => update.isLatest === false),
    )),
    ...(await insertVersions(
      tx,
      principal.tenant,
      changes.flatMap((change) => change.inserts),
    )),
    ...(await updateVersions(
      tx,
      updates.filter((update) => update.isLatest !== false),
    )),
  ]);
  const described = changes.map((change) => ({ change, fields: describeChange(change) }));
  return appendRevision(tx, {
    tenant: principal.tenant,
    actor: principal.name,
    reason: request.command.reason ?? null,
    ipAddress,
    at,
    versionIds: [...ids.values()],
    changes: described.map(({ change, fields }) => {
      const tool = subject(change);
      return {
        toolId: tool.toolId,
        platform: tool.platform,
        toolName: tool.name,
        action: change.action,
        before: change.before,
        after: change.after,
        changedFields: fields.map((field) => field.path),
        actor: principal.name,
        reason: request.command.reason ?? null,
      };
    }),
    audit: described.map(({ change, fields }): PendingAuditEntry => {
      const tool = change.inserts[0] ?? subject(change);
      return {
        versionId: ids.get(versionKey(tool.toolId, tool.version)) ?? null,
        toolName: tool.name,
        platform: tool.platform,
        toolVersion: tool.version,
        action: change.action.toLowerCase(),
        changes: fields as unknown as Json,
      };
    }),
  });
}

function subject(change: PlannedChange) {
  const tool = change.after ?? change.before;
  if (!tool) throw new Error('A change needs a tool before or after it.');
  return tool;
}

async function waitForOwnView(source: CatalogSource & { wake(): void }, position: Position): Promise<void> {
  source.wake();
  try {
    await source.waitFor(position, OWN_WRITE_MS);
  } catch (error) {
    // The write is committed: past the deadline it is answered from the transaction's own result.
    if (!(error instanceof UnavailableError || error instanceof PositionError)) throw error;
  }
}
