import type { Issue } from './issue.js';

/**
 * An expected failure. `code` is stable and part of the public API; `retryable` says whether the same request may
 * succeed later without being changed.
 */
export abstract class CatalogError extends Error {
  abstract readonly code: string;
  readonly retryable: boolean = false;
}

/** The input breaks a rule; every broken rule is an issue with its place. */
export class ValidationError extends CatalogError {
  override readonly name = 'ValidationError';
  readonly code: string = 'VALIDATION_FAILED';
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = []) {
    super(message);
    this.issues = issues;
  }
}

/** What a {@link ConflictError} tells about the tool as it is now. */
export interface ConflictDetails {
  readonly code?: string;
  readonly currentVersion?: string | null;
  readonly currentRevision?: number | null;
}

/** Somebody else changed it first, or the name or version is taken. */
export class ConflictError extends CatalogError {
  override readonly name = 'ConflictError';
  readonly code: string;
  readonly currentVersion: string | null;
  readonly currentRevision: number | null;

  constructor(message: string, details: ConflictDetails = {}) {
    super(message);
    this.code = details.code ?? 'CONFLICT';
    this.currentVersion = details.currentVersion ?? null;
    this.currentRevision = details.currentRevision ?? null;
  }
}

export class NotFoundError extends CatalogError {
  override readonly name = 'NotFoundError';
  readonly code: string = 'NOT_FOUND';
}

/** A bare name fits tools on several platforms. */
export class AmbiguousNameError extends CatalogError {
  override readonly name = 'AmbiguousNameError';
  readonly code: string = 'AMBIGUOUS_NAME';
  readonly platforms: readonly string[];

  constructor(toolName: string, platforms: readonly string[]) {
    super(`'${toolName}' exists on ${platforms.join(' and ')}: name the platform.`);
    this.platforms = platforms;
  }
}

/** The request carries no valid credentials. */
export class UnauthenticatedError extends CatalogError {
  override readonly name = 'UnauthenticatedError';
  readonly code: string = 'UNAUTHENTICATED';
}

/** The principal is known and may not do this. */
export class ForbiddenError extends CatalogError {
  override readonly name = 'ForbiddenError';
  readonly code: string = 'FORBIDDEN';
}

/** An argument is malformed in a way that no definition rule covers (a cursor, a page size, an id). */
export class BadUserInputError extends CatalogError {
  override readonly name = 'BadUserInputError';
  readonly code: string = 'BAD_USER_INPUT';
}

/** The database is away or overloaded; the same request may be sent again later. */
export class UnavailableError extends CatalogError {
  override readonly name = 'UnavailableError';
  readonly code: string = 'UNAVAILABLE';
  override readonly retryable = true;
}

export type PositionErrorCode = 'POSITION_INVALID' | 'POSITION_EXPIRED' | 'POSITION_AHEAD';

/** The change log cannot be followed from the given position: list again. */
export class PositionError extends CatalogError {
  override readonly name = 'PositionError';
  readonly code: PositionErrorCode;

  constructor(code: PositionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
