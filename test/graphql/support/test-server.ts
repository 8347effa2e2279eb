import { randomBytes } from 'node:crypto';
import type { Role } from '../../../src/access/principal.js';
import { hashTokenSecret } from '../../../src/access/token-secret.js';
import { createTokenService } from '../../../src/access/token-service.js';
import { createRefusalLog } from '../../../src/audit/refusal-log.js';
import type { CatalogServices } from '../../../src/graphql/context.js';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../../src/http/http-server.js';
import { createConsumers } from '../../../src/live/consumers.js';
import { caller, silentLogger, startInstance, type TestInstance } from '../../support/instance.js';
import { createTestDatabase } from '../../support/postgres.js';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
}

/** A whole instance with its doors, on a free port and a database of its own. */
export interface TestServer {
  readonly url: string;
  readonly websocketUrl: string;
  readonly adminToken: string;
  readonly databaseUrl: string;
  readonly instance: TestInstance;
  readonly services: CatalogServices;
  readonly server: HttpServer;
  /** The secret of a new token, and its id. */
  newToken(role: Role, tenant?: string): Promise<{ token: string; id: string }>;
  /** Asks as the first admin, unless another token (or null for none) is given. */
  ask(query: string, variables?: Record<string, unknown>, token?: string | null): Promise<GraphqlAnswer>;
  post(body: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export interface TestServerOptions extends Partial<HttpServerOptions> {
  readonly bookmarkMs?: number;
  /** Changes the services before the doors are built over them. */
  readonly alter?: (services: CatalogServices) => CatalogServices;
  /** How long a known token is taken without asking the database again. */
  readonly tokenCacheMs?: number;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { bookmarkMs, alter = (same) => same, tokenCacheMs = 0, ...serverOptions } = options;
  const database = await createTestDatabase();
  const instance = await startInstance(database.url, bookmarkMs === undefined ? {} : { bookmarkMs });
  const adminToken = randomBytes(24).toString('hex');
  const now = () => new Date();
  const refusals = createRefusalLog({ database: instance.database, logger: silentLogger, now });
  const services = alter({
    commands: instance.commands,
    history: instance.history,
    source: instance.follower,
    feed: instance.feed,
    consumers: createConsumers({ database: instance.database, source: instance.follower, log: instance.log, now }),
    refusals,
    tokens: createTokenService({
      database: instance.database,
      now,
      refusals,
      adminTokenHash: hashTokenSecret(adminToken),
      cacheMs: tokenCacheMs,
    }),
    database: instance.database,
    node: { name: 'test', version: '0.0.0' },
    log: silentLogger,
  });
  const server = createHttpServer(services, {
    allowedOrigins: [],
    introspection: true,
    maxStalenessMs: 900_000,
    ...serverOptions,
  });
  const port = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;

  const post: TestServer['post'] = (body, headers = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}`, ...headers },
    });
  let names = 0;
  return {
    url,
    websocketUrl: `ws://127.0.0.1:${port}/graphql`,
    adminToken,
    databaseUrl: database.url,
    instance,
    services,
    server,
    newToken: (role, tenant = 'shared') => {
      names += 1;
      return services.tokens.createApiToken(caller(), { name: `${role.toLowerCase()}-${names}`, role, tenant });
    },
    post,
    ask: async (query, variables = {}, token = adminToken) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        body: JSON.stringify({ query, variables }),
        headers: {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      return (await response.json()) as GraphqlAnswer;
    },
    close: async () => {
      await server.close({ graceMs: 500 });
      await instance.close();
      await database.drop();
    },
  };
}

/** The code of an answer's first error. */
export function codeOf(answer: GraphqlAnswer): unknown {
  return answer.errors?.[0]?.extensions?.['code'];
}

/** A root field of an answer that must have one. */
export function fieldOf<T>(answer: GraphqlAnswer, name: string): T {
  if (!answer.data) throw new Error(`No data: ${JSON.stringify(answer.errors)}`);
  return answer.data[name] as T;
}
