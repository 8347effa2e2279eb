import type { ClientConfig } from 'pg';
import { DatabaseSetupError } from './database-errors.js';

/** The roles that the service works under, made by the first migration. */
export const APP_ROLE = 'catalog_app';
export const SYSTEM_ROLE = 'catalog_system';

const CONNECT_TIMEOUT_MS = 2_000;

/** What a connection is to be set to from its start. `null` leaves the URL's or the server's own setting. */
export interface ConnectionSettings {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly role?: typeof APP_ROLE | typeof SYSTEM_ROLE;
  /** Run-time parameters of PostgreSQL, such as statement_timeout. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The driver's configuration for a `postgresql://` URL. Whatever the URL says (sslmode, host=/socket/directory, options) stays;
 * the settings are added to its `options`, so that they hold from the connection's first statement on. Prisma's own parameter
 * `schema` is taken out: the driver would not know it.
 *
 * @throws DatabaseSetupError when it is not such a URL. The message does not repeat it: it may hold a password.
 */
export function connectionConfig(connection: string, settings: ConnectionSettings): ClientConfig {
  const url = parseConnection(connection);
  url.searchParams.delete('schema');
  const parameters = {
    // The Prisma adapter cuts the offset off a timestamp and takes the rest for UTC.
    TimeZone: 'UTC',
    ...settings.parameters,
    ...(settings.role === undefined ? {} : { role: settings.role }),
  };
  const options = Object.entries(parameters).map(([name, value]) => `-c ${name}=${escapeOption(value)}`);
  url.searchParams.set('options', [url.searchParams.get('options') ?? '', ...options].join(' ').trim());
  url.searchParams.delete('application_name');
  return {
    connectionString: url.toString(),
    application_name: settings.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** The schema of Prisma Migrate's own table: the URL's `schema` parameter, as Prisma itself reads it. */
export function migrationsSchema(connection: string): string {
  return parseConnection(connection).searchParams.get('schema') ?? 'public';
}

function parseConnection(connection: string): URL {
  // An empty host (`postgresql://user@/db?host=/socket`) is common for Unix sockets, and no valid URL.
  const text = connection.replace(/^(postgres(?:ql)?:\/\/[^/?#]*?)(@?)(?=[/?#])/, (match, start: string, at: string) =>
    at === '@' || start.endsWith('//') ? `${start}${at}localhost` : match,
  );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    throw new DatabaseSetupError(
      'DATABASE_URL is not a PostgreSQL URL. It looks like postgresql://user:password@host:5432/database?sslmode=require; ' +
        'special characters in the user or the password are written percent-encoded.',
    );
  }
  return url;
}

/** Spaces and backslashes separate the server's command-line options. */
function escapeOption(value: string): string {
  return value.replace(/[\\\s]/g, (character) => `\\${character}`);
}
