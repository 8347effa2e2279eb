import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type AdminToken, ensureAdminToken } from './access/admin-token.js';
import { hashTokenSecret } from './access/token-secret.js';
import { createTokenService } from './access/token-service.js';
import { createRefusalLog } from './audit/refusal-log.js';
import { importBundledCatalog } from './catalog/bundled-catalog.js';
import { createCatalogService } from './catalog/catalog-service.js';
import { createToolHistory } from './catalog/tool-history.js';
import { Closers } from './closers.js';
import { type Config, ConfigError } from './config.js';
import { type Database, openDatabase } from './database/database.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './database/migrate.js';
import { packageRoot } from './database/package-root.js';
import { createExpressionCache } from './expressions/expression-cache.js';
import type { CatalogServices } from './graphql/context.js';
import { startHttpServer } from './http/http-server.js';
import { UnavailableError } from './kernel/errors.js';
import { letGo } from './let-go.js';
import { createChangeFeed } from './live/change-feed.js';
import { createChangeLog } from './live/change-log.js';
import { createConsumers } from './live/consumers.js';
import { keepHistoryMark, readHistoryMark } from './live/history-mark-file.js';
import { LogFollower } from './live/log-follower.js';
import { OutageLog } from './live/outage-log.js';
import { startRetention } from './live/retention.js';
import { readTlsFiles, type TlsTexts } from './tls-files.js';

export { type Config, ConfigError, readConfig } from './config.js';

/** A running instance of the service. */
export interface App {
  /** For example http://127.0.0.1:4000 */
  readonly url: string;
  readonly adminToken: AdminToken;
  readonly services: CatalogServices;
  /** Tools that this start took over from the bundled catalog. */
  readonly bundledTools: number;
  /** Finishes what runs, tells the connected where to go on, and lets go of everything. Safe to call twice. */
  close(): Promise<void>;
}

/** Who hears of a wait for the database, and who ends it. */
interface Waiting {
  readonly logger: Logger;
  readonly signal: AbortSignal | undefined;
}

const EXPRESSIONS = 50_000;
const DATABASE_WAIT_MS = 60_000;
const DATABASE_WAIT_SAID_MS = 10_000;

/**
 * Starts an instance: database, migrations, the catalog in memory, then the doors. Composing is apart from listening to the process
 * (src/main.ts), so that tests start exactly this. With the signal aborted, it no longer waits for a database that is away.
 */
export async function startApp(config: Config, logger: Logger, signal?: AbortSignal): Promise<App> {
  const closers = new Closers();
  try {
    return await start(config, closers, { logger, signal });
  } catch (error) {
    // Why it did not start is what has to be known.
    await closers.close().catch((failure: unknown) => logger.error({ err: failure }, 'could not stop in order'));
    throw error;
  }
}

async function start(config: Config, closers: Closers, waiting: Waiting): Promise<App> {
  const { logger } = waiting;
  const now = () => new Date();
  const dataDir = path.resolve(config.dataDir);
  const tls = await readTlsFiles(config);
  const adminToken = await inDataDir(dataDir, () => ensureAdminToken(dataDir, config.adminToken));
  const database = await connect(config, closers, waiting);
  const log = createChangeLog(database);

  const markFile = path.join(dataDir, 'history-mark.json');
  const lastMark = await readHistoryMark(markFile, (error) =>
    logger.warn({ err: error }, `${markFile} cannot be read: a history that was replaced meanwhile goes unnoticed`),
  );
  const follower = new LogFollower({ database, log, logger, mark: lastMark });
  closers.push(() => letGo(logger, 'the change log', () => follower.stop()));
  await follower.start();
  const mark = keepHistoryMark({
    file: markFile,
    mark: () => follower.mark,
    onError: (error) => logger.warn({ err: error }, `${markFile} cannot be written`),
  });
  closers.push(() => mark.stop());
  const retention = startRetention(database, { policy: config.retention, logger, now });
  closers.push(() => letGo(logger, 'retention', () => retention.stop()));

  const refusals = createRefusalLog({ database, logger, now });
  const commands = createCatalogService({
    database,
    source: follower,
    now,
    refusals,
    expressions: createExpressionCache(EXPRESSIONS),
  });
  const services: CatalogServices = {
    commands,
    history: createToolHistory(database),
    source: follower,
    feed: createChangeFeed({ follower, log, now }),
    consumers: createConsumers({ database, source: follower, log, now }),
    refusals,
    tokens: createTokenService({ database, now, refusals, adminTokenHash: hashTokenSecret(adminToken.secret) }),
    database,
    node: { name: `${hostname()}:${process.pid}`, version: await packageVersion() },
    log: logger,
  };
  // Another instance on the same empty database may be importing them at this moment.
  const bundledTools = config.bundledCatalog ? await whenReachable(waiting, () => importWhenEmpty(services)) : 0;
  const server = await listen(services, config, tls);
  closers.push(() => server.close());
  return { url: server.url, adminToken, services, bundledTools, close: () => closers.close() };
}

async function connect(config: Config, closers: Closers, waiting: Waiting): Promise<Database> {
  const { logger } = waiting;
  let connection = config.databaseUrl;
  if (connection === undefined) {
    const { dataDir } = config;
    const embedded = await inDataDir(dataDir, () => startEmbeddedPostgres({ dataDir, log: logger }));
    closers.push(() => embedded.stop());
    connection = embedded.connectionString;
  }
  const applied = await whenReachable(waiting, () => migrate({ connection, log: logger }));
  if (applied.length > 0) logger.info({ migrations: applied }, 'database migrated');
  const database = await whenReachable(waiting, () =>
    openDatabase({ connection, poolSize: config.databasePoolSize, log: logger }),
  );
  closers.push(() => letGo(logger, 'the database', () => database.close()));
  return database;
}

/** A database server that starts at the same time as this instance may take a moment longer. */
async function whenReachable<T>({ logger, signal }: Waiting, attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + DATABASE_WAIT_MS;
  const outage = new OutageLog({
    logger,
    away: 'the database cannot be reached yet; trying again',
    back: 'the database can be reached',
    everyMs: DATABASE_WAIT_SAID_MS,
  });
  for (;;) {
    try {
      const result = await attempt();
      outage.worked();
      return result;
    } catch (error) {
      if (!(error instanceof UnavailableError) || performance.now() > deadlineMs) throw error;
      outage.failed(error);
      await sleep(1_000, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** Only a catalog that never held anything gets the bundled definitions: whoever deletes them all wants them gone. */
async function importWhenEmpty({ commands, source, log }: CatalogServices): Promise<number> {
  if (source.position.revision > 0) return 0;
  const report = await importBundledCatalog(commands, path.join(packageRoot(), 'catalog'));
  for (const result of report.results.filter((candidate) => candidate.outcome === 'FAILED')) {
    log.error({ tool: result.name, issues: result.issues }, 'a bundled definition cannot be imported');
  }
  return report.created;
}

/** What is wrong with an address shows only when it is listened on. */
async function listen(services: CatalogServices, config: Config, tls: TlsTexts | undefined) {
  try {
    return await startHttpServer(services, tls === undefined ? config : { ...config, tls });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error;
    const why = code === 'EADDRINUSE' ? 'another program listens there' : code;
    throw new ConfigError(`HOST and PORT: cannot listen on ${config.host}, port ${config.port} (${why}).`);
  }
}

/** What cannot be made or read in DATA_DIR is for its owner to mend, not a fault of ours. */
async function inDataDir<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, path: place } = error as NodeJS.ErrnoException;
    if (code === undefined || place === undefined) throw error;
    throw new ConfigError(`DATA_DIR: ${dataDir} cannot be used: ${place} (${code}).`);
  }
}

async function packageVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(packageRoot(), 'package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version ?? 'unknown');
}
