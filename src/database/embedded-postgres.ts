import { readFileSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseLog } from './database-log.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { lastWords, launchServer, START_TIMEOUT_MS } from './launch-server.js';
import {
  type PostgresCluster,
  placeCluster,
  prepareCluster,
  readPassword,
  runClusterProgram,
  SOCKET_PORT,
  SUPERUSER,
  type Transport,
  writeSettings,
} from './postgres-cluster.js';
import { leftovers, type Postmaster, readPostmaster, stateOf } from './postmaster-pid.js';
import { withStartLock } from './start-lock.js';

const DATABASE = 'tool_catalog';
/** By connections of this name the processes that use a server are counted: they end with their process, however that ends. */
const PRESENCE = 'tool-catalog presence';
const LOCK_TIMEOUT_MS = 2 * START_TIMEOUT_MS;
const LEFTOVERS_TIMEOUT_MS = 10_000;
const POLL_MS = 50;
const LONGEST_RETRY_MS = 10_000;

export interface EmbeddedPostgresOptions {
  /** Made if missing. Processes with the same one share one server. */
  readonly dataDir: string;
  readonly log: DatabaseLog;
  /** Unix socket, or TCP on 127.0.0.1 with a password; by default TCP on Windows only. */
  readonly transport?: Transport;
  /** Further settings of PostgreSQL. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where data and programs go that the user postgres cannot reach; /var/lib/tool-catalog by default. */
  readonly systemDirectory?: string;
}

export interface EmbeddedPostgres {
  /** A postgresql:// URL of the superuser. Stays the same when the server is restarted after a crash. */
  readonly connectionString: string;
  /** True when the server was running already. */
  readonly adopted: boolean;
  /** Leaves the server, and stops it when no other process uses it. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL in `dataDir`, for this process and all others that ask for the same directory: started, or adopted when one
 * is running there (also one that was left by a killed process). It is started again when it dies. Data is as durable as in
 * any PostgreSQL.
 *
 * @throws EmbeddedPostgresError when there are no programs for this platform, the data is of another major version, or the
 *   server does not start; the message says why.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const transport = options.transport ?? (process.platform === 'win32' ? 'tcp' : 'socket');
  const { dataDir, log, settings = {}, systemDirectory } = options;
  const cluster = await placeCluster({
    dataDir,
    log,
    transport,
    settings,
    ...(systemDirectory === undefined ? {} : { systemDirectory }),
  });
  const supervisor = new Supervisor(cluster, log);
  const { connectionString, adopted } = await supervisor.join();
  log.info(adopted ? `Joined the PostgreSQL that runs in ${cluster.home}.` : `Started PostgreSQL in ${cluster.home}.`);
  return { connectionString, adopted, stop: () => supervisor.leave() };
}

class Supervisor {
  readonly #cluster: PostgresCluster;
  readonly #log: DatabaseLog;
  #presence: pg.Client | undefined;
  #leaving: Promise<void> | undefined;

  constructor(cluster: PostgresCluster, log: DatabaseLog) {
    this.#cluster = cluster;
    this.#log = log;
  }

  join(): Promise<{ connectionString: string; adopted: boolean }> {
    return withStartLock(this.#cluster.home, LOCK_TIMEOUT_MS, async () => {
      // Whoever waited for the lock may have been told to leave meanwhile.
      if (this.#leaving !== undefined)
        throw new EmbeddedPostgresError(`PostgreSQL in ${this.#cluster.home} is being left.`);
      const { postmaster, adopted } = await ensureRunning(this.#cluster);
      this.#presence = await this.#bePresent(postmaster);
      return { connectionString: connectionTo(this.#cluster, postmaster, DATABASE), adopted };
    });
  }

  async #bePresent(postmaster: Postmaster): Promise<pg.Client> {
    const socket = new net.Socket();
    const client = new pg.Client({
      connectionString: connectionTo(this.#cluster, postmaster, 'postgres'),
      application_name: PRESENCE,
      stream: () => socket,
    });
    client.on('error', () => undefined);
    client.on('end', () => client === this.#presence && void this.#rejoin());
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } catch (error) {
      // Who is not there must not be counted.
      await client.end().catch(() => undefined);
      throw error;
    }
    // A process that forgets to leave may end all the same; the next one adopts the server.
    socket.unref();
    return client;
  }

  leave(): Promise<void> {
    this.#leaving ??= withStartLock(this.#cluster.home, LOCK_TIMEOUT_MS, async () => {
      const client = this.#presence;
      this.#presence = undefined;
      if (client === undefined) return;
      const others = await client
        .query('SELECT FROM pg_catalog.pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()', [
          PRESENCE,
        ])
        .then(
          (result) => result.rowCount,
          () => null,
        );
      await client.end().catch(() => undefined);
      if (others !== 0) return;
      const socketDirectory = readPostmaster(this.#cluster.directory)?.socketDirectory ?? '';
      const { code, output } = await runClusterProgram(this.#cluster, 'pg_ctl', [
        'stop',
        '-D',
        this.#cluster.directory,
        '-m',
        'fast',
        '-w',
        '-t',
        '60',
      ]);
      if (code === 0) await leaveTemporaryDirectory(this.#cluster, socketDirectory);
      else this.#log.warn(`PostgreSQL in ${this.#cluster.home} did not stop: ${output}`);
    });
    return this.#leaving;
  }

  /** The server is gone under us: whoever holds the lock first starts it again, the others find it running. */
  async #rejoin(): Promise<void> {
    this.#presence = undefined;
    this.#log.warn(`PostgreSQL in ${this.#cluster.home} has ended unexpectedly; starting it again.`);
    for (let retryMs = 250; this.#leaving === undefined; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
      try {
        await this.join();
        this.#log.info(`PostgreSQL in ${this.#cluster.home} is back.`);
        return;
      } catch (error) {
        if (this.#leaving !== undefined) return;
        this.#log.warn(`PostgreSQL in ${this.#cluster.home} does not start: ${String(error)}`);
        await sleep(retryMs);
      }
    }
  }
}

async function ensureRunning(cluster: PostgresCluster): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let adopted = true;
  for (;;) {
    const postmaster = readPostmaster(cluster.directory);
    if (postmaster === undefined || stateOf(postmaster.pid, cluster.directory) === 'dead') {
      adopted = false;
      await start(cluster);
    } else if (postmaster.ready && (await answers(cluster, postmaster))) {
      return { postmaster, adopted };
    } else {
      await sleep(POLL_MS);
    }
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `The PostgreSQL of ${cluster.directory} (process ${postmaster?.pid}) runs but does not answer. ${lastWords(cluster)}`,
      );
    }
  }
}

async function start(cluster: PostgresCluster): Promise<void> {
  await prepareCluster(cluster);
  const deadline = Date.now() + LEFTOVERS_TIMEOUT_MS;
  // PostgreSQL itself only looks whether there is a process of the number in its lock files, be it a zombie or a stranger: they
  // are removed below. What must never be is a new server beside a killed one's processes.
  for (let left = leftovers(cluster.directory); left.length > 0; left = leftovers(cluster.directory)) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Processes of a PostgreSQL that was killed are still at work in ${cluster.directory}: ${left.join(', ')}. End them.`,
      );
    }
    await sleep(POLL_MS);
  }
  await rm(path.join(cluster.directory, 'postmaster.pid'), { force: true });
  const port = cluster.transport === 'tcp' ? await choosePort(cluster) : SOCKET_PORT;
  const socketDirectory = await writeSettings(cluster, port);
  if (socketDirectory !== '') {
    for (const end of ['', '.lock']) await rm(path.join(socketDirectory, `.s.PGSQL.${port}${end}`), { force: true });
  }
  await launchServer(cluster);
}

/** A socket's directory that is not below DATA_DIR, whose path was too long, is not to be left behind. */
async function leaveTemporaryDirectory(cluster: PostgresCluster, socketDirectory: string): Promise<void> {
  if (socketDirectory === '' || socketDirectory.startsWith(cluster.home)) return;
  await rmdir(socketDirectory).catch(() => undefined);
}

/** The port of the last start while nobody else has taken it, so that URLs stay valid over a crash. */
async function choosePort(cluster: PostgresCluster): Promise<number> {
  let last = 0;
  try {
    const settings = readFileSync(path.join(cluster.directory, 'tool-catalog.conf'), 'utf8');
    last = Number(/^port = '(\d+)'$/m.exec(settings)?.[1] ?? 0);
  } catch {
    // The first start.
  }
  return (await freePort(last)) ?? (await freePort(0)) ?? last;
}

function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

async function answers(cluster: PostgresCluster, postmaster: Postmaster): Promise<boolean> {
  const client = new pg.Client({
    connectionString: connectionTo(cluster, postmaster, 'postgres'),
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === cluster.directory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') {
      throw new EmbeddedPostgresError(
        `Another user's PostgreSQL runs in ${cluster.directory}, and this user may not connect to it. Set another DATA_DIR.`,
      );
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function connectionTo(cluster: PostgresCluster, postmaster: Postmaster, database: string): string {
  const password = readPassword(cluster);
  const user = password === undefined ? SUPERUSER : `${SUPERUSER}:${encodeURIComponent(password)}`;
  return postmaster.socketDirectory === ''
    ? `postgresql://${user}@127.0.0.1:${postmaster.port}/${database}?sslmode=disable`
    : `postgresql://${user}@localhost:${postmaster.port}/${database}?sslmode=disable&host=${encodeURIComponent(postmaster.socketDirectory)}`;
}
