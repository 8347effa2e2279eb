import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTruth } from '../support/catalog-truth.js';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import type { Delivery, StreamSession } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { SubscriptionRecorder } from './support/subscription-recorder.js';
import { startTestServer, type TestServer } from './support/test-server.js';

const SOCKETS = 30;
const PER_SOCKET = 50;
/** Sockets that break off in the middle and come back with the positions that they had stored. */
const BREAKING = 8;
const NAMES = ['a', 'b', 'c', 'd'];
const FOLLOW = `subscription ($after: CatalogPosition) { toolUpdated(after: $after) {
  action position previousPosition revision lastInRevision toolId contentHash tool { version } } }`;
const ada = caller();

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ bookmarkMs: 2_000 });
});
afterAll(() => server.close());

async function write(count: number): Promise<number> {
  const { commands } = server.instance;
  for (let index = 0; index < count; index += 1) {
    if (index % 10 === 9) await commands.importTools(ada, { yaml: revisionOfAll(index), onConflict: 'NEW_VERSION' });
    else await commands.updateTool(ada, { name: NAMES[index % 4] ?? 'a', patch: { description: `Text ${index}.` } });
  }
  return server.instance.follower.position.revision;
}

/** One revision with a change of every tool. */
function revisionOfAll(round: number): string {
  const documents = NAMES.map(
    (name) =>
      `tool_name: ${name}\nversion: "1"\ndescription: All at once ${round}.\nplatform: linux\ncategory: all\ncapabilities: {}\n`,
  );
  return documents.join('---\n');
}

const ids = Array.from({ length: PER_SOCKET }, (_, index) => `s${index}`);

async function openSocket(after: (id: string) => string | null): Promise<SubscriptionRecorder> {
  const socket = await SubscriptionRecorder.connect(server.websocketUrl, server.adminToken);
  for (const id of ids) socket.subscribe(id, FOLLOW, { after: after(id) });
  return socket;
}

function sessionOf(socket: SubscriptionRecorder, id: string, after: string | null): StreamSession {
  const deliveries = socket.of(id).map(({ payload }): Delivery => {
    const { tool, ...update } = (payload as { data: { toolUpdated: Delivery & { tool: { version: string } | null } } })
      .data.toolUpdated;
    return { ...update, version: tool?.version ?? null };
  });
  return { after, snapshot: false, deliveries };
}

test('L-17: 50 subscriptions on each of 30 sockets are each told everything once, in order and whole, also over a break', async () => {
  for (const name of NAMES) await server.instance.commands.createTool(ada, { definition: definitionInput({ name }) });
  const begin = (await readTruth(server.databaseUrl)).epoch;
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, (_, index) => openSocket((id) => ((id.length + index) % 3 ? null : `${begin}:0`))),
  );
  await Promise.all(sockets.flatMap((socket) => ids.map((id) => socket.reached(id, 4))));
  const [breaking, steady] = [sockets.slice(0, BREAKING), sockets.slice(BREAKING)];

  // One more on each is refused, and nobody else notices.
  for (const socket of steady) socket.subscribe('one too many', FOLLOW);
  await Promise.all(steady.map((socket) => socket.until(() => socket.of('one too many').length > 0)));
  for (const socket of steady) {
    expect(socket.of('one too many')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }] },
    ]);
  }

  await write(15);
  const stored = breaking.map((socket) => {
    socket.close();
    return ids.map((id) => sessionOf(socket, id, firstAfter(socket, id, begin)));
  });
  await write(15);
  const resumed = await Promise.all(
    stored.map((sessions) => openSocket((id) => positionAfter(sessions[ids.indexOf(id)]))),
  );
  const last = await write(10);
  await Promise.all([...steady, ...resumed].flatMap((socket) => ids.map((id) => socket.reached(id, last))));
  await Promise.all(
    [...steady, ...resumed].flatMap((socket) => ids.map((id) => socket.until(() => isWhole(socket, id)))),
  );

  const truth = await readTruth(server.databaseUrl);
  for (const socket of steady) {
    for (const id of ids)
      expect(streamFaults([sessionOf(socket, id, firstAfter(socket, id, begin))], truth)).toEqual([]);
  }
  for (const [index, socket] of resumed.entries()) {
    for (const [place, id] of ids.entries()) {
      const before = stored[index]?.[place] as StreamSession;
      expect(streamFaults([before, sessionOf(socket, id, positionAfter(before))], truth)).toEqual([]);
    }
  }
  for (const socket of [...steady, ...resumed]) socket.close();
});

/** Where a subscription had asked to begin: those from the beginning were told the first revision first. */
function firstAfter(socket: SubscriptionRecorder, id: string, epoch: string): string | null {
  return socket.updatesOf(id)[0]?.action === 'BOOKMARK' ? null : `${epoch}:0`;
}

function positionAfter(session: StreamSession | undefined): string | null {
  return session?.deliveries.findLast(({ lastInRevision }) => lastInRevision)?.position ?? null;
}

function isWhole(socket: SubscriptionRecorder, id: string): boolean {
  return socket.updatesOf(id).at(-1)?.lastInRevision ?? false;
}
