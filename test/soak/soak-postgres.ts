import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { launchServer } from '../../src/database/launch-server.js';
import {
  type PostgresCluster,
  placeCluster,
  prepareCluster,
  readPassword,
  SUPERUSER,
  writeSettings,
} from '../../src/database/postgres-cluster.js';
import { leftovers, readPostmaster } from '../../src/database/postmaster-pid.js';

const DATABASE = 'tool_catalog';
const RECOVERY_MS = 30_000;
const LEFTOVERS_MS = 20_000;
const POLL_MS = 20;
const silent = { info: () => undefined, warn: () => undefined };

/** A PostgreSQL that only this run looks after: nobody starts it again but the run itself. Linux only. */
export class SoakPostgres {
  readonly port: number;
  readonly #cluster: PostgresCluster;

  private constructor(cluster: PostgresCluster, port: number) {
    this.#cluster = cluster;
    this.port = port;
  }

  /** With all that makes data durable left on, and with the times of commits kept. */
  static async create(dataDir: string, port: number): Promise<SoakPostgres> {
    const settings = { max_connections: '150', track_commit_timestamp: 'on' };
    const cluster = await placeCluster({ dataDir, log: silent, transport: 'tcp', settings });
    await prepareCluster(cluster);
    await writeSettings(cluster, port);
    await launchServer(cluster);
    const postgres = new SoakPostgres(cluster, port);
    await postgres.query(`create database ${DATABASE}`, 'postgres');
    return postgres;
  }

  /** @param port of a proxy in front of it. */
  url(port = this.port, database = DATABASE): string {
    const password = encodeURIComponent(readPassword(this.#cluster) ?? '');
    return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
  }

  /** One statement over a connection of its own. @throws when it is not answered within 5 s. */
  async query<Row extends pg.QueryResultRow>(sql: string, database = DATABASE): Promise<Row[]> {
    const client = new pg.Client({
      connectionString: this.url(this.port, database),
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(sql)).rows;
    } finally {
      // Not awaited: a stopped server does not answer the goodbye.
      void client.end().catch(() => undefined);
    }
  }

  /** As {@link query}, of a server that may still be recovering from the last fault: waits until it takes connections, for 30 s. */
  async queryRecovered<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const deadline = Date.now() + RECOVERY_MS;
    for (;;) {
      try {
        return await this.query<Row>(sql);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(POLL_MS);
      }
    }
  }

  /** kill -9 of the first process; the others end when they notice. */
  kill(): void {
    const postmaster = readPostmaster(this.#cluster.directory);
    if (postmaster) process.kill(postmaster.pid, 'SIGKILL');
  }

  /** SIGSTOP or SIGCONT for every process of it. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): number {
    const pids = leftovers(this.#cluster.directory);
    for (const pid of pids) signalQuietly(pid, signal);
    return pids.length;
  }

  /** After {@link kill}. Resolves when it takes connections. */
  async restart(): Promise<void> {
    const deadline = Date.now() + LEFTOVERS_MS;
    while (leftovers(this.#cluster.directory).length > 0) {
      if (Date.now() > deadline) this.signalAll('SIGKILL');
      await sleep(POLL_MS);
    }
    await rm(`${this.#cluster.directory}/postmaster.pid`, { force: true });
    await launchServer(this.#cluster);
  }

  /** For good, its data too. */
  async remove(): Promise<void> {
    this.kill();
    while (this.signalAll('SIGKILL') > 0) await sleep(POLL_MS);
    await rm(this.#cluster.home, { recursive: true, force: true });
  }
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
