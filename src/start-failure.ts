import { ConfigError } from './config.js';
import { DatabaseSetupError } from './database/database-errors.js';
import { EmbeddedPostgresError } from './database/embedded-postgres-error.js';
import { CatalogError } from './kernel/errors.js';

const FOR_PEOPLE = [ConfigError, DatabaseSetupError, EmbeddedPostgresError, CatalogError];

/** Why the service could not start, for whoever has to do something about it: a stack only where it is a fault of ours. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!FOR_PEOPLE.some((kind) => error instanceof kind)) return error.stack ?? error.message;
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message}\n${cause}`;
}
