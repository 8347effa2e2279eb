import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { buildSchema, GraphQLError, type GraphQLSchema, graphql } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CatalogChange, CatalogRevision } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { formatPosition, parsePosition } from '../../src/view/position.js';
import { pageTools } from '../../src/view/tool-page.js';
import { sampleRevision } from '../view/sample-tools.js';
import { type Connection, type Fault, streamOf, TENANT, type WireUpdate } from './feed-stream.js';

const CONTRACT = readFileSync(new URL('../contract/contract.graphql', import.meta.url), 'utf8');

export const TOKEN = 'secret';

/** How a request for a page of the list is answered: at which revision this instance stands. */
export type PageRevision = (page: number) => number;

/**
 * A service in small: it keeps its log in memory, speaks the contract over HTTP and graphql-ws, and breaks the rules of the
 * live feed where a test tells it to.
 */
export class FeedServer {
  readonly log: CatalogRevision[] = [];
  /** The requests for streams so far. */
  readonly connections: Connection[] = [];
  readonly #hashes = new Map<number, string>();
  readonly #sockets = new Set<WebSocket>();
  readonly #http: Server;
  readonly #websockets: WebSocketServer;
  readonly #schema: GraphQLSchema;
  #store = new CatalogStore();
  #waiting: (() => void)[] = [];
  #faults: Fault[] = [];
  epoch = 'e1';
  /** Positions before this one have been trimmed from the log. */
  lowMark = 0;
  pageSize = 200;
  bookmarkIntervalMs = 20;
  token = TOKEN;
  /** Answers true where the service pretends to be down: sockets and requests are cut at once. */
  down = false;
  /** Where an instance that lags stands; default: at the head. */
  pageRevision: PageRevision = () => this.head;
  snapshotRevision: () => number = () => this.head;
  tenantQueries = 0;
  listQueries = 0;
  /** What clients told of their positions. */
  readonly reports: { readonly consumer: string; readonly position: string }[] = [];
  /** Answers reports in place of taking them. */
  refuseReport: () => GraphQLError | null = () => null;

  private constructor() {
    this.#schema = this.#buildSchema();
    this.#http = createServer((request, response) => void this.#answer(request, response));
    this.#websockets = new WebSocketServer({ server: this.#http, path: '/graphql' });
    this.#websockets.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      if (this.down) socket.terminate();
    });
    useServer(
      {
        schema: this.#schema,
        onConnect: ({ connectionParams }) => connectionParams?.['authorization'] === `Bearer ${this.token}`,
        context: ({ extra }) => ({ socket: extra.socket }),
      },
      this.#websockets,
    );
  }

  static async start(): Promise<FeedServer> {
    const server = new FeedServer();
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#wake();
    this.#websockets.close();
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/graphql`;
  }

  get head(): number {
    return this.#store.position.revision;
  }

  /** The hash of what the tenant sees at a revision. */
  hashAt(revision: number): string {
    return this.#hashes.get(revision) ?? new CatalogStore().view(TENANT).contentHash;
  }

  commit(changes: readonly CatalogChange[]): number {
    const revision = sampleRevision(this.head + 1, changes);
    this.log.push(revision);
    this.#store.apply(revision);
    this.#hashes.set(this.head, this.#store.view(TENANT).contentHash);
    this.#wake();
    return this.head;
  }

  /** History is replaced, as by a restore: a new epoch whose log ends at this revision. */
  restore(epoch: string, revision: number): void {
    this.epoch = epoch;
    this.log.splice(revision);
    this.#store = this.storeAt(revision);
    this.#wake();
  }

  storeAt(revision: number): CatalogStore {
    const store = new CatalogStore();
    for (const entry of this.log.slice(0, revision)) store.apply(entry);
    return store;
  }

  /** The next streams break the rules like this, each one once, in this order. */
  inject(...faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  get pendingFaults(): number {
    return this.#faults.length;
  }

  closeSockets(code: number, reason = ''): void {
    for (const socket of this.#sockets) socket.close(code, reason);
  }

  cutSockets(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves at the next commit, or when the bookmark is due: true then. */
  idle(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), this.bookmarkIntervalMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve(false);
      });
    });
  }

  position(revision: number): string {
    return formatPosition({ epoch: this.epoch, revision });
  }

  #buildSchema(): GraphQLSchema {
    const schema = buildSchema(CONTRACT);
    const feed = schema.getSubscriptionType()?.getFields()['toolUpdated'];
    if (feed === undefined) throw new Error('The contract has no toolUpdated.');
    feed.subscribe = (_root, args: { after?: string; snapshot: boolean }, { socket }: { socket: WebSocket }) => {
      const connection: Connection = { after: args.after ?? null, snapshot: args.snapshot, socket };
      this.connections.push(connection);
      this.#checkPosition(connection.after);
      const stream = streamOf(this, connection);
      const fault = this.#faults.shift();
      return fault === undefined ? stream : fault(stream, connection);
    };
    feed.resolve = (update: WireUpdate) => update;
    return schema;
  }

  #checkPosition(after: string | null): void {
    if (after === null) return;
    const { epoch, revision } = parsePosition(after);
    const refuse = (code: string) => new GraphQLError('List again.', { extensions: { code } });
    if (epoch !== this.epoch) throw refuse('POSITION_INVALID');
    if (revision < this.lowMark) throw refuse('POSITION_EXPIRED');
    if (revision > this.head) throw refuse('POSITION_AHEAD');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.down) {
      request.socket.destroy();
      return;
    }
    const { query, variables } = (await json(request)) as { query: string; variables: Record<string, unknown> };
    response.setHeader('content-type', 'application/json');
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      response.statusCode = 401;
      response.end('{"errors":[{"message":"No such token.","extensions":{"code":"UNAUTHENTICATED"}}]}');
      return;
    }
    const rootValue = {
      catalog: { tenant: TENANT },
      tools: (page: { first: number; after?: string }) => this.#page(page),
      reportPosition: (report: { consumer: string; position: string }) => this.#takeReport(report),
    };
    if (query.includes('tools(')) this.listQueries += 1;
    else if (!query.includes('reportPosition')) this.tenantQueries += 1;
    response.end(
      JSON.stringify(await graphql({ schema: this.#schema, source: query, variableValues: variables, rootValue })),
    );
  }

  #takeReport(report: { consumer: string; position: string }) {
    const refusal = this.refuseReport();
    if (refusal !== null) throw refusal;
    this.reports.push(report);
    return { name: report.consumer };
  }

  #page({ first, after }: { first: number; after?: string }) {
    const revision = this.pageRevision(this.listQueries);
    const tools = this.storeAt(revision).view(TENANT).tools({ includeShadowed: true });
    return { ...pageTools(tools, { first: Math.min(first, this.pageSize), after }), position: this.position(revision) };
  }
}
