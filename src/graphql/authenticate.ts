import type { TokenService } from '../access/tokens.js';
import { UnauthenticatedError } from '../kernel/errors.js';
import type { Identity } from './context.js';

const BEARER = /^Bearer +([\x21-\x7e]{1,4096})$/i;

/** The token of an Authorization header; undefined where there is none. */
export function bearerToken(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? BEARER.exec(authorization.trim())?.[1] : undefined;
}

/**
 * Whom an Authorization header stands for. A header that cannot be used is a refusal, not an exception: the schema may be
 * read without a token.
 * @throws UnavailableError when that cannot be found out now.
 */
export async function authenticate(authorization: unknown, tokens: TokenService): Promise<Identity> {
  if (authorization === undefined) return { principal: null, refusal: null };
  const token = bearerToken(authorization);
  if (token === undefined) {
    return { principal: null, refusal: new UnauthenticatedError('The Authorization header must be `Bearer <token>`.') };
  }
  try {
    return { principal: await tokens.authenticate(token), refusal: null };
  } catch (error) {
    if (error instanceof UnauthenticatedError) return { principal: null, refusal: error };
    throw error;
  }
}
