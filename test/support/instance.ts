import { pino } from 'pino';
import type { Caller } from '../../src/access/principal.js';
import { createRefusalLog } from '../../src/audit/refusal-log.js';
import type { CatalogCommands, ToolHistory } from '../../src/catalog/catalog-commands.js';
import { createCatalogService } from '../../src/catalog/catalog-service.js';
import { createToolHistory } from '../../src/catalog/tool-history.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import type { ChangeFeed } from '../../src/live/catalog-source.js';
import { createChangeFeed } from '../../src/live/change-feed.js';
import { type ChangeLog, createChangeLog } from '../../src/live/change-log.js';
import { LogFollower, type LogFollowerOptions } from '../../src/live/log-follower.js';

/** One instance of the service without its doors: real database, follower, feed and commands. */
export interface TestInstance {
  readonly database: Database;
  readonly log: ChangeLog;
  readonly follower: LogFollower;
  readonly feed: ChangeFeed;
  readonly commands: CatalogCommands;
  readonly history: ToolHistory;
  close(): Promise<void>;
}

export const silentLogger = pino({ level: 'silent' });

export interface InstanceOptions extends Partial<Pick<LogFollowerOptions, 'mark' | 'pollMs' | 'recentChanges'>> {
  readonly bookmarkMs?: number;
  readonly now?: () => Date;
}

export async function startInstance(url: string, options: InstanceOptions = {}): Promise<TestInstance> {
  const now = options.now ?? (() => new Date());
  const database = await openDatabase({ connection: url, poolSize: 8, log: silentLogger });
  const log = createChangeLog(database);
  const follower = new LogFollower({ database, log, logger: silentLogger, ...options });
  await follower.start();
  return {
    database,
    log,
    follower,
    feed: createChangeFeed({ follower, log, now, ...(options.bookmarkMs ? { bookmarkMs: options.bookmarkMs } : {}) }),
    commands: createCatalogService({
      database,
      source: follower,
      now,
      expressions: createExpressionCache(1_000),
      refusals: createRefusalLog({ database, logger: silentLogger, now }),
    }),
    history: createToolHistory(database),
    close: async () => {
      await follower.stop();
      await database.close();
    },
  };
}

/** A caller with a role of a tenant; an admin of the shared tenant unless told otherwise. */
export function caller(over: Partial<Caller['principal']> = {}): Caller {
  return {
    principal: { name: 'ada', role: 'ADMIN', tenant: 'shared', tokenId: null, ...over },
    ipAddress: '192.0.2.7',
  };
}
