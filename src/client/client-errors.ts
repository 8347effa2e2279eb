import {
  BadUserInputError,
  CatalogError,
  ForbiddenError,
  PositionError,
  UnauthenticatedError,
  UnavailableError,
} from '../kernel/errors.js';

/** The feed broke one of its rules: a revision is missing, or a message has not the agreed shape. The client lists again. */
export class FeedError extends CatalogError {
  override readonly name = 'FeedError';
  readonly code: 'FEED_GAP' | 'FEED_MALFORMED';
  override readonly retryable = true;

  constructor(code: 'FEED_GAP' | 'FEED_MALFORMED', message: string) {
    super(message);
    this.code = code;
  }
}

/** The copy's hash is not the catalog's at the same position (live-update rule H1). The client lists again. */
export class CopyDamagedError extends CatalogError {
  override readonly name = 'CopyDamagedError';
  readonly code = 'COPY_DAMAGED';
  override readonly retryable = true;
  readonly position: string;
  /** What the service says. */
  readonly expectedHash: string;
  readonly actualHash: string;

  constructor(position: string, hashes: { readonly expected: string; readonly actual: string }) {
    super(`The copy at ${position} has the hash ${hashes.actual}, the catalog ${hashes.expected}.`);
    this.position = position;
    this.expectedHash = hashes.expected;
    this.actualHash = hashes.actual;
  }
}

/** The service refused the request for a reason that waiting does not mend, such as a field it does not know. */
export class RefusedError extends CatalogError {
  override readonly name = 'RefusedError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The catalog was confirmed longer ago than `maxStalenessMs` allows. It may be current again later. */
export class CatalogTooOldError extends CatalogError {
  override readonly name = 'CatalogTooOldError';
  readonly code = 'CATALOG_TOO_OLD';
  override readonly retryable = true;
  readonly source: string;
  readonly stalenessMs: number;
  readonly maxStalenessMs: number;

  constructor(age: { readonly source: string; readonly stalenessMs: number; readonly maxStalenessMs: number }) {
    const old = Number.isFinite(age.stalenessMs) ? `is ${Math.round(age.stalenessMs)} ms old` : 'was never confirmed';
    super(`The catalog (from ${age.source}) ${old}; ${age.maxStalenessMs} ms are allowed.`);
    this.source = age.source;
    this.stalenessMs = age.stalenessMs;
    this.maxStalenessMs = age.maxStalenessMs;
  }
}

/** The service's error as the class that it was over there. */
function errorFromCode(code: string, message: string): CatalogError {
  switch (code) {
    case 'UNAUTHENTICATED':
      return new UnauthenticatedError(message);
    case 'FORBIDDEN':
      return new ForbiddenError(message);
    case 'POSITION_INVALID':
    case 'POSITION_EXPIRED':
    case 'POSITION_AHEAD':
      return new PositionError(code, message);
    case 'UNAVAILABLE':
    case 'RATE_LIMITED':
      return new UnavailableError(message);
    case 'BAD_USER_INPUT':
      return new BadUserInputError(message);
    default:
      return new RefusedError(code, message);
  }
}

/** The first of a GraphQL answer's errors. */
export function errorFromGraphql(errors: readonly unknown[]): CatalogError {
  const first = errors[0] as
    | { readonly message?: unknown; readonly extensions?: { readonly code?: unknown } }
    | undefined;
  const message =
    typeof first?.message === 'string' ? first.message : 'The service reported an error without a message.';
  // An error without a code is a masked failure inside the service, which may well have passed by the next attempt.
  const code = first?.extensions?.code;
  return errorFromCode(typeof code === 'string' ? code : 'UNAVAILABLE', message);
}

const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_FORBIDDEN = 4403;

/** What a closed socket means. Only a refused token is more than a lost connection. */
export function errorFromClose(code: number, reason: string): CatalogError {
  const said = reason === '' ? '' : ` (${reason})`;
  if (code === CLOSE_UNAUTHORIZED) return new UnauthenticatedError(`The service does not accept the token${said}.`);
  if (code === CLOSE_FORBIDDEN) return new ForbiddenError(`The service refuses the token${said}.`);
  return new UnavailableError(`The connection was closed with ${code}${said}.`);
}
