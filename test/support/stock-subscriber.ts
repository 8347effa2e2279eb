import { type Client, createClient } from 'graphql-ws/client';
import { WebSocket } from 'ws';
import type { ToolState } from '../../src/view/catalog-change.js';
import { comparableTool } from './catalog-truth.js';
import { ADMIN_TOKEN } from './service-process.js';
import { TOOL_FIELDS, withoutNulls } from './tool-fields.js';

const subscription = (name: string) => `subscription ${name} ($after: CatalogPosition, $snapshot: Boolean) {
  toolUpdated(after: $after, snapshot: $snapshot) {
    action position previousPosition revision lastInRevision toolId contentHash tool { ${TOOL_FIELDS} } } }`;

/** One message of the feed, without the tool. */
export interface Delivery {
  readonly action: string;
  readonly position: string;
  readonly previousPosition: string;
  readonly revision: number;
  readonly lastInRevision: boolean;
  readonly toolId: string | null;
  readonly version: string | null;
  readonly contentHash: string | null;
}

/** What came over one connection. */
export interface StreamSession {
  /** As it was sent with the subscription; null asked for the present. */
  readonly after: string | null;
  readonly snapshot: boolean;
  readonly deliveries: Delivery[];
}

interface Message extends Omit<Delivery, 'version'> {
  readonly tool: Omit<ToolState, 'parentVersion'> | null;
}

export interface StockSubscriberOptions {
  readonly url: string;
  /** Ask for every tool first. Default false. */
  readonly snapshot?: boolean;
  /** Of the operation: those with the same name share a document. */
  readonly name?: string;
  /** Begin after this position. Default: at the present. */
  readonly after?: string;
}

/**
 * A subscriber made of nothing but an unmodified graphql-ws client: it stores the position of what it has applied, and sends that as
 * `after` whenever its client connects again by itself.
 */
export class StockSubscriber {
  readonly sessions: StreamSession[] = [];
  /** When each revision had been applied, in milliseconds since 1970. */
  readonly arrivals = new Map<number, number>();
  /** Codes with which its sockets were closed. */
  readonly closeCodes: number[] = [];
  /** Why the subscription ended for good; undefined while it lives. */
  ended: unknown;
  /** Tools as {@link comparableTool} shows them, by tool id. */
  readonly tools = new Map<string, string>();
  readonly #client: Client;
  readonly #wantsSnapshot: boolean;
  #position: string | null = null;
  #revision = -1;
  #unfinished: Message[] = [];
  #onBookmark: (() => void)[] = [];
  readonly #waiting: {
    readonly revision: number;
    readonly resolve: () => void;
    readonly reject: (e: Error) => void;
  }[] = [];

  constructor({ url, snapshot = false, name = '', after }: StockSubscriberOptions) {
    this.#wantsSnapshot = snapshot;
    this.#position = after ?? null;
    this.#client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${ADMIN_TOKEN}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
      on: { closed: (event) => this.closeCodes.push((event as { code: number }).code) },
    });
    this.#client.subscribe<{ toolUpdated: Message }>(
      { query: subscription(name), variables: this.#variables() },
      {
        next: ({ data, errors }) => (data ? this.#receive(data.toolUpdated) : this.#end(errors)),
        error: (error) => this.#end(error),
        complete: () => this.#end('complete'),
      },
    );
  }

  /** Everything up to here has been applied; -1 before the first position. */
  get revision(): number {
    return this.#revision;
  }

  /** Resolves when it has applied this revision. @throws Error when the subscription has ended before. */
  reached(revision: number): Promise<void> {
    if (this.#revision >= revision) return Promise.resolve();
    if (this.ended !== undefined) return Promise.reject(this.#endError());
    return new Promise((resolve, reject) => this.#waiting.push({ revision, resolve, reject }));
  }

  /** The next bookmark that comes. */
  async nextBookmark(): Promise<Delivery> {
    await new Promise<void>((resolve) => this.#onBookmark.push(resolve));
    return this.sessions.at(-1)?.deliveries.findLast(({ action }) => action === 'BOOKMARK') as Delivery;
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }

  /** graphql-ws writes the same variables again for every connection, and reads this getter for each. */
  #variables(): Record<string, unknown> {
    const begin = () => {
      const session = { after: this.#position, snapshot: this.#wantsSnapshot && this.#position === null };
      this.sessions.push({ ...session, deliveries: [] });
      this.#unfinished = [];
      return session;
    };
    return { toJSON: begin };
  }

  #receive({ tool, ...message }: Message): void {
    this.sessions.at(-1)?.deliveries.push({ ...message, version: tool?.version ?? null });
    if (message.action === 'BOOKMARK') for (const resolve of this.#onBookmark.splice(0)) resolve();
    else this.#unfinished.push({ tool, ...message });
    if (!message.lastInRevision) return;
    for (const update of this.#unfinished) this.#apply(update);
    if (this.#unfinished.length > 0 && !this.arrivals.has(message.revision)) {
      this.arrivals.set(message.revision, Date.now());
    }
    this.#unfinished = [];
    this.#position = message.position;
    this.#revision = Number(message.position.split(':')[1]);
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.revision <= this.#revision) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }

  #apply({ toolId, tool }: Message): void {
    if (toolId === null) return;
    if (tool === null) this.tools.delete(toolId);
    else this.tools.set(toolId, comparableTool(withoutNulls(tool)));
  }

  #end(why: unknown): void {
    this.ended ??= why ?? 'ended';
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#endError());
  }

  #endError(): Error {
    const why = this.ended instanceof Error ? this.ended.message : JSON.stringify(this.ended);
    return new Error(`The subscription ended at revision ${this.#revision}: ${why}`);
  }
}
