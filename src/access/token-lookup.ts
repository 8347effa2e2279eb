import type { Database } from '../database/database.js';
import { withDeadline } from '../database/with-deadline.js';
import { UnauthenticatedError, UnavailableError } from '../kernel/errors.js';
import { FIRST_ADMIN, type Principal, type Role, SHARED_TENANT } from './principal.js';
import { hashesEqual, hashTokenSecret, isTokenSecret } from './token-secret.js';

export interface TokenLookupOptions {
  readonly database: Pick<Database, 'system' | 'guard'>;
  /** Hash of the first admin's token, which no table holds. */
  readonly adminTokenHash: string;
  readonly now: () => Date;
  /** How long a known token is taken without asking the database again. */
  readonly cacheMs: number;
}

interface KnownToken {
  readonly principal: Principal;
  readonly expiresAtMs: number;
  readonly checkedAtMs: number;
}

const MAX_CACHED = 10_000;
const LAST_USED_STEP_MS = 60_000;
/** A server that hangs, rather than being away, must not hold up those whose token is known. */
const LOOK_UP_MS = 2_000;
const ADMIN: Principal = { name: FIRST_ADMIN, role: 'ADMIN', tenant: SHARED_TENANT, tokenId: null };

/** Finds out whom a token stands for, and remembers it for a while. */
export class TokenLookup {
  readonly #options: TokenLookupOptions;
  readonly #known = new Map<string, KnownToken>();
  /** Moves with every revocation: what was read before one must not be remembered after it. */
  #revocations = 0;

  constructor(options: TokenLookupOptions) {
    this.#options = options;
  }

  /** As `TokenService.authenticate`. */
  async authenticate(token: string, maxAgeMs: number = this.#options.cacheMs): Promise<Principal> {
    const { adminTokenHash, cacheMs, now } = this.#options;
    const hash = hashTokenSecret(token);
    if (hashesEqual(hash, adminTokenHash)) return ADMIN;
    if (!isTokenSecret(token)) throw refused();
    const cached = this.#known.get(hash);
    const atMs = now().getTime();
    // Either way: a clock that is set back must not make a check last for longer.
    if (cached && Math.abs(atMs - cached.checkedAtMs) < Math.min(cacheMs, maxAgeMs)) return unexpired(cached, atMs);
    const message = 'The token cannot be looked up: the database does not answer. Try again.';
    try {
      return unexpired(await withDeadline(this.#lookUp(hash, atMs), LOOK_UP_MS, message), atMs);
    } catch (error) {
      // Reads go on without the database: a token that was good a while ago is taken until the database can be asked again.
      if (error instanceof UnavailableError && cached) return unexpired(cached, atMs);
      if (error instanceof UnauthenticatedError) this.#known.delete(hash);
      throw error;
    }
  }

  /** The token with this hash has been revoked. */
  forget(tokenHash: string): void {
    this.#revocations += 1;
    this.#known.delete(tokenHash);
  }

  async #lookUp(hash: string, atMs: number): Promise<KnownToken> {
    const { database } = this.#options;
    const revocationsBefore = this.#revocations;
    const row = await database.guard(() => database.system.apiToken.findUnique({ where: { tokenHash: hash } }));
    if (!row || row.revokedAt) throw refused();
    const token: KnownToken = {
      principal: { name: row.name, role: row.role as Role, tenant: row.tenant, tokenId: row.id },
      expiresAtMs: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
      checkedAtMs: atMs,
    };
    if (this.#revocations === revocationsBefore) this.#remember(hash, token);
    if (!row.lastUsedAt || atMs - row.lastUsedAt.getTime() > LAST_USED_STEP_MS) {
      // Only for people to look at: never worth failing or delaying a request.
      void database.system.apiToken
        .update({ where: { id: row.id }, data: { lastUsedAt: new Date(atMs) } })
        .catch(() => undefined);
    }
    return token;
  }

  #remember(hash: string, token: KnownToken): void {
    // Taken out first, so that the one that was checked the longest ago stands first.
    this.#known.delete(hash);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_CACHED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(hash, token);
  }
}

function unexpired(token: KnownToken, atMs: number): Principal {
  if (token.expiresAtMs <= atMs) throw refused();
  return token.principal;
}

function refused(): UnauthenticatedError {
  return new UnauthenticatedError('This token is unknown, expired or revoked.');
}
