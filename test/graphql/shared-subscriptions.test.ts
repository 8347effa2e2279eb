import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formatPosition } from '../../src/view/position.js';
import type { SecondDoor } from './support/second-door.js';
import { everyone, FOLLOW, numbers, SharingBench } from './support/sharing-bench.js';
import { SubscriptionRecorder } from './support/subscription-recorder.js';
import { startTestServer } from './support/test-server.js';

let bench: SharingBench;

beforeAll(async () => {
  bench = await SharingBench.start();
});
afterEach(() => bench.clear());
afterAll(() => bench.close());

describe('subscriptions with the same document, variables and visibility', () => {
  test('share one execution of each change, and are told what each would be told alone', async () => {
    const after = bench.head;
    const [shared, alone] = [await bench.door({ shared: true }), await bench.door({ shared: false })];
    const sides = await Promise.all(
      [shared, alone].map(async (to) => {
        const sockets = await bench.connectAll(to, 6);
        await everyone(sockets, 10, (socket, id) => {
          socket.subscribe(id, FOLLOW, { after });
          return socket.reached(id, 0);
        });
        return { to, sockets };
      }),
    );
    const told = (revision: number) =>
      Promise.all(sides.map(({ sockets }) => everyone(sockets, 10, (socket, id) => socket.reached(id, revision))));
    await bench.untilShared(shared, told);
    const before = sides.map(({ to }) => to.executions());
    let revision = 0;
    for (const name of ['a', 'b', 'a', 'c', 'a']) revision = await bench.write(name);
    await told(revision);
    expect(sides.map(({ to }, index) => to.executions() - (before[index] ?? 0))).toEqual([5, 300]);
    const expected = sides[1]?.sockets[0]?.of('0');
    expect(expected?.length).toBeGreaterThan(6);
    for (const { sockets } of sides) {
      await everyone(sockets, 10, (socket, id) => expect(socket.of(id)).toEqual(expected));
    }
  });

  test('begin where each of them asked to, and share from the present on', async () => {
    const shared = await bench.door({ shared: true });
    const [one, two] = (await bench.connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
    const from = bench.server.instance.follower.position.revision;
    for (let count = 0; count < 20; count += 1) await bench.write();
    one.subscribe('present', FOLLOW);
    two.subscribe('resumed', FOLLOW, { after: `${bench.server.instance.follower.position.epoch}:${from}` });
    two.subscribe('from the beginning', FOLLOW, { after: `${bench.server.instance.follower.position.epoch}:0` });
    const last = bench.server.instance.follower.position.revision;
    const ids = ['resumed', 'from the beginning'];
    await Promise.all([one.reached('present', last), ...ids.map((id) => two.reached(id, last))]);
    expect(two.updatesOf('resumed').filter(({ action }) => action !== 'BOOKMARK').length).toBe(20);
    expect(two.updatesOf('from the beginning')[0]).toMatchObject({ revision: 1 });
    await bench.untilShared(shared, (revision) =>
      Promise.all([one.reached('present', revision), ...ids.map((id) => two.reached(id, revision))]),
    );
  });

  test('a snapshot is told to the one who asked for it, who shares afterwards', async () => {
    const shared = await bench.door({ shared: true });
    const [one, two] = (await bench.connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
    one.subscribe('s', FOLLOW, { snapshot: false });
    two.subscribe('s', FOLLOW, { snapshot: true });
    await Promise.all(
      [one, two].map((socket) => socket.until(() => socket.updatesOf('s').at(-1)?.action === 'BOOKMARK')),
    );
    const tools = bench.server.instance.follower.viewFor('shared').toolCount;
    expect([one, two].map((socket) => socket.of('s').length)).toEqual([1, tools + 1]);
    await bench.untilShared(shared, (revision) =>
      Promise.all([one, two].map((socket) => socket.reached('s', revision))),
    );
    expect(two.of('s').at(-1)).toEqual(one.of('s').at(-1));
  });

  test('of different tenants, roles, texts or variables never share', async () => {
    const shared = await bench.door({ shared: true });
    const acme = await bench.connect(shared, (await bench.server.newToken('ADMIN', 'acme')).token);
    const viewer = await bench.connect(shared, (await bench.server.newToken('VIEWER')).token);
    const admin = await bench.connect(shared);
    const everyone = [acme, viewer, admin];
    for (const socket of everyone) socket.subscribe('s', FOLLOW);
    admin.subscribe('other text', FOLLOW.replace('owner', 'owner name'));
    admin.subscribe('other variables', FOLLOW, { filter: { tags: ['a', 'theirs'] } });
    await Promise.all([...everyone.map((socket) => socket.reached('s', 0)), admin.reached('other text', 0)]);
    await admin.reached('other variables', 0);
    const before = shared.executions();
    await bench.create('theirs', 'acme');
    const revision = await bench.write();
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
    bench.closeLater(() => quick.close());
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
    const shared = await bench.door({ shared: true });
    const sockets = await bench.connectAll(shared, 3);
    let stopped = false;
    const writing = (async () => {
      while (!stopped) await bench.write();
    })();
    for (let round = 0; round < 25; round += 1) {
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
      if (round % 10 === 0) await bench.write();
      await handled();
      expect(said()).toEqual(before);
    }
    stopped = true;
    await writing;
    await streamsEnd(shared);
  });

  test('a socket that is gone takes only its own subscriptions along', async () => {
    const shared = await bench.door({ shared: true });
    const [one, two] = (await bench.connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
    for (const socket of [one, two]) for (const id of numbers(5)) socket.subscribe(id, FOLLOW);
    const revision = await bench.write();
    await Promise.all([one, two].flatMap((socket) => numbers(5).map((id) => socket.reached(id, revision))));
    one.close();
    const next = await bench.write();
    await Promise.all(numbers(5).map((id) => two.reached(id, next)));
    two.close();
    await streamsEnd(shared);
  });
});

async function streamsEnd(of: SecondDoor): Promise<void> {
  // A write wakes whoever still listens.
  while (of.streams() > 0) await bench.write();
}
