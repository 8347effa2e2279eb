import { afterEach, beforeEach, expect } from 'vitest';
import type { CatalogClientOptions } from '../../src/client/client-options.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { sampleChange, sampleTool } from '../view/sample-tools.js';
import { FeedServer } from './feed-server.js';
import { WatchedClient } from './watched-client.js';

type Given = Partial<ToolState> & Pick<ToolState, 'name'>;

/** For each test a server with four tools at revision 2, and clients of which none ever showed what the catalog was not. */
export class Bench {
  #server: FeedServer | undefined;
  #clients: WatchedClient[] = [];

  /** Called once a file. */
  static prepare(): Bench {
    const bench = new Bench();
    beforeEach(() => bench.#begin());
    afterEach(() => bench.#end());
    return bench;
  }

  get server(): FeedServer {
    if (this.#server === undefined) throw new Error('The server runs within tests only.');
    return this.#server;
  }

  /** Creates or changes tools, in one revision. */
  put(...tools: readonly Given[]): number {
    return this.server.commit(tools.map((given) => sampleChange(sampleTool(given))));
  }

  remove(given: Given): number {
    return this.server.commit([sampleChange(sampleTool(given), 'DELETED')]);
  }

  watch(options: Partial<CatalogClientOptions> = {}): WatchedClient {
    const watched = new WatchedClient(this.server, options);
    this.#clients.push(watched);
    return watched;
  }

  async #begin(): Promise<void> {
    this.#server = await FeedServer.start();
    this.put({ name: 'disk' }, { name: 'ssh' }, { name: 'ssh', tenant: 'acme', version: '2.0.0' });
    this.put({ name: 'secret', tenant: 'globex' });
  }

  async #end(): Promise<void> {
    const clients = this.#clients.splice(0);
    await Promise.all(clients.map(({ client }) => client.close()));
    await this.server.stop();
    expect(clients.flatMap((watched) => watched.violations)).toEqual([]);
  }
}
