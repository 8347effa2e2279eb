import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CatalogError } from '../../src/kernel/errors.js';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { openSecondDoor, type SecondDoor } from './support/second-door.js';
import { SubscriptionRecorder } from './support/subscription-recorder.js';
import { startTestServer, type TestServer } from './support/test-server.js';

const TENANTS = ['shared', 'acme'] as const;
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const DOCUMENTS = [
  'action position previousPosition revision lastInRevision toolName tool { owner description }',
  'revision action tool { name version capabilities { name } } changedFields',
  'revision r: position toolName',
];
const ada = caller();

let server: TestServer;
/** The same instance: told one by one, together, and together by groups that everyone leaves again at every update. */
let doors: readonly SecondDoor[];
let tokens: Record<(typeof TENANTS)[number], string>;

beforeAll(async () => {
  server = await startTestServer({ bookmarkMs: 60_000 });
  await server.instance.commands.createTenant(ada, { name: 'acme' });
  tokens = {
    shared: (await server.newToken('VIEWER')).token,
    acme: (await server.newToken('VIEWER', 'acme')).token,
  };
  await server.instance.commands.createTool(ada, { definition: tool('marker', 'marker') });
  doors = await Promise.all([
    openSecondDoor(server, { shared: false }),
    openSecondDoor(server, { shared: true }),
    openSecondDoor(server, { shared: true, websocket: { maxUnsentBytes: -1, patienceMs: 0 } }),
  ]);
});

afterAll(async () => {
  await Promise.all(doors.map((door) => door.close()));
  await server.close();
});

function tool(name: string, category: string) {
  return definitionInput({ name, category, metadata: { tags: [category] } });
}

interface Subscription {
  readonly socket: number;
  readonly document: number;
  /** Null: everything. The marker matches all of them. */
  readonly filter: { readonly names: string[] } | { readonly categories: string[] } | null;
  /** How many revisions before the head it begins; null begins at the present, which is the same moment for all. */
  readonly back: number | null;
  readonly bookmarks: boolean;
}

type Step =
  | {
      readonly do: 'write';
      readonly verb: number;
      readonly name: string;
      readonly tenant: (typeof TENANTS)[number];
      readonly value: number;
    }
  | { readonly do: 'bulk'; readonly value: number }
  | { readonly do: 'subscribe'; readonly subscription: Subscription }
  | { readonly do: 'complete'; readonly which: number }
  | { readonly do: 'pause' | 'resume'; readonly socket: number };

const RUNS = 20;
const RUN_DEADLINE_MS = 8_000;
const SOCKETS = 4;
const subscription: fc.Arbitrary<Subscription> = fc.record({
  socket: fc.nat(SOCKETS - 1),
  document: fc.nat(DOCUMENTS.length - 1),
  filter: fc.oneof(
    fc.constant(null),
    fc.record({ names: fc.subarray(NAMES).map((names) => [...names, 'marker']) }),
    fc.record({ categories: fc.constantFrom('x', 'y').map((category) => [category, 'marker']) }),
  ),
  back: fc.option(fc.nat(20), { nil: null }),
  bookmarks: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      verb: fc.nat(5),
      name: fc.constantFrom(...NAMES),
      tenant: fc.constantFrom(...TENANTS),
      value: fc.nat(1_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bulk' as const), value: fc.nat(1_000_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      // Where it begins and when its first bookmark comes must not depend on when the door hears of it.
      subscription: subscription.map((it) => ({ ...it, back: it.back ?? 0, bookmarks: false })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('complete' as const), which: fc.nat(30) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), socket: fc.nat(SOCKETS - 1) }),
  },
);

/** One door's sockets, and what they have asked for. */
interface Side {
  readonly sockets: readonly SubscriptionRecorder[];
  readonly subscribed: { readonly socket: number; readonly id: string; completed: boolean }[];
}

function subscribe(side: Side, { socket, document, filter, back, bookmarks }: Subscription): void {
  const { epoch, revision } = server.instance.follower.position;
  const id = `s${side.subscribed.length}`;
  const query = `subscription ($after: CatalogPosition, $filter: ToolFilter, $bookmarks: Boolean) {
    toolUpdated(after: $after, filter: $filter, bookmarks: $bookmarks) { ${DOCUMENTS[document]} } }`;
  const after = back === null ? null : `${epoch}:${Math.max(0, revision - back)}`;
  side.sockets[socket]?.subscribe(id, query, { after, filter, bookmarks });
  side.subscribed.push({ socket, id, completed: false });
}

async function write({ verb, name, tenant, value }: Extract<Step, { do: 'write' }>): Promise<void> {
  const { commands } = server.instance;
  const who = caller({ tenant });
  const category = value % 2 === 0 ? 'x' : 'y';
  const verbs = [
    () => commands.createTool(who, { definition: tool(name, category) }),
    () => commands.updateTool(who, { name, patch: { category, description: `Text ${value}.` } }),
    () => commands.setToolState(who, { name, owner: `owner-${value}` }),
    () => (value % 3 === 0 ? commands.enableTool(who, { name }) : commands.disableTool(who, { name })),
    () => commands.deleteTool(who, { name }),
    () => commands.restoreTool(who, { name }),
  ];
  try {
    await verbs[verb]?.();
  } catch (error) {
    // What cannot be done to this tool now.
    if (!(error instanceof CatalogError)) throw error;
  }
}

async function bulk(value: number): Promise<void> {
  const documents = NAMES.map(
    (name) =>
      `tool_name: ${name}\nversion: "1"\ndescription: Bulk ${value}.\nplatform: linux\ncategory: ${value % 2 === 0 ? 'x' : 'y'}\ncapabilities: {}\n`,
  );
  await server.instance.commands.importTools(ada, { yaml: documents.join('---\n'), onConflict: 'NEW_VERSION' });
}

async function take(sides: readonly Side[], next: Step): Promise<void> {
  if (next.do === 'write') return write(next);
  if (next.do === 'bulk') return bulk(next.value);
  for (const side of sides) {
    if (next.do === 'subscribe') subscribe(side, next.subscription);
    else if (next.do === 'complete') {
      const chosen = side.subscribed[next.which];
      if (chosen) {
        chosen.completed = true;
        side.sockets[chosen.socket]?.complete(chosen.id);
      }
    } else if (next.do === 'pause') side.sockets[next.socket]?.client.pause();
    else side.sockets[next.socket]?.client.resume();
  }
}

/** Everything up to the revision of the marker has come to everyone who still listens. */
async function settle({ sockets, subscribed }: Side, revision: number): Promise<void> {
  for (const socket of sockets) socket.client.resume();
  await Promise.all(
    subscribed.map(({ socket, id, completed }) => (completed ? undefined : sockets[socket]?.reached(id, revision))),
  );
}

test(
  'whatever is asked for, written, held back and ended: each subscription is told what it would be told alone',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(subscription, { minLength: 2, maxLength: 14 }),
        fc.array(step, { minLength: 5, maxLength: 40 }),
        async (atFirst, steps) => {
          const sides = await Promise.all(
            doors.map(async (door): Promise<Side> => {
              const tenants = Array.from({ length: SOCKETS }, (_, index) => TENANTS[index % 2] ?? 'shared');
              const sockets = await Promise.all(
                tenants.map((tenant) => SubscriptionRecorder.connect(door.websocketUrl, tokens[tenant])),
              );
              return { sockets, subscribed: [] };
            }),
          );
          try {
            for (const side of sides) {
              for (const each of atFirst) subscribe(side, each);
              await Promise.all(side.sockets.map((socket) => socket.handled()));
              // Those that were to say so have come to the present.
              await Promise.all(
                atFirst.map(({ bookmarks, socket }, index) => {
                  const recorder = side.sockets[socket];
                  return bookmarks && recorder?.until(() => isBookmarked(recorder, `s${index}`));
                }),
              );
            }
            for (const next of steps) await take(sides, next);
            const { revision } = await server.instance.commands.setToolState(ada, {
              name: 'marker',
              owner: `run-${server.instance.follower.position.revision}`,
            });
            for (const side of sides) await settle(side, revision);
            compare(sides);
          } finally {
            for (const { sockets } of sides) for (const socket of sockets) socket.close();
          }
        },
      ),
      // One that waits for what was lost fails with its seed, too.
      { numRuns: RUNS, endOnFailure: true, timeout: RUN_DEADLINE_MS },
    );
  },
  RUNS * RUN_DEADLINE_MS,
);

/** Bookmarks are the only messages without a tool. */
function isBookmarked(recorder: SubscriptionRecorder, id: string): boolean {
  return recorder.of(id).some(({ payload }) => {
    const { toolUpdated } = (payload as { data: { toolUpdated: Record<string, unknown> } }).data;
    return toolUpdated['action'] === 'BOOKMARK' || ('toolName' in toolUpdated && toolUpdated['toolName'] === null);
  });
}

function compare([alone, ...together]: readonly Side[]): void {
  for (const side of together) {
    for (const [index, { id, socket, completed }] of (alone?.subscribed ?? []).entries()) {
      const expected = alone?.sockets[socket]?.of(id) ?? [];
      const told = side.sockets[side.subscribed[index]?.socket ?? 0]?.of(id) ?? [];
      const common = completed ? Math.min(expected.length, told.length) : expected.length;
      expect(told.slice(0, completed ? common : undefined)).toEqual(expected.slice(0, common));
    }
  }
}
