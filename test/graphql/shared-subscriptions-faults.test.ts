import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startNewEpoch } from '../../src/live/history.js';
import { definitionInput } from '../support/definitions.js';
import { caller, silentLogger } from '../support/instance.js';
import { openSecondDoor } from './support/second-door.js';
import { everyone, FOLLOW, numbers, SharingBench } from './support/sharing-bench.js';
import { SubscriptionRecorder } from './support/subscription-recorder.js';
import { startTestServer } from './support/test-server.js';

let bench: SharingBench;
const ada = caller();

beforeAll(async () => {
  bench = await SharingBench.start();
});
afterEach(() => bench.clear());
afterAll(() => bench.close());

test('L-18: a revoked token ends its own subscriptions within 5 s, those that shared with them go on', async () => {
  const shared = await bench.door({ shared: true });
  const [{ token, id }, steady] = await Promise.all([bench.server.newToken('ADMIN'), bench.server.newToken('ADMIN')]);
  // The one that is revoked began the group.
  const revoked = await bench.connect(shared, token);
  for (const place of numbers(5)) revoked.subscribe(place, FOLLOW, { after: bench.head });
  await everyone([revoked], 5, (socket, place) => socket.reached(place, 0));
  const others = [await bench.connect(shared, steady.token), await bench.connect(shared)];
  await everyone(others, 5, (socket, place) => {
    socket.subscribe(place, FOLLOW, { after: bench.head });
    return socket.reached(place, 0);
  });
  const first = await bench.write();
  await everyone([revoked, ...others], 5, (socket, place) => socket.reached(place, first));
  const startedMs = performance.now();
  await bench.server.services.tokens.revokeApiToken(ada, id);
  expect((await revoked.client.closed).code).toBe(4403);
  expect(performance.now() - startedMs).toBeLessThan(7_000);
  const told = revoked.of('0').length;
  await bench.untilShared(shared, (revision) =>
    everyone(others, 5, (socket, place) => socket.reached(place, revision)),
  );
  expect(revoked.of('0').length).toBe(told);
});

describe('when what speaks for them fails', () => {
  test('each goes on by itself, and nothing is lost or told twice', async () => {
    let failing = false;
    let failures = 0;
    const logged: string[] = [];
    const broken = await openSecondDoor(
      {
        ...bench.server,
        services: {
          ...bench.server.services,
          log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
          feed: {
            async *follow(request, signal, guide) {
              for await (const update of bench.server.services.feed.follow(request, signal, guide)) {
                if (failing && guide?.start) {
                  failures += 1;
                  throw new Error('The group fails.');
                }
                yield update;
              }
            },
          },
        },
      },
      { shared: true },
    );
    bench.closeLater(() => broken.close());
    const sockets = await bench.connectAll(broken, 3);
    for (const socket of sockets) socket.subscribe('s', FOLLOW, { after: bench.head });
    const first = await bench.untilShared(broken, (revision) =>
      Promise.all(sockets.map((socket) => socket.reached('s', revision))),
    );
    failing = true;
    let revision = 0;
    for (let count = 0; count < 3; count += 1) revision = await bench.write();
    await Promise.all(sockets.map((socket) => socket.reached('s', revision)));
    expect(failures).toBe(1);
    expect(logged).toEqual([expect.stringContaining('The group fails.')]);
    for (const socket of sockets) {
      const revisions = socket.updatesOf('s').filter(({ action }) => action !== 'BOOKMARK');
      expect(revisions.slice(-4).map((update) => update.revision)).toEqual([first, first + 1, first + 2, first + 3]);
      expect(socket.of('s')).toEqual(sockets[0]?.of('s'));
    }
  });

  test('a new epoch ends each of them with its own error, and closes no socket', async () => {
    const other = await startTestServer({ bookmarkMs: 60_000 });
    bench.closeLater(() => other.close());
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
  const shared = await bench.door({ shared: true, websocket: { maxUnsentBytes: 16 * 1024 } });
  const [slow, fast] = (await bench.connectAll(shared, 2)) as [SubscriptionRecorder, SubscriptionRecorder];
  const ids = numbers(50);
  for (const socket of [slow, fast]) {
    for (const id of ids) socket.subscribe(id, FOLLOW, { after: bench.head });
    await Promise.all(ids.map((id) => socket.reached(id, 0)));
  }
  slow.client.pause();
  // Far more for the 50 subscriptions of a socket than the kernel holds for a connection.
  const documents = Array.from({ length: 60 }, (_, index) => largeDocument(`large-${index}`));
  const before = shared.executions();
  const report = await bench.server.instance.commands.importTools(ada, { yaml: documents.join('---\n'), atomic: true });
  expect(report.created).toBe(60);
  const imported = bench.server.instance.follower.position.revision;
  await Promise.all(
    ids.map((id) =>
      fast.reached(id, imported).then(() => fast.until(() => fast.updatesOf(id).at(-1)?.lastInRevision ?? false)),
    ),
  );
  const revision = await bench.write();
  await Promise.all(ids.map((id) => fast.reached(id, revision)));
  slow.client.resume();
  await Promise.all(ids.map((id) => slow.reached(id, revision)));
  // They were told something by themselves.
  expect(shared.executions() - before).toBeGreaterThan(61);
  const expected = fast.of('0');
  expect(expected.length).toBe(62);
  for (const socket of [slow, fast]) for (const id of ids) expect(socket.of(id)).toEqual(expected);
  await bench.untilShared(shared, (last) =>
    Promise.all([slow, fast].flatMap((socket) => ids.map((id) => socket.reached(id, last)))),
  );
});

function largeDocument(name: string): string {
  const description = 'A long text. '.repeat(700);
  return `tool_name: ${name}\nversion: "1"\ndescription: ${description}\nplatform: linux\ncategory: large\ncapabilities: {}\n`;
}
