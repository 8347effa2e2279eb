import { ForbiddenError } from '../kernel/errors.js';
import { type Principal, SHARED_TENANT } from './principal.js';

/** What may be done to one tool. A tool's owner may do the first four; everything else is for admins. */
export type ToolVerb =
  | 'update'
  | 'enable'
  | 'disable'
  | 'deprecate'
  | 'create'
  | 'roll back'
  | 'choose the latest version of'
  | 'set the state of'
  | 'delete'
  | 'restore'
  | 'import';

const OWNER_VERBS: ReadonlySet<ToolVerb> = new Set<ToolVerb>(['update', 'enable', 'disable', 'deprecate']);

/** @throws ForbiddenError when the principal may not do this to a tool of that owner in its own tenant. */
export function requireToolVerb(principal: Principal, verb: ToolVerb, owner: string | null): void {
  if (principal.role === 'ADMIN') return;
  if (OWNER_VERBS.has(verb) && owner !== null && owner === principal.name) return;
  const who = OWNER_VERBS.has(verb) ? 'its owner or an admin' : 'an admin';
  throw new ForbiddenError(`'${principal.name}' may not ${verb} this tool: that needs ${who}.`);
}

/** @throws ForbiddenError for everyone but admins. */
export function requireAdmin(principal: Principal, what: string): void {
  if (principal.role !== 'ADMIN') throw new ForbiddenError(`'${principal.name}' may not ${what}: that needs an admin.`);
}

/** @throws ForbiddenError for everyone but the admins of the shared tenant. */
export function requireSharedAdmin(principal: Principal, what: string): void {
  if (principal.role !== 'ADMIN' || principal.tenant !== SHARED_TENANT) {
    throw new ForbiddenError(
      `'${principal.name}' may not ${what}: that needs an admin of the '${SHARED_TENANT}' tenant.`,
    );
  }
}
