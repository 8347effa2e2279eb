import { CatalogClient } from '../../src/client/catalog-client.js';
import type { CatalogChangeEvent } from '../../src/client/catalog-reader.js';
import type { CatalogClientOptions } from '../../src/client/client-options.js';
import type { ClientState } from '../../src/client/client-state.js';
import { type CatalogTruth, comparableTool } from './catalog-truth.js';
import { ADMIN_TOKEN } from './service-process.js';

/** A CatalogClient of the package, and everything that it told. */
export class FollowedClient {
  readonly client: CatalogClient;
  readonly events: CatalogChangeEvent[] = [];
  /** When each revision had been applied, in milliseconds since 1970. */
  readonly arrivals = new Map<number, number>();
  readonly errors: Error[] = [];
  readonly states: ClientState[] = [];

  constructor(options: Pick<CatalogClientOptions, 'url' | 'bootstrap' | 'fetch' | 'diskCopy' | 'saveEveryMs'>) {
    this.client = new CatalogClient({ ...options, token: ADMIN_TOKEN, reconnectMinMs: 50, reconnectMaxMs: 400 });
    this.client.on('change', (event) => {
      this.events.push(event);
      if (event.kind === 'revision') this.arrivals.set(event.revision, Date.now());
    });
    this.client.on('state', ({ state }) => this.states.push(state));
    this.client.on('error', (error) => this.errors.push(error));
    this.client.start();
  }

  /** Resolves when the copy is at this revision, which must be one with changes. */
  reached(revision: number): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.client.position === null || this.client.view.revision < revision) return;
        release();
        resolve();
      };
      const release = this.client.on('change', check);
      check();
    });
  }

  /**
   * Whatever it told, or holds, that is not so: one copy at first, then every revision of the log, each once, whole and in order, and at
   * the end the catalog. Empty when all is well.
   */
  faults(truth: CatalogTruth): string[] {
    return [
      ...this.errors.map((error) => `error: ${error.message}`),
      ...this.#eventFaults(truth),
      ...this.copyFaults(truth),
    ];
  }

  #eventFaults({ changes, epoch, head }: CatalogTruth): string[] {
    const [first, ...others] = this.events;
    if (first?.kind !== 'replaced') return ['no first copy'];
    const tools = new Map<number, Set<string>>();
    for (const { revision, toolId } of changes) tools.set(revision, (tools.get(revision) ?? new Set()).add(toolId));
    const faults: string[] = [];
    let revision = first.revision;
    for (const event of others) {
      revision += 1;
      const told = event.changes.map((change) => change.toolId).sort();
      const logged = [...(tools.get(event.revision) ?? [])].sort();
      if (event.kind !== 'revision' || event.revision !== revision || event.position !== `${epoch}:${revision}`) {
        faults.push(`${event.kind} ${event.position} in place of revision ${revision}`);
      } else if (told.join() !== logged.join()) {
        faults.push(`revision ${revision} with ${told.length} tools instead of ${logged.length}`);
      }
      if (faults.length >= 3) return faults;
    }
    return revision === head ? faults : [...faults, `ends at revision ${revision}, the log at ${head}`];
  }

  /** Whatever it holds in the end that is not the catalog. */
  copyFaults(truth: CatalogTruth): string[] {
    const faults: string[] = [];
    const { contentHash, position } = this.client;
    if (position !== `${truth.epoch}:${truth.head}`) faults.push(`position ${position}`);
    if (contentHash !== truth.contentHash) faults.push(`hash ${contentHash} instead of ${truth.contentHash}`);
    const tools = this.client.list();
    const wrong = tools.filter((tool) => comparableTool(tool) !== truth.tools.get(tool.toolId));
    if (tools.length !== truth.tools.size) faults.push(`${tools.length} tools instead of ${truth.tools.size}`);
    return [...faults, ...wrong.slice(0, 3).map((tool) => `${tool.name}: ${comparableTool(tool)}`)];
  }
}
