import { type Client, createClient } from 'graphql-ws/client';
import { WebSocket } from 'ws';
import type { ToolState } from '../../src/view/catalog-change.js';
import { TOOL_FIELDS, withoutNulls } from '../support/tool-fields.js';
import { ContentSum, toolDigest, toolPart } from './content-sum.js';
import { JsonLinesWriter } from './json-lines.js';
import { revisionOf, type StockRecord } from './records.js';
import { ADMIN_TOKEN } from './soak-service.js';

const SUBSCRIPTION = `subscription ($after: CatalogPosition, $snapshot: Boolean) {
  toolUpdated(after: $after, snapshot: $snapshot) {
    action position previousPosition revision lastInRevision toolId contentHash tool { ${TOOL_FIELDS} } } }`;
const KEEP_ALIVE_MS = 10_000;
const PONG_MS = 10_000;
const LONGEST_RETRY_MS = 1_000;

interface Message {
  readonly action: string;
  readonly position: string;
  readonly previousPosition: string;
  readonly revision: number;
  readonly lastInRevision: boolean;
  readonly toolId: string | null;
  readonly contentHash: string | null;
  readonly tool: Omit<ToolState, 'parentVersion'> | null;
}

export interface LoggedStockSubscriberOptions {
  readonly name: string;
  /** Each connection goes to the next one. */
  readonly urls: readonly string[];
  /** Ask for every tool first; else begin at the present. */
  readonly snapshot: boolean;
  readonly file: string;
}

/**
 * An unmodified graphql-ws client that stores the position of what it has applied and sends it as `after` when it connects again, as
 * the documentation shows. Every message is written down as it came.
 */
export class LoggedStockSubscriber {
  readonly name: string;
  ended = false;
  readonly #log: JsonLinesWriter<StockRecord>;
  readonly #client: Client;
  readonly #wantsSnapshot: boolean;
  readonly #digests = new Map<string, string>();
  readonly #sum = new ContentSum();
  #position: string | null = null;
  #unfinished: Message[] = [];
  #pongTimer: NodeJS.Timeout | undefined;
  #socket: WebSocket | undefined;

  constructor({ name, urls, snapshot, file }: LoggedStockSubscriberOptions) {
    this.name = name;
    this.#log = new JsonLinesWriter(file);
    this.#wantsSnapshot = snapshot;
    let connections = 0;
    this.#client = createClient({
      url: () => (urls[connections++ % urls.length] ?? '').replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${ADMIN_TOKEN}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: (retries) =>
        new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_RETRY_MS, 100 * (retries + 1)))),
      keepAlive: KEEP_ALIVE_MS,
      on: {
        opened: (socket) => {
          this.#socket = socket as WebSocket;
        },
        // A dead link. The client's own terminate() leaves the socket open: what comes late over it is taken for the new one's.
        ping: (received) => {
          if (!received) this.#pongTimer = setTimeout(() => this.#socket?.terminate(), PONG_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(this.#pongTimer);
        },
        closed: (event) => this.#closed(event as { code: number; reason: string }),
      },
    });
    this.#subscribe();
  }

  /** Everything up to here has been applied; -1 before the first position. */
  get revision(): number {
    return this.#position === null ? -1 : revisionOf(this.#position);
  }

  async finish(): Promise<void> {
    const tools = Object.fromEntries(this.#digests);
    this.#log.write({ t: Date.now(), what: 'copy', position: this.#position, tools });
    await this.#client.dispose();
    await this.#log.end();
  }

  #subscribe(): void {
    this.#client.subscribe<{ toolUpdated: Message }>(
      { query: SUBSCRIPTION, variables: this.#variables() },
      {
        next: ({ data, errors }) => (data ? this.#receive(data.toolUpdated) : this.#ended(errors)),
        error: (error) => this.#ended(error),
        complete: () => this.#ended('complete'),
      },
    );
  }

  /** graphql-ws writes the same variables again for every connection, and reads this getter for each. */
  #variables(): Record<string, unknown> {
    const begin = () => {
      const session = { after: this.#position, snapshot: this.#wantsSnapshot && this.#position === null };
      this.#log.write({ t: Date.now(), what: 'begin', ...session });
      this.#unfinished = [];
      return session;
    };
    return { toJSON: begin };
  }

  #receive(message: Message): void {
    const t = Date.now();
    const { action, position, previousPosition: previous, revision, lastInRevision: last, toolId, tool } = message;
    if (toolId === null) {
      this.#log.write({ t, what: 'bookmark', position, previous, hash: message.contentHash });
      // Of a snapshot, the tools are complete now.
      for (const update of this.#unfinished.splice(0)) this.#apply(update);
      this.#position = position;
      return;
    }
    this.#unfinished.push(message);
    const digest = tool === null ? null : toolDigest(withoutNulls(tool));
    const update = { t, what: 'update', action, position, previous, revision, last, toolId, digest } as const;
    if (action === 'SNAPSHOT') {
      this.#log.write(update);
      return;
    }
    if (last) {
      for (const waiting of this.#unfinished.splice(0)) this.#apply(waiting);
      this.#position = position;
    }
    // A subscriber that began at the present has only part of the catalog.
    this.#log.write(last && this.#wantsSnapshot ? { ...update, sum: this.#sum.hex } : update);
  }

  #apply({ toolId, tool }: Message): void {
    if (toolId === null) return;
    this.#sum.put(toolId, tool === null ? null : toolPart(withoutNulls(tool)));
    if (tool === null) this.#digests.delete(toolId);
    else this.#digests.set(toolId, toolDigest(withoutNulls(tool)));
  }

  #closed({ code, reason }: { code: number; reason: string }): void {
    clearTimeout(this.#pongTimer);
    this.#log.write({ t: Date.now(), what: 'closed', code, reason });
  }

  #ended(why: unknown): void {
    this.ended = true;
    this.#log.write({ t: Date.now(), what: 'ended', why: why instanceof Error ? why.message : JSON.stringify(why) });
  }
}
