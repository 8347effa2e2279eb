import { formatPosition } from '../../../src/view/position.js';
import { definitionInput } from '../../support/definitions.js';
import { caller } from '../../support/instance.js';
import { openSecondDoor, type SecondDoor, type SecondDoorOptions } from './second-door.js';
import { SubscriptionRecorder } from './subscription-recorder.js';
import { startTestServer, type TestServer } from './test-server.js';

const UPDATE = 'action position previousPosition revision lastInRevision toolName contentHash';
export const FOLLOW = `subscription ($after: CatalogPosition, $snapshot: Boolean, $filter: ToolFilter) {
  toolUpdated(after: $after, snapshot: $snapshot, filter: $filter) { ${UPDATE} tool { description owner } } }`;

export const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** Does this for so many subscriptions of each socket, all at once. */
export async function everyone(
  sockets: readonly SubscriptionRecorder[],
  count: number,
  run: (socket: SubscriptionRecorder, id: string) => unknown,
): Promise<void> {
  await Promise.all(sockets.flatMap((socket) => numbers(count).map((id) => run(socket, id))));
}

/** One instance with the tools a, b and c, to which a test opens doors of its own. */
export class SharingBench {
  readonly server: TestServer;
  readonly #opened: (() => Promise<void> | void)[] = [];
  #writes = 0;

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(): Promise<SharingBench> {
    const bench = new SharingBench(await startTestServer({ bookmarkMs: 60_000 }));
    await bench.server.instance.commands.createTenant(caller(), { name: 'acme' });
    for (const name of ['a', 'b', 'c']) await bench.create(name);
    return bench;
  }

  get head(): string {
    return formatPosition(this.server.instance.follower.position);
  }

  create(name: string, tenant = 'shared') {
    const definition = definitionInput({ name, metadata: { tags: [name] } });
    return this.server.instance.commands.createTool(caller({ tenant }), { definition });
  }

  async write(name = 'a'): Promise<number> {
    this.#writes += 1;
    const owner = `owner-${this.#writes}`;
    return (await this.server.instance.commands.setToolState(caller(), { name, owner })).revision;
  }

  /** Closed after the test. */
  closeLater(close: () => Promise<void> | void): void {
    this.#opened.push(close);
  }

  async door(options: SecondDoorOptions): Promise<SecondDoor> {
    const door = await openSecondDoor(this.server, options);
    this.closeLater(() => door.close());
    return door;
  }

  async connect({ websocketUrl }: SecondDoor, token = this.server.adminToken): Promise<SubscriptionRecorder> {
    const recorder = await SubscriptionRecorder.connect(websocketUrl, token);
    this.closeLater(() => recorder.close());
    return recorder;
  }

  connectAll(to: SecondDoor, count: number): Promise<SubscriptionRecorder[]> {
    return Promise.all(numbers(count).map(() => this.connect(to)));
  }

  /** Writes until a change is executed once for all: a subscription comes to rest a moment after its last message. */
  async untilShared(to: SecondDoor, told: (revision: number) => Promise<unknown>): Promise<number> {
    for (;;) {
      const before = to.executions();
      const revision = await this.write();
      await told(revision);
      if (to.executions() - before === 1) return revision;
    }
  }

  /** Ends what one test has opened. */
  async clear(): Promise<void> {
    for (const close of this.#opened.splice(0).reverse()) await close();
  }

  async close(): Promise<void> {
    await this.clear();
    await this.server.close();
  }
}
