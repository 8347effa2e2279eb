import { randomUUID } from 'node:crypto';
import { type RefusalLog, recordingRefusals } from '../audit/refusal-log.js';
import type { Database } from '../database/database.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { ConflictError, NotFoundError, ValidationError } from '../kernel/errors.js';
import { requireAdmin, requireSharedAdmin } from './authorization.js';
import { type Caller, FIRST_ADMIN, SHARED_TENANT } from './principal.js';
import { TokenLookup } from './token-lookup.js';
import { hashTokenSecret, newTokenSecret } from './token-secret.js';
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

const MAX_NAME_LENGTH = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function createTokenService(options: TokenServiceOptions): TokenService {
  const { database, now, adminTokenHash, refusals } = options;
  const lookup = new TokenLookup({ database, adminTokenHash, now, cacheMs: options.cacheMs ?? 2_000 });

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
    lookup.forget(row.tokenHash);
  }

  const audited = <T>(caller: Caller, verb: string, work: () => Promise<T>) =>
    recordingRefusals(refusals, { caller, action: `${verb}_refused`, toolName: null, platform: null }, work);
  return {
    authenticate: (token, { maxAgeMs } = {}) => lookup.authenticate(token, maxAgeMs),
    createApiToken: (caller, command) => audited(caller, 'createApiToken', () => createApiToken(caller, command)),
    revokeApiToken: (caller, id) => audited(caller, 'revokeApiToken', () => revokeApiToken(caller, id)),
  };
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
