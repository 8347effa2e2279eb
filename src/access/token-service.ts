import { randomUUID } from 'node:crypto';
import { type RefusalLog, recordingRefusals } from '../audit/refusal-log.js';
import type { Database } from '../database/database.js';
import { isUniqueViolation } from '../database/database-errors.js';
import {
  ConflictError,
  NotFoundError,
  UnauthenticatedError,
  UnavailableError,
  ValidationError,
} from '../kernel/errors.js';
import { requireAdmin, requireSharedAdmin } from './authorization.js';
import { type Caller, type Principal, type Role, SHARED_TENANT } from './principal.js';
import { hashesEqual, hashTokenSecret, isTokenSecret, newTokenSecret } from './token-secret.js';
import type { CreateApiToken, TokenService } from './tokens.js';

export interface TokenServiceOptions {
  readonly database: Database;
  /** Hash of the first admin's token, which no table holds. */
  readonly adminTokenHash: string;
  readonly now: () => Date;
  readonly refusals: RefusalLog;
  /** How long a known token is taken without asking the database again. Default 2,000. */
  readonly cacheMs?: number;
}

interface KnownToken {
  readonly principal: Principal;
  readonly expiresAtMs: number;
  readonly checkedAtMs: number;
}

const MAX_NAME_LENGTH = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_CACHED = 10_000;
const LAST_USED_STEP_MS = 60_000;
const LOOK_UP_MS = 2_000;
/** The principal of the first admin's token. */
const FIRST_ADMIN = 'admin';

export function createTokenService(options: TokenServiceOptions): TokenService {
  const { database, now, adminTokenHash, refusals } = options;
  const cacheMs = options.cacheMs ?? 2_000;
  const known = new Map<string, KnownToken>();
  /** Moves with every revocation: what was read before one must not be remembered after it. */
  let revocations = 0;
  const admin: Principal = { name: FIRST_ADMIN, role: 'ADMIN', tenant: SHARED_TENANT, tokenId: null };

  async function authenticate(token: string, { maxAgeMs = cacheMs }: { maxAgeMs?: number } = {}): Promise<Principal> {
    const hash = hashTokenSecret(token);
    if (hashesEqual(hash, adminTokenHash)) return admin;
    if (!isTokenSecret(token)) throw refused();
    const cached = known.get(hash);
    const atMs = now().getTime();
    // Either way: a clock that is set back must not make a check last for longer.
    if (cached && Math.abs(atMs - cached.checkedAtMs) < Math.min(cacheMs, maxAgeMs)) return unexpired(cached, atMs);
    try {
      return unexpired(await inTime(lookUp(hash, atMs)), atMs);
    } catch (error) {
      // Reads go on without the database: a token that was good a while ago is taken until the database can be asked again.
      if (error instanceof UnavailableError && cached) return unexpired(cached, atMs);
      if (error instanceof UnauthenticatedError) known.delete(hash);
      throw error;
    }
  }

  async function lookUp(hash: string, atMs: number): Promise<KnownToken> {
    const revocationsBefore = revocations;
    const row = await database.guard(() => database.system.apiToken.findUnique({ where: { tokenHash: hash } }));
    if (!row || row.revokedAt) throw refused();
    const token: KnownToken = {
      principal: { name: row.name, role: row.role as Role, tenant: row.tenant, tokenId: row.id },
      expiresAtMs: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
      checkedAtMs: atMs,
    };
    if (known.size >= MAX_CACHED) known.clear();
    if (revocations === revocationsBefore) known.set(hash, token);
    if (!row.lastUsedAt || atMs - row.lastUsedAt.getTime() > LAST_USED_STEP_MS) {
      // Only for people to look at: never worth failing or delaying a request.
      void database.system.apiToken
        .update({ where: { id: row.id }, data: { lastUsedAt: new Date(atMs) } })
        .catch(() => undefined);
    }
    return token;
  }

  async function createApiToken(caller: Caller, command: CreateApiToken) {
    const tenant = command.tenant ?? caller.principal.tenant;
    requireAdmin(caller.principal, 'create tokens');
    if (tenant !== caller.principal.tenant) requireSharedAdmin(caller.principal, `create tokens in '${tenant}'`);
    // PostgreSQL would choke on either name: no tenant has one of them.
    if (tenant === '' || tenant.includes('\0')) throw new NotFoundError(`There is no tenant '${tenant}'.`);
    const expiresAt = checkToken(command, now());
    const id = randomUUID();
    const token = newTokenSecret(id);
    try {
      await database.withTenant(tenant, async (tx) => {
        if (!(await tx.tenant.findUnique({ where: { name: tenant } })))
          throw new NotFoundError(`There is no tenant '${tenant}'.`);
        await tx.apiToken.create({
          data: {
            id,
            tenant,
            name: command.name,
            role: command.role,
            tokenHash: hashTokenSecret(token),
            createdAt: now(),
            createdBy: caller.principal.name,
            expiresAt,
          },
        });
        await tx.auditEntry.create({
          data: {
            tenant,
            action: 'token_created',
            changes: [
              {
                path: `/tokens/${command.name}`,
                before: null,
                after: { role: command.role, expiresAt: expiresAt?.toISOString() ?? null },
              },
            ],
            changedBy: caller.principal.name,
            changedAt: now(),
            ipAddress: caller.ipAddress,
          },
        });
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ConflictError(
        `'${command.name}' was used in '${tenant}' before. Names of principals are never used again: choose another.`,
        {
          code: 'NAME_TAKEN',
        },
      );
    }
    return { token, id };
  }

  async function revokeApiToken(caller: Caller, id: string): Promise<void> {
    const { principal } = caller;
    requireAdmin(principal, 'revoke tokens');
    const row = UUID.test(id)
      ? await database.guard(() => database.system.apiToken.findUnique({ where: { id } }))
      : null;
    const mine = row && (row.tenant === principal.tenant || principal.tenant === SHARED_TENANT);
    if (!mine) throw new NotFoundError(`There is no token ${id}.`);
    if (row.revokedAt) return;
    await database.withTenant(row.tenant, async (tx) => {
      const { count } = await tx.apiToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now() } });
      // Somebody else has just done it, and said so.
      if (count === 0) return;
      await tx.auditEntry.create({
        data: {
          tenant: row.tenant,
          action: 'token_revoked',
          changes: [{ path: `/tokens/${row.name}/revokedAt`, before: null, after: now().toISOString() }],
          changedBy: principal.name,
          changedAt: now(),
          ipAddress: caller.ipAddress,
        },
      });
    });
    revocations += 1;
    known.delete(row.tokenHash);
  }

  const audited = <T>(caller: Caller, verb: string, work: () => Promise<T>) =>
    recordingRefusals(refusals, { caller, action: `${verb}_refused`, toolName: null, platform: null }, work);
  return {
    authenticate,
    createApiToken: (caller, command) => audited(caller, 'createApiToken', () => createApiToken(caller, command)),
    revokeApiToken: (caller, id) => audited(caller, 'revokeApiToken', () => revokeApiToken(caller, id)),
  };
}

/** A server that hangs, rather than being away, must not hold up those whose token is known. */
async function inTime<T>(look: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const error = new UnavailableError('The token cannot be looked up: the database does not answer. Try again.');
    timer = setTimeout(() => reject(error), LOOK_UP_MS);
  });
  try {
    return await Promise.race([look, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function unexpired(token: KnownToken, atMs: number): Principal {
  if (token.expiresAtMs <= atMs) throw refused();
  return token.principal;
}

function refused(): UnauthenticatedError {
  return new UnauthenticatedError('This token is unknown, expired or revoked.');
}

function checkToken(command: CreateApiToken, now: Date): Date | null {
  const refuse = (path: string, message: string) =>
    new ValidationError(message, [{ severity: 'ERROR', code: 'INVALID', path, message }]);
  const { name } = command;
  if (name.trim() !== name || name.length === 0 || name.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw refuse('/name', `A token's name has 1 to ${MAX_NAME_LENGTH} printable characters and no blanks around it.`);
  }
  if (name === FIRST_ADMIN || name.startsWith('system:'))
    throw refuse('/name', `'${name}' is a reserved name. Choose another.`);
  if (command.expiresAt == null) return null;
  const expiresAt = new Date(command.expiresAt);
  if (Number.isNaN(expiresAt.getTime()) || expiresAt <= now)
    throw refuse('/expiresAt', 'A token expires in the future.');
  return expiresAt;
}
