import type { Database } from '../database/database.js';
import { isUniqueViolation } from '../database/database-errors.js';
import { ConflictError, ValidationError } from '../kernel/errors.js';
import { isStorable } from '../kernel/storable.js';
import { requireSharedAdmin } from './authorization.js';
import type { Caller } from './principal.js';
import type { CreateTenant, TenantSummary } from './tenants.js';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/;
const MAX_DISPLAY_NAME_LENGTH = 200;

/** Makes a tenant: a layer of its own over the shared catalog. */
export async function createTenant(
  { database, now }: { database: Database; now: () => Date },
  caller: Caller,
  command: CreateTenant,
): Promise<TenantSummary> {
  requireSharedAdmin(caller.principal, 'create tenants');
  check(command);
  const createdAt = now();
  const displayName = command.displayName ?? null;
  try {
    await database.systemTransaction(async (tx) => {
      await tx.tenant.create({
        data: { name: command.name, displayName, createdAt, createdBy: caller.principal.name },
      });
      await tx.auditEntry.create({
        data: {
          tenant: caller.principal.tenant,
          action: 'tenant_created',
          changes: [{ path: `/tenants/${command.name}`, before: null, after: { displayName } }],
          changedBy: caller.principal.name,
          changedAt: createdAt,
          ipAddress: caller.ipAddress,
        },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ConflictError(`There is a tenant '${command.name}' already.`, { code: 'NAME_TAKEN' });
  }
  return { name: command.name, displayName, createdAt: createdAt.toISOString() };
}

function check(command: CreateTenant): void {
  const refuse = (path: string, message: string) => {
    throw new ValidationError(message, [{ severity: 'ERROR', code: 'INVALID', path, message }]);
  };
  if (!NAME.test(command.name)) {
    refuse(
      '/name',
      `A tenant's name has 1 to 100 lower-case letters, digits and hyphens, with no hyphen at either end.`,
    );
  }
  const { displayName } = command;
  if (displayName != null && (displayName.length > MAX_DISPLAY_NAME_LENGTH || !isStorable(displayName))) {
    refuse(
      '/displayName',
      `A display name has at most ${MAX_DISPLAY_NAME_LENGTH} characters, none of them U+0000 or half of a surrogate pair.`,
    );
  }
}
