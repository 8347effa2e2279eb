import { randomUUID } from 'node:crypto';
import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { AmbiguousNameError, CatalogError, ConflictError, ValidationError } from '../kernel/errors.js';

/**
 * The error as a caller may see it: expected failures keep their message and code, what the caller got wrong in the
 * document or its variables stays as it is, and everything else is hidden behind an id that the log knows.
 */
export function presentError(error: unknown, log: Logger): GraphQLError {
  const cause = rootCause(error);
  if (cause instanceof CatalogError) return placed(error, cause.message, extensionsOf(cause));
  if (cause instanceof PothosValidationError) return placed(error, cause.message, { code: 'BAD_USER_INPUT' });
  if (cause instanceof GraphQLError) {
    if (cause.extensions['code'] !== undefined) {
      const { originalError, ...extensions } = cause.extensions;
      if (originalError === undefined) return placed(error, cause.message, extensions);
      // The body is no JSON, and stands whole in there: up to 64 MiB, with whatever secret it has.
      return placed(error, cause.message, { ...extensions, http: { status: 400 } });
    }
    // Without a path it speaks of the document or the variables, with one a field's result could not be completed.
    if (cause.path === undefined) {
      const code = cause.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : 'BAD_USER_INPUT';
      return placed(error, cause.message, { http: { status: 400, spec: true }, ...cause.extensions, code });
    }
  }
  const errorId = randomUUID();
  log.error({ err: cause, errorId, path: error instanceof GraphQLError ? error.path : undefined }, 'unexpected error');
  return placed(error, `Something went wrong in the service. Its log knows more under the id ${errorId}.`, {
    code: 'INTERNAL_SERVER_ERROR',
    errorId,
  });
}

function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function placed(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const place = error instanceof GraphQLError ? error : undefined;
  return new GraphQLError(message, {
    nodes: place?.nodes ?? null,
    source: place?.source ?? null,
    positions: place?.positions ?? null,
    path: place?.path ?? null,
    extensions,
  });
}

function extensionsOf(error: CatalogError): Record<string, unknown> {
  const extensions: Record<string, unknown> = { code: error.code };
  if (error.retryable) extensions['retryable'] = true;
  if (error instanceof AmbiguousNameError) extensions['platforms'] = error.platforms;
  if (error instanceof ValidationError) extensions['issues'] = error.issues;
  if (error instanceof ConflictError) {
    extensions['currentVersion'] = error.currentVersion;
    extensions['currentRevision'] = error.currentRevision;
  }
  return extensions;
}
