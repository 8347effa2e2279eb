import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { hashTokenSecret } from '../../../src/access/token-secret.js';
import { createTokenService } from '../../../src/access/token-service.js';
import { createRefusalLog } from '../../../src/audit/refusal-log.js';
import { createCatalogService } from '../../../src/catalog/catalog-service.js';
import { createToolHistory } from '../../../src/catalog/tool-history.js';
import { openDatabase } from '../../../src/database/database.js';
import { createExpressionCache } from '../../../src/expressions/expression-cache.js';
import { startHttpServer } from '../../../src/http/http-server.js';
import { createChangeFeed } from '../../../src/live/change-feed.js';
import { createChangeLog } from '../../../src/live/change-log.js';
import { createConsumers } from '../../../src/live/consumers.js';
import { LogFollower } from '../../../src/live/log-follower.js';
import { answerQuestions, sayReady } from './bench-child.js';

const [connection = '', way = '', token = ''] = process.argv.slice(2);

/** The service with one of two ways to serve subscriptions: shared as it is, or each by itself. */
async function serve(): Promise<{ url: string }> {
  const logger = pino({ level: 'silent' });
  const now = () => new Date();
  const database = await openDatabase({ connection, poolSize: 5, log: logger });
  const log = createChangeLog(database);
  const follower = new LogFollower({ database, log, logger });
  await follower.start();
  const refusals = createRefusalLog({ database, logger, now });
  const feed = createChangeFeed({ follower, log, now, bookmarkMs: 3_600_000 });
  const services = {
    commands: createCatalogService({
      database,
      source: follower,
      now,
      refusals,
      expressions: createExpressionCache(1_000),
    }),
    history: createToolHistory(database),
    source: follower,
    feed:
      way === 'alone'
        ? { follow: (...[request, signal]: Parameters<typeof feed.follow>) => feed.follow(request, signal) }
        : feed,
    refusals,
    tokens: createTokenService({ database, now, refusals, adminTokenHash: hashTokenSecret(token) }),
    consumers: createConsumers({ database, source: follower, log, now }),
    database,
    node: { name: way, version: '0' },
    log: logger,
  };
  const server = await startHttpServer(services, {
    host: '127.0.0.1',
    port: 0,
    allowedOrigins: [],
    introspection: true,
    maxStalenessMs: 900_000,
    websocket: { maxUnauthenticated: 2_000 },
  });
  answerQuestions({ cpuMicroseconds });
  return { url: `${server.url.replace('http', 'ws')}/graphql` };
}

/** Nothing but ws, which sends a string that is ready. */
async function broadcast(): Promise<{ url: string }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  answerQuestions({
    cpuMicroseconds,
    broadcast: ({ text, perSocket }: { text: string; perSocket: number }) => {
      for (const socket of server.clients) for (let count = 0; count < perSocket; count += 1) socket.send(text);
    },
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

sayReady(await (way === 'raw' ? broadcast() : serve()));
