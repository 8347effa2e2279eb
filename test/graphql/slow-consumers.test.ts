import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatPosition } from '../../src/view/position.js';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { SubscriptionRecorder } from './support/subscription-recorder.js';
import { startTestServer, type TestServer } from './support/test-server.js';

const FAST = 10;
const STALLED = 3;
const SLOW = 3;
/** Subscriptions of a stalled or slow socket: enough to fill whatever the kernel holds for it. */
const PER_SOCKET = 40;
const CHANGES = 120;
const STALL_MS = 4_000;
/** Of one socket: the limit, and two messages of each subscription. What is written here would be 40 MB for each. */
const MAX_UNSENT_BYTES = 256 * 1024 + PER_SOCKET * 2 * 9_000;
/** Fast consumers are told within a moment; five times and more of slack for a busy machine. */
const DEADLINE_MS = 5_000;
const FOLLOW = `subscription ($after: CatalogPosition) { toolUpdated(after: $after, bookmarks: false) {
  action position revision lastInRevision tool { description } } }`;
const ada = caller();

let server: TestServer;
/** Of all servers of this process. */
const connections: Socket[] = [];
const onConnection = (message: unknown) => connections.push((message as { socket: Socket }).socket);
/** Resolves when the service has closed the sockets of all who take nothing. */
let allClosed: Promise<void>;

beforeAll(async () => {
  subscribe('net.server.socket', onConnection);
  let count = 0;
  let resolveAll: () => void = () => undefined;
  allClosed = new Promise((resolve) => {
    resolveAll = resolve;
  });
  const write = (line: string) => {
    if (line.includes('takes nothing')) count += 1;
    if (count === STALLED) resolveAll();
  };
  server = await startTestServer({
    bookmarkMs: 60_000,
    // Long enough for whoever is resumed when the last of them is closed.
    websocket: { stallMs: STALL_MS, deadMs: 3_600_000, lingerMs: 3_600_000 },
    alter: (services) => ({ ...services, log: pino({ level: 'info' }, { write }) }),
  });
  await server.instance.commands.createTool(ada, { definition: definitionInput({ name: 'large' }) });
});
afterAll(async () => {
  unsubscribe('net.server.socket', onConnection);
  await server.close();
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

async function open(count: number, subscriptions: number, after: string): Promise<SubscriptionRecorder[]> {
  return Promise.all(
    numbers(count).map(async () => {
      const socket = await SubscriptionRecorder.connect(server.websocketUrl, server.adminToken);
      for (const id of numbers(subscriptions)) socket.subscribe(id, FOLLOW, { after });
      await socket.handled();
      return socket;
    }),
  );
}

/** Any text of this length: the last words make it another one. */
function writeLarge(count: number): Promise<{ readonly revision: number }> {
  const description = `${'A long text. '.repeat(630)} ${count}`;
  return server.instance.commands.updateTool(ada, { name: 'large', patch: { description } });
}

test('L-6: stalled and slow consumers hold back only themselves, cost little memory, and lose nothing', async () => {
  const start = server.instance.follower.position;
  const after = formatPosition(start);
  const fast = await open(FAST, 1, after);
  const stalled = await open(STALLED, PER_SOCKET, after);
  const slow = await open(SLOW, PER_SOCKET, after);
  const first = await writeLarge(0);
  await Promise.all([...fast, ...stalled, ...slow].map((socket) => socket.reached('0', first.revision)));
  for (const socket of [...stalled, ...slow]) socket.client.pause();
  const trickle = setInterval(() => {
    for (const socket of slow) {
      socket.client.resume();
      setImmediate(() => socket.client.pause());
    }
  }, 50);
  const told = allClosed.then(() => Promise.all(stalled.map(closing)));
  let mostUnsent = 0;
  let last = first.revision;
  try {
    for (let count = 1; count <= CHANGES; count += 1) {
      ({ revision: last } = await writeLarge(count));
      const startedMs = performance.now();
      await Promise.all(fast.map((socket) => socket.reached('0', last)));
      expect(performance.now() - startedMs).toBeLessThan(DEADLINE_MS);
      mostUnsent = Math.max(mostUnsent, ...connections.map(({ writableLength }) => writableLength));
    }
  } finally {
    clearInterval(trickle);
  }
  expect(mostUnsent).toBeGreaterThan(256 * 1024);
  expect(mostUnsent).toBeLessThan(MAX_UNSENT_BYTES);

  for (const socket of slow) socket.client.resume();
  await Promise.all(slow.flatMap((socket) => numbers(PER_SOCKET).map((id) => socket.reached(id, last))));
  expect(await told).toEqual(stalled.map(() => 1013));
  const revisions = Array.from({ length: last - start.revision }, (_, index) => start.revision + 1 + index);
  for (const socket of fast) expect(revisionsOf(socket, '0')).toEqual(revisions);
  for (const socket of slow) for (const id of numbers(PER_SOCKET)) expect(revisionsOf(socket, id)).toEqual(revisions);
  for (const socket of stalled) {
    const position = socket.updatesOf('0').at(-1)?.position ?? after;
    const [resumed] = (await open(1, 1, position)) as [SubscriptionRecorder];
    await resumed.reached('0', last);
    expect([...revisionsOf(socket, '0'), ...revisionsOf(resumed, '0')]).toEqual(revisions);
    resumed.close();
  }
  for (const socket of [...fast, ...slow]) socket.close();
});

/** Takes what is left, and the code with which the socket was closed behind it. */
async function closing({ client }: SubscriptionRecorder): Promise<number> {
  client.resume();
  return (await client.closed).code;
}

function revisionsOf(socket: SubscriptionRecorder, id: string): number[] {
  return socket.updatesOf(id).map(({ revision }) => revision);
}
