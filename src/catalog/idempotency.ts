import type { Transaction } from '../database/database.js';
import { ConflictError, ValidationError } from '../kernel/errors.js';
import { canonicalJson, type Json } from '../kernel/json.js';
import { sha256Hex } from '../kernel/sha256.js';
import type { ChangeOptions } from './catalog-commands.js';
import type { WriteRequest } from './write-request.js';

const MAX_KEY_LENGTH = 128;

/**
 * Takes the request's idempotency key for this transaction. Of concurrent requests with one key, one goes on and the others wait for
 * its end here, on the unique index.
 *
 * @returns the first request's answer when the key was used before; undefined when this request is the first, or has no key.
 * @throws ConflictError IDEMPOTENCY_KEY_REUSED when the key was used for another request.
 */
export async function claimIdempotencyKey(
  tx: Transaction,
  request: WriteRequest,
  at: string,
): Promise<{ answer: Json } | undefined> {
  const key = request.command.idempotencyKey;
  if (key === null || key === undefined) return undefined;
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new ValidationError(`An idempotency key has 1 to ${MAX_KEY_LENGTH} characters; this one has ${key.length}.`);
  }
  const { tenant, name: principal } = request.caller.principal;
  const hash = requestHash(request);
  const claimed = await tx.$executeRaw`
    insert into tool_catalog.idempotency_keys (tenant, principal, key, request_hash, response, created_at)
    values (${tenant}, ${principal}, ${key}, ${hash}, 'null'::jsonb, ${at}::timestamptz) on conflict do nothing`;
  if (claimed === 1) return undefined;
  const first = await tx.idempotencyKey.findUniqueOrThrow({
    where: { tenant_principal_key: { tenant, principal, key } },
  });
  if (first.requestHash !== hash) {
    throw new ConflictError(
      `The idempotency key '${key}' was used for another request. Use a new key for a new request.`,
      {
        code: 'IDEMPOTENCY_KEY_REUSED',
      },
    );
  }
  const { response } = first;
  // Releases before this one kept the answer itself.
  return { answer: (typeof response === 'string' ? JSON.parse(response) : response) as Json };
}

/**
 * Keeps the answer for repetitions, in the transaction that it tells of. As a text inside of the JSON: an import's findings may
 * quote what PostgreSQL's JSON cannot hold (U+0000, halves of surrogate pairs), and a repetition is to have the same answer.
 */
export async function storeAnswer(tx: Transaction, request: WriteRequest, answer: Json): Promise<void> {
  const key = request.command.idempotencyKey;
  if (key === null || key === undefined) return;
  const { tenant, name: principal } = request.caller.principal;
  await tx.$executeRaw`
    update tool_catalog.idempotency_keys set response = ${JSON.stringify(JSON.stringify(answer))}::jsonb
    where tenant = ${tenant} and principal = ${principal} and key = ${key}`;
}

/** A dry run has no effect that a key could hold to one: it neither takes the key nor stores an answer. */
export function withEffect<Command extends ChangeOptions & { readonly dryRun?: boolean | null | undefined }>(
  command: Command,
): Command {
  return command.dryRun === true ? { ...command, idempotencyKey: null } : command;
}

function requestHash(request: WriteRequest): string {
  const { idempotencyKey: _, ...command } = request.command;
  return sha256Hex(canonicalJson([request.verb, command]));
}
