import { WebSocket } from 'ws';
import { CatalogClient } from '../../src/client/catalog-client.js';
import type { Bootstrap } from '../../src/client/client-options.js';
import { toolDigest } from './content-sum.js';
import { JsonLinesWriter } from './json-lines.js';
import type { ClientRecord } from './records.js';
import { ADMIN_TOKEN } from './soak-service.js';

export interface LoggedClientOptions {
  readonly name: string;
  readonly url: string;
  readonly bootstrap: Bootstrap;
  readonly file: string;
}

/** A CatalogClient as an orchestrator uses it; what it tells its listeners is written down. */
export class LoggedClient {
  readonly name: string;
  /** A CatalogClient goes on for ever. */
  readonly ended = false;
  readonly #log: JsonLinesWriter<ClientRecord>;
  readonly #client: CatalogClient;

  constructor({ name, url, bootstrap, file }: LoggedClientOptions) {
    this.name = name;
    const log = new JsonLinesWriter<ClientRecord>(file);
    this.#log = log;
    const client = new CatalogClient({
      url,
      bootstrap,
      token: ADMIN_TOKEN,
      reconnectMinMs: 100,
      reconnectMaxMs: 1_000,
      webSocket: class extends WebSocket {
        constructor(address: string, protocols?: string | string[]) {
          super(address, protocols);
          this.on('close', (code, reason) =>
            log.write({ t: Date.now(), what: 'closed', code, reason: String(reason) }),
          );
        }
      },
    });
    client.on('change', ({ kind, revision, position, changes }) => {
      const toolIds = changes.map((change) => change.toolId);
      log.write({ t: Date.now(), what: 'change', kind, revision, position, toolIds, sum: client.contentHash });
    });
    client.on('state', ({ state }) => log.write({ t: Date.now(), what: 'state', state }));
    client.on('damage', ({ message }) => log.write({ t: Date.now(), what: 'damage', message }));
    client.on('error', ({ message }) => log.write({ t: Date.now(), what: 'error', message }));
    client.start();
    this.#client = client;
  }

  get revision(): number {
    return this.#client.position === null ? -1 : this.#client.view.revision;
  }

  async finish(): Promise<void> {
    const { position, view } = this.#client;
    const tools = Object.fromEntries(
      view.tools({ includeShadowed: true }).map((tool) => [tool.toolId, toolDigest(tool)]),
    );
    this.#log.write({ t: Date.now(), what: 'copy', position, tools });
    await this.#client.close();
    // A socket may say goodbye after its client.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await this.#log.end();
  }
}
