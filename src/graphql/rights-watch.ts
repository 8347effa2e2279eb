import type { Principal } from '../access/principal.js';
import { UnauthenticatedError, UnavailableError } from '../kernel/errors.js';
import type { CatalogServices } from './context.js';

/**
 * Rights that end are noticed within 5 s (live-update rule F5): a websocket is looked at each second and so checked every 4 s, with an
 * answer that is no older than this, and the check may take a moment itself.
 */
export const RIGHTS_CHECK_MS = 3_500;
export const RIGHTS_AGE_MS = 500;

/** What became of a principal's rights while a stream lasts. */
export type Rights = 'unchanged' | 'changed' | 'ended';

/** Looks whether a token still stands for the principal that it stood for. While that cannot be found out, it does. Never throws. */
export async function checkRights(
  { tokens, log }: Pick<CatalogServices, 'tokens' | 'log'>,
  token: string,
  principal: Principal,
): Promise<Rights> {
  try {
    const now = await tokens.authenticate(token, { maxAgeMs: RIGHTS_AGE_MS });
    const same = now.name === principal.name && now.role === principal.role && now.tenant === principal.tenant;
    return same ? 'unchanged' : 'changed';
  } catch (error) {
    if (error instanceof UnauthenticatedError) return 'ended';
    // The database may be away for a while; anything else is a fault of ours, and must not hide behind that.
    if (!(error instanceof UnavailableError)) log.error({ err: error }, 'the rights of a stream could not be checked');
    return 'unchanged';
  }
}
