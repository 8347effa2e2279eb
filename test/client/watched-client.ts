import { CatalogClient } from '../../src/client/catalog-client.js';
import type { CatalogChangeEvent } from '../../src/client/catalog-reader.js';
import type { CatalogClientOptions } from '../../src/client/client-options.js';
import type { ClientState } from '../../src/client/client-state.js';
import { parsePosition } from '../../src/view/position.js';
import { type FeedServer, TOKEN } from './feed-server.js';

/** A client that is compared with the server after every change that it tells of. */
export class WatchedClient {
  readonly client: CatalogClient;
  readonly states: ClientState[] = [];
  readonly changes: CatalogChangeEvent[] = [];
  readonly errors: Error[] = [];
  readonly damages: Error[] = [];
  /** Where the copy was not the catalog at the revision that it claims, or went back. */
  readonly violations: string[] = [];
  readonly #server: FeedServer;
  #last = { epoch: '', revision: 0 };

  constructor(server: FeedServer, options: Partial<CatalogClientOptions> = {}) {
    this.#server = server;
    this.client = new CatalogClient({
      url: server.url,
      token: TOKEN,
      reconnectMinMs: 4,
      reconnectMaxMs: 16,
      ...options,
    });
    this.client.on('change', (event) => {
      this.#compare();
      this.changes.push(event);
    });
    this.client.on('state', ({ state }) => this.states.push(state));
    this.client.on('error', (error) => this.errors.push(error));
    this.client.on('damage', (error) => this.damages.push(error));
    this.client.start();
  }

  get revision(): number {
    return this.client.view.revision;
  }

  /** Resolves as soon as the condition holds after something has happened to the client. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        for (const take of taken) take();
        resolve();
      };
      const taken = (['change', 'state', 'error'] as const).map((event) => this.client.on(event, check));
      check();
    });
  }

  caughtUp(): Promise<void> {
    return this.until(
      () => this.client.state === 'live' && this.client.contentHash === this.#server.hashAt(this.#server.head),
    );
  }

  state(wanted: ClientState): Promise<void> {
    return this.until(() => this.client.state === wanted);
  }

  #compare(): void {
    const { view, contentHash, position } = this.client;
    const { epoch, revision } = parsePosition(position ?? '');
    if (epoch === this.#server.epoch && contentHash !== this.#server.hashAt(revision)) {
      this.violations.push(`at ${revision} the copy of ${view.toolCount} tools is another`);
    }
    if (epoch === this.#last.epoch && revision < this.#last.revision) {
      this.violations.push(`back from ${this.#last.revision} to ${revision}`);
    }
    this.#last = { epoch, revision };
  }
}
