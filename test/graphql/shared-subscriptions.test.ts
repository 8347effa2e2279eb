import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startNewEpoch } from '../../src/live/history.js';
import { formatPosition } from '../../src/view/position.js';
import { definitionInput } from '../support/definitions.js';
import { caller, silentLogger } from '../support/instance.js';
import { openSecondDoor, type SecondDoor, type SecondDoorOptions } from './support/second-door.js';
import { type RecordedUpdate, SubscriptionRecorder } from './support/subscription-recorder.js';
import { startTestServer, type TestServer } from './support/test-server.js';

const UPDATE = 'action position previousPosition revision lastInRevision toolName contentHash';
const FOLLOW = `subscription ($after: CatalogPosition, $filter: ToolFilter, $bookmarks: Boolean) {
  toolUpdated(after: $after, filter: $filter, bookmarks: $bookmarks) { ${UPDATE} tool { description owner } } }`;
const ada = caller();

let server: TestServer;
const opened: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  server = await startTestServer({ bookmarkMs: 60_000 });
  await server.instance.commands.createTenant(ada, { name: 'acme' });
  for (const name of ['a', 'b', 'c']) await create(name);
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
afterAll(() => server.close());

function create(name: string, tenant = 'shared') {
  const definition = definitionInput({ name, metadata: { tags: [name] } });
  return server.instance.commands.createTool(caller({ tenant }), { definition });
}

let writes = 0;
async function write(name = 'a'): Promise<number> {
  writes += 1;
  return (await server.instance.commands.setToolState(ada, { name, owner: `owner-${writes}` })).revision;
}

async function door(options: SecondDoorOptions): Promise<SecondDoor> {
  const other = await openSecondDoor(server, options);
  opened.push(() => other.close());
  return other;
}

async function connect({ websocketUrl }: SecondDoor, token = server.adminToken): Promise<SubscriptionRecorder> {
  const recorder = await SubscriptionRecorder.connect(websocketUrl, token);
  opened.push(() => recorder.close());
  return recorder;
}

async function connectAll(to: SecondDoor, count: number): Promise<SubscriptionRecorder[]> {
  return Promise.all(Array.from({ length: count }, () => connect(to)));
}

/** Does this for so many subscriptions of each socket, all at once. */
async function everyone(
  sockets: readonly SubscriptionRecorder[],
  count: number,
  run: (socket: SubscriptionRecorder, id: string) => unknown,
): Promise<void> {
  await Promise.all(sockets.flatMap((socket) => numbers(count).map((id) => run(socket, id))));
}

const head = () => formatPosition(server.instance.follower.position);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('subscriptions with the same document, variables and visibility', () => {
  test('share one execution of each change, and are told what each would be told alone', async () => {
    const after = head();
    const sides = await Promise.all(
      [true, false].map(async (shared) => {
        const to = await door({ shared });
        const sockets = await connectAll(to, 6);
        await everyone(sockets, 10, (socket, id) => {
          socket.subscribe(id, FOLLOW, { after });
          return socket.reached(id, 0);
        });
        return { to, sockets, before: to.executions() };
      }),
    );
    let revision = 0;
    for (const name of ['a', 'b', 'a', 'c', 'a']) revision = await write(name);
    for (const { sockets } of sides) await everyone(sockets, 10, (socket, id) => socket.reached(id, revision));
    expect(sides.map(({ to, before }) => to.executions() - before)).toEqual([5, 300]);
    const expected = sides[1]?.sockets[0]?.of('0');
    expect(expected?.length).toBe(6);
    for (const { sockets } of sides) {
      await everyone(sockets, 10, (socket, id) => expect(socket.of(id)).toEqual(expected));
    }
  });

  test('begin where each of them asked to, and share from the present on', async () => {
    const shared = await door({ shared: true });
    const [one, two] = (await connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
    const from = server.instance.follower.position.revision;
    for (let count = 0; count < 20; count += 1) await write();
    one.subscribe('present', FOLLOW);
    two.subscribe('resumed', FOLLOW, { after: `${server.instance.follower.position.epoch}:${from}` });
    two.subscribe('from the beginning', FOLLOW, { after: `${server.instance.follower.position.epoch}:0` });
    const last = server.instance.follower.position.revision;
    const ids = ['resumed', 'from the beginning'];
    await Promise.all([one.reached('present', last), ...ids.map((id) => two.reached(id, last))]);
    expect(two.updatesOf('resumed').filter(({ action }) => action !== 'BOOKMARK').length).toBe(20);
    expect(two.updatesOf('from the beginning')[0]).toMatchObject({ revision: 1 });
    const before = shared.executions();
    const revision = await write();
    await Promise.all([one.reached('present', revision), ...ids.map((id) => two.reached(id, revision))]);
    expect(shared.executions() - before).toBe(1);
  });

  test('a snapshot is told to the one who asked for it, who shares afterwards', async () => {
    const shared = await door({ shared: true });
    const [one, two] = (await connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
    const query = `subscription ($snapshot: Boolean) { toolUpdated(snapshot: $snapshot) { ${UPDATE} } }`;
    one.subscribe('s', query, { snapshot: false });
    two.subscribe('s', query, { snapshot: true });
    await Promise.all([one, two].map((socket) => socket.until(() => lastOf(socket, 's')?.action === 'BOOKMARK')));
    const tools = server.instance.follower.viewFor('shared').toolCount;
    expect([one, two].map((socket) => socket.of('s').length)).toEqual([1, tools + 1]);
    const before = shared.executions();
    const revision = await write();
    await Promise.all([one, two].map((socket) => socket.reached('s', revision)));
    expect(shared.executions() - before).toBe(1);
    expect(two.of('s').at(-1)).toEqual(one.of('s').at(-1));
  });

  test('of different tenants, roles, texts or variables never share', async () => {
    const shared = await door({ shared: true });
    const acme = await connect(shared, (await server.newToken('ADMIN', 'acme')).token);
    const viewer = await connect(shared, (await server.newToken('VIEWER')).token);
    const admin = await connect(shared);
    const everyone = [acme, viewer, admin];
    for (const socket of everyone) socket.subscribe('s', FOLLOW);
    admin.subscribe('other text', FOLLOW.replace('owner', 'owner name'));
    admin.subscribe('other variables', FOLLOW, { filter: { tags: ['a', 'theirs'] } });
    await Promise.all([...everyone.map((socket) => socket.reached('s', 0)), admin.reached('other text', 0)]);
    await admin.reached('other variables', 0);
    const before = shared.executions();
    await create('theirs', 'acme');
    const revision = await write();
    const ids = ['s', 'other text', 'other variables'];
    await Promise.all([acme, viewer].map((socket) => socket.reached('s', revision)));
    await Promise.all(ids.map((id) => admin.reached(id, revision)));
    expect(shared.executions() - before).toBe(6);
    for (const id of ids) expect(admin.updatesOf(id).map(({ toolName }) => toolName)).toEqual([null, 'a']);
    expect(acme.updatesOf('s').map(({ toolName }) => toolName)).toEqual([null, 'theirs', 'a']);
    expect(viewer.updatesOf('s').map(({ toolName }) => toolName)).toEqual([null, 'a']);
  });

  test('share bookmarks too, each with the hash, and none waits for longer than alone', async () => {
    const quick = await startTestServer({ bookmarkMs: 100 });
    opened.push(() => quick.close());
    const sockets = await Promise.all(
      numbers(4).map(() => SubscriptionRecorder.connect(quick.websocketUrl, quick.adminToken)),
    );
    for (const socket of sockets) socket.subscribe('s', FOLLOW);
    await Promise.all(sockets.map((socket) => socket.until(() => socket.of('s').length >= 5)));
    for (const socket of sockets) {
      for (const update of socket.updatesOf('s')) {
        const position = formatPosition(quick.instance.follower.position);
        const { contentHash } = quick.instance.follower.viewFor('shared');
        expect(update).toMatchObject({ action: 'BOOKMARK', position, previousPosition: position, contentHash });
      }
      socket.close();
    }
  });

  test('end at once when completed: not a word after it, and the last one leaves no stream behind', async () => {
    const shared = await door({ shared: true });
    const sockets = await connectAll(shared, 3);
    let stopped = false;
    const writing = (async () => {
      while (!stopped) await write();
    })();
    for (let round = 0; round < 40; round += 1) {
      const id = (place: string) => `${round}/${place}`;
      const handled = () => Promise.all(sockets.map((socket) => socket.handled()));
      await everyone(sockets, 8, (socket, place) => {
        socket.subscribe(id(place), FOLLOW);
        return socket.until(() => socket.of(id(place)).length > round % 5);
      });
      await everyone(sockets, 8, (socket, place) => socket.complete(id(place)));
      await handled();
      const said = () => sockets.map((socket) => numbers(8).map((place) => socket.of(id(place)).length));
      const before = said();
      if (round % 10 === 0) await write();
      await handled();
      expect(said()).toEqual(before);
    }
    stopped = true;
    await writing;
    await streamsEnd(shared);
  });

  test('a socket that is gone takes only its own subscriptions along', async () => {
    const shared = await door({ shared: true });
    const [one, two] = (await connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
    for (const socket of [one, two]) for (const id of numbers(5)) socket.subscribe(id, FOLLOW);
    const revision = await write();
    await Promise.all([one, two].flatMap((socket) => numbers(5).map((id) => socket.reached(id, revision))));
    one.close();
    const next = await write();
    await Promise.all(numbers(5).map((id) => two.reached(id, next)));
    two.close();
    await streamsEnd(shared);
  });
});

function lastOf(socket: SubscriptionRecorder, id: string): RecordedUpdate | undefined {
  return socket.updatesOf(id).at(-1);
}

async function streamsEnd(of: SecondDoor): Promise<void> {
  // A write wakes whoever still listens.
  while (of.streams() > 0) await write();
}

test('L-18: a revoked token ends its own subscriptions within 5 s, those that shared with them go on', async () => {
  const shared = await door({ shared: true });
  const [{ token, id }, steady] = await Promise.all([server.newToken('ADMIN'), server.newToken('ADMIN')]);
  // The one that is revoked began the group.
  const revoked = await connect(shared, token);
  for (const place of numbers(5)) revoked.subscribe(place, FOLLOW, { after: head() });
  await everyone([revoked], 5, (socket, place) => socket.reached(place, 0));
  const others = [await connect(shared, steady.token), await connect(shared)];
  await everyone(others, 5, (socket, place) => {
    socket.subscribe(place, FOLLOW, { after: head() });
    return socket.reached(place, 0);
  });
  const first = await write();
  await everyone([revoked, ...others], 5, (socket, place) => socket.reached(place, first));
  const startedMs = performance.now();
  await server.services.tokens.revokeApiToken(ada, id);
  expect((await revoked.client.closed).code).toBe(4403);
  expect(performance.now() - startedMs).toBeLessThan(7_000);
  const told = revoked.of('0').length;
  const before = shared.executions();
  const last = await write();
  await everyone(others, 5, (socket, place) => socket.reached(place, last));
  expect(shared.executions() - before).toBe(1);
  expect(revoked.of('0').length).toBe(told);
});

describe('when what speaks for them fails', () => {
  test('each goes on by itself, and nothing is lost or told twice', async () => {
    let failing = false;
    const broken = await openSecondDoor(
      {
        ...server,
        services: {
          ...server.services,
          feed: {
            async *follow(request, signal, guide) {
              for await (const update of server.services.feed.follow(request, signal, guide)) {
                if (failing && guide?.start) throw new Error('The group fails.');
                yield update;
              }
            },
          },
        },
      },
      { shared: true },
    );
    opened.push(() => broken.close());
    const sockets = await connectAll(broken, 3);
    for (const socket of sockets) socket.subscribe('s', FOLLOW, { after: head() });
    const first = await write();
    await Promise.all(sockets.map((socket) => socket.reached('s', first)));
    failing = true;
    let revision = 0;
    for (let count = 0; count < 3; count += 1) revision = await write();
    await Promise.all(sockets.map((socket) => socket.reached('s', revision)));
    for (const socket of sockets) {
      const revisions = socket.updatesOf('s').filter(({ action }) => action !== 'BOOKMARK');
      expect(revisions.map((update) => update.revision)).toEqual([first, first + 1, first + 2, first + 3]);
      expect(socket.of('s')).toEqual(sockets[0]?.of('s'));
    }
  });

  test('a new epoch ends each of them with its own error, and closes no socket', async () => {
    const other = await startTestServer({ bookmarkMs: 60_000 });
    opened.push(() => other.close());
    const sockets = await Promise.all(
      numbers(3).map(() => SubscriptionRecorder.connect(other.websocketUrl, other.adminToken)),
    );
    for (const socket of sockets) {
      for (const id of numbers(4)) socket.subscribe(id, FOLLOW);
      await Promise.all(numbers(4).map((id) => socket.reached(id, 0)));
    }
    const mark = other.instance.follower.mark;
    if (!mark) throw new Error('The follower has not loaded.');
    await startNewEpoch(other.instance.database, {
      mark,
      head: await other.instance.log.head(),
      logger: silentLogger,
    });
    await other.instance.commands.createTool(ada, { definition: definitionInput() });
    for (const socket of sockets) {
      for (const id of numbers(4)) {
        await socket.until(() => socket.of(id).at(-1)?.type === 'error');
        expect(socket.of(id).at(-1)?.payload).toMatchObject([{ extensions: { code: 'POSITION_INVALID' } }]);
      }
      await socket.handled();
      socket.close();
    }
  });
});

test('F2: slow consumers leave the group in the midst of a revision, catch up by themselves and come back to it', async () => {
  const shared = await door({ shared: true, websocket: { maxUnsentBytes: 16 * 1024 } });
  const [slow, fast] = (await connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
  const ids = numbers(50);
  for (const socket of [slow, fast]) {
    for (const id of ids) socket.subscribe(id, FOLLOW, { after: head() });
    await Promise.all(ids.map((id) => socket.reached(id, 0)));
  }
  slow.client.pause();
  // Far more for the 50 subscriptions of a socket than the kernel holds for a connection.
  const documents = Array.from({ length: 60 }, (_, index) => largeDocument(`large-${index}`));
  const before = shared.executions();
  const report = await server.instance.commands.importTools(ada, { yaml: documents.join('---\n'), atomic: true });
  expect(report.created).toBe(60);
  const imported = server.instance.follower.position.revision;
  await Promise.all(
    ids.map((id) => fast.reached(id, imported).then(() => fast.until(() => lastOf(fast, id)?.lastInRevision ?? false))),
  );
  const revision = await write();
  await Promise.all(ids.map((id) => fast.reached(id, revision)));
  slow.client.resume();
  await Promise.all(ids.map((id) => slow.reached(id, revision)));
  // Some of them were told something by themselves, not all of them everything.
  const executed = shared.executions() - before;
  expect(executed).toBeGreaterThan(61);
  expect(executed).toBeLessThan(61 + 61 * 50);
  const expected = fast.of('0');
  expect(expected.length).toBe(62);
  for (const socket of [slow, fast]) for (const id of ids) expect(socket.of(id)).toEqual(expected);
  const again = shared.executions();
  const last = await write();
  await Promise.all([slow, fast].flatMap((socket) => ids.map((id) => socket.reached(id, last))));
  expect(shared.executions() - again).toBe(1);
});

function largeDocument(name: string): string {
  const description = 'A long text. '.repeat(700);
  return `tool_name: ${name}\nversion: "1"\ndescription: ${description}\nplatform: linux\ncategory: large\ncapabilities: {}\n`;
}
