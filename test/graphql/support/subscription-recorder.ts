import { SocketClient } from './socket-client.js';

/** What a test asks of an update. */
export interface RecordedUpdate {
  readonly action: string;
  readonly position: string;
  readonly previousPosition: string;
  readonly revision: number;
  readonly lastInRevision: boolean;
  readonly toolName: string | null;
  readonly contentHash: string | null;
}

/** One message of a subscription, as it came over the wire. */
export interface Recorded {
  readonly type: string;
  readonly payload: unknown;
}

/** A websocket that writes down, for each of its subscriptions, everything that comes. */
export class SubscriptionRecorder {
  readonly client: SocketClient;
  readonly #records = new Map<string, Recorded[]>();
  #waiting: { readonly isThere: () => boolean; readonly resolve: () => void; readonly reject: (e: Error) => void }[] =
    [];
  #pongs = 0;
  #closed: Error | undefined;

  private constructor(client: SocketClient) {
    this.client = client;
    void this.#record();
  }

  static async connect(url: string, token: string): Promise<SubscriptionRecorder> {
    return new SubscriptionRecorder(await SocketClient.connect(url, token));
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.#records.set(id, []);
    this.client.subscribe(id, query, variables);
  }

  of(id: string): readonly Recorded[] {
    return this.#records.get(id) ?? [];
  }

  updatesOf(id: string): RecordedUpdate[] {
    return this.of(id).flatMap((record) => updateOf(record) ?? []);
  }

  /** @throws Error when the socket is closed before. */
  until(isThere: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (isThere()) resolve();
      else if (this.#closed) reject(this.#closed);
      else this.#waiting.push({ isThere, resolve, reject });
    });
  }

  /** Waits until a subscription has come to a revision. */
  reached(id: string, revision: number): Promise<void> {
    return this.until(() => (updateOf(this.of(id).at(-1))?.revision ?? -1) >= revision);
  }

  /** Resolves when everything that the client sent before was handled by the server. */
  async handled(): Promise<void> {
    const before = this.#pongs;
    this.client.send({ type: 'ping' });
    await this.until(() => this.#pongs > before);
  }

  complete(id: string): void {
    this.client.send({ id, type: 'complete' });
  }

  close(): void {
    this.client.close();
  }

  async #record(): Promise<void> {
    try {
      for (;;) {
        const { id, type, payload } = await this.client.next();
        if (id !== undefined) this.#records.get(id)?.push({ type, payload });
        else if (type === 'pong') this.#pongs += 1;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const waiter of waiting) {
          if (waiter.isThere()) waiter.resolve();
          else this.#waiting.push(waiter);
        }
      }
    } catch (error) {
      this.#closed = error as Error;
      for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#closed);
    }
  }
}

function updateOf(record: Recorded | undefined): RecordedUpdate | undefined {
  return (record?.payload as { data?: { toolUpdated?: RecordedUpdate } | null } | undefined)?.data?.toolUpdated;
}
