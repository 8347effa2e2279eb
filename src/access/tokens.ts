import type { Caller, Principal, Role } from './principal.js';

export interface CreateApiToken {
  readonly name: string;
  readonly role: Role;
  /** The caller's own tenant when left out; another needs the admin of the shared tenant. */
  readonly tenant?: string | null | undefined;
  /** RFC 3339. */
  readonly expiresAt?: string | null | undefined;
}

export interface CreatedApiToken {
  /** The secret, shown this once. */
  readonly token: string;
  readonly id: string;
}

/** Who holds which token. */
export interface TokenService {
  /**
   * The principal that a bearer token stands for. Known tokens go on working while the database is away, and for a moment are not
   * looked up again: two seconds, or `maxAgeMs` if that is less.
   * @throws UnauthenticatedError for a token that is unknown, expired or revoked.
   */
  authenticate(token: string, options?: { readonly maxAgeMs?: number }): Promise<Principal>;
  /** @throws ForbiddenError, ValidationError, ConflictError (the name was used before). */
  createApiToken(caller: Caller, command: CreateApiToken): Promise<CreatedApiToken>;
  /** @throws ForbiddenError, NotFoundError. */
  revokeApiToken(caller: Caller, id: string): Promise<void>;
}
