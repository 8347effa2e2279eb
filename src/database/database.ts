import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { APP_ROLE, connectionConfig, SYSTEM_ROLE } from './connection-settings.js';
import { DatabaseSetupError, sqlState, toCatalogError, toStartError } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';
import { PrismaClient } from './generated/prisma/client.js';
import { guardClient } from './guarded-client.js';
import { type Listener, startListener } from './listener.js';
import { runTransaction, STATEMENT_TIMEOUT_MS, type Transaction, type TransactionOptions } from './transactions.js';

export type { Listener } from './listener.js';
export type { Transaction, TransactionOptions } from './transactions.js';
export { PrismaClient };

const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** Against a server that hangs: its own statement_timeout does not help then. A statement of the largest import takes less. */
const HANG_TIMEOUT_MS = 120_000;
const IDLE_CONNECTION_MS = 30_000;
const SMALLEST_POOL = 2;

export interface DatabaseOptions {
  /** A postgresql:// URL of a user who may take the roles catalog_app and catalog_system. */
  readonly connection: string;
  /** Connections of this instance, for both roles together; one more is opened for each listener. At least 2. */
  readonly poolSize: number;
  readonly log: DatabaseLog;
}

/** The catalog's database as the rest of the service uses it. */
export interface Database {
  /** Under row-level security: sees nothing outside {@link Database.withTenant}. */
  readonly app: PrismaClient;
  /** Sees every tenant: for the follower, the look-up of tokens, retention, backup. */
  readonly system: PrismaClient;
  /** Runs `work` in a transaction that sees the tenant's rows and the shared ones, and writes only the tenant's. */
  withTenant<T>(
    tenant: string,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  systemTransaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Runs queries outside a transaction, so that a database that is away shows as an UnavailableError. */
  guard<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `onConnect` after every (re)connect: hints sent before it may have been missed. */
  listen(channel: string, onNotify: (payload: string) => void, onConnect: () => void): Promise<Listener>;
  /** @throws UnavailableError when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the pools and makes sure that the roles are what row-level security needs. The database must have been migrated.
 *
 * @throws DatabaseSetupError when it was not, or when a role could see past the policies; UnavailableError when it is away.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const poolSize = Math.max(SMALLEST_POOL, options.poolSize);
  const systemSize = Math.max(1, Math.floor(poolSize * 0.3));
  const app = openRole(options, APP_ROLE, poolSize - systemSize);
  const system = openRole(options, SYSTEM_ROLE, systemSize);
  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    await Promise.all([...listeners.map((listener) => listener.close()), app.close(), system.close()]);
  };
  try {
    await Promise.all([checkRole(app.pool, APP_ROLE), checkRole(system.pool, SYSTEM_ROLE)]);
  } catch (error) {
    await close();
    throw toStartError(error);
  }
  return {
    app: app.client,
    system: system.client,
    withTenant: (tenant, work, transaction = {}) => {
      if (tenant === '') throw new TypeError('A transaction needs a tenant.');
      return runTransaction(app.client, { ...transaction, tenant }, work);
    },
    systemTransaction: (work, transaction = {}) =>
      runTransaction(system.client, { ...transaction, tenant: null }, work),
    guard,
    listen: async (channel, onNotify, onConnect) => {
      const config = connectionConfig(options.connection, {
        applicationName: 'tool-catalog listen',
        role: SYSTEM_ROLE,
      });
      const listener = await startListener({ config, channel, onNotify, onConnect, log: options.log });
      listeners.push(listener);
      return listener;
    },
    ping: () => guard(async () => void (await system.pool.query('SELECT 1'))),
    close,
  };
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toCatalogError(error);
  }
}

type Role = typeof APP_ROLE | typeof SYSTEM_ROLE;

interface RoleConnections {
  readonly pool: pg.Pool;
  readonly client: PrismaClient;
  close(): Promise<void>;
}

function openRole(options: DatabaseOptions, role: Role, size: number): RoleConnections {
  const pool = new pg.Pool({
    ...connectionConfig(options.connection, {
      applicationName: `tool-catalog ${role}`,
      role,
      parameters: {
        default_transaction_isolation: 'read committed',
        statement_timeout: `${STATEMENT_TIMEOUT_MS}`,
        lock_timeout: `${LOCK_TIMEOUT_MS}`,
        idle_in_transaction_session_timeout: `${IDLE_IN_TRANSACTION_TIMEOUT_MS}`,
      },
    }),
    max: size,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    query_timeout: HANG_TIMEOUT_MS,
  });
  pool.on('connect', guardClient);
  const report = (error: Error): void => options.log.warn(`Database connection (${role}) lost: ${error.message}`);
  pool.on('error', report);
  const adapter = new PrismaPg(pool, { onConnectionError: report });
  const client = new PrismaClient({ adapter, errorFormat: 'minimal' });
  return {
    pool,
    client,
    close: async () => {
      await client.$disconnect();
      await pool.end();
    },
  };
}

/** Row-level security binds neither superusers, nor roles with BYPASSRLS, nor (without FORCE) a table's owner. */
async function checkRole(pool: pg.Pool, role: Role): Promise<void> {
  let found: { name: string; unbound: boolean; owner: boolean } | undefined;
  try {
    const { rows } = await pool.query<{ name: string; unbound: boolean; owner: boolean }>(
      `SELECT rolname AS name, rolsuper OR rolbypassrls AS unbound,
              EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = 'tool_catalog' AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owner
       FROM pg_catalog.pg_roles r WHERE rolname = current_user`,
    );
    found = rows[0];
  } catch (error) {
    // 22023 and 42704: no such role; 42501: the user may not take it.
    if (!['22023', '42704', '42501'].includes(sqlState(error) ?? '')) throw error;
    throw new DatabaseSetupError(
      `The user of DATABASE_URL cannot work as ${role}. Run the migrations as this user, or have a database administrator run: ` +
        `GRANT ${role} TO <user>;`,
      { cause: error },
    );
  }
  if (found?.name !== role) {
    throw new DatabaseSetupError(
      `The connection works as ${found?.name} instead of ${role}. A connection pooler in between must pass on the start-up ` +
        'parameter "options", or DATABASE_URL must go past it.',
    );
  }
  if (found.unbound || found.owner) {
    throw new DatabaseSetupError(
      `The role ${role} could see past row-level security. A database administrator must run: ` +
        `ALTER ROLE ${role} NOSUPERUSER NOBYPASSRLS; and make the schema's owner another role.`,
    );
  }
}
