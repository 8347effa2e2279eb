import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogClient } from '../../src/client/catalog-client.js';
import type { CatalogClientOptions, LogEntry } from '../../src/client/client-options.js';
import { BadUserInputError, UnavailableError } from '../../src/kernel/errors.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { sampleCapability, sampleChange, sampleTool } from '../view/sample-tools.js';
import {
  cutAfter,
  cutInsideRevision,
  loseChange,
  malformedChange,
  repeatRevisions,
  silentAfter,
  skipRevision,
  wrongHash,
  wrongHashAtOnce,
} from './feed-faults.js';
import { FeedServer, TOKEN } from './feed-server.js';
import { WatchedClient } from './watched-client.js';

let server: FeedServer;
let clients: WatchedClient[] = [];

type Given = Partial<ToolState> & Pick<ToolState, 'name'>;
const put = (...tools: readonly Given[]) => server.commit(tools.map((given) => sampleChange(sampleTool(given))));
const remove = (given: Given) => server.commit([sampleChange(sampleTool(given), 'DELETED')]);

function watch(options: Partial<CatalogClientOptions> = {}): WatchedClient {
  const watched = new WatchedClient(server, options);
  clients.push(watched);
  return watched;
}

beforeEach(async () => {
  server = await FeedServer.start();
  put({ name: 'disk' }, { name: 'ssh' }, { name: 'ssh', tenant: 'acme', version: '2.0.0' });
  put({ name: 'secret', tenant: 'globex' });
});

afterEach(async () => {
  await Promise.all(clients.map(({ client }) => client.close()));
  const violations = clients.flatMap((watched) => watched.violations);
  clients = [];
  await server.stop();
  expect(violations).toEqual([]);
});

describe.each(['snapshot', 'list'] as const)('C1: the first copy by %s', (bootstrap) => {
  it('holds both layers, and follows', async () => {
    const watched = watch({ bootstrap });
    const { client } = watched;
    expect([client.state, client.position, client.stalenessMs]).toEqual(['connecting', null, Number.POSITIVE_INFINITY]);
    await client.ready();
    expect(client.tenant).toBe('acme');
    expect(client.list().map((tool) => `${tool.tenant}/${tool.name}`)).toEqual(['shared/disk', 'acme/ssh']);
    expect(client.contentHash).toBe(server.hashAt(2));
    expect(client.position).toBe('e1:2');
    expect(client.get('secret')).toBeUndefined();

    put({ name: 'awk' });
    await watched.until(() => client.get('awk') !== undefined);
    remove({ name: 'ssh', tenant: 'acme' });
    await watched.until(() => client.get('ssh')?.tenant === 'shared');
    expect(watched.changes.map((event) => event.kind)).toEqual(['replaced', 'revision', 'revision']);
    expect(watched.changes.at(-1)).toMatchObject({
      revision: 4,
      position: 'e1:4',
      changes: [{ action: 'DELETED', toolName: 'ssh', actor: 'admin', before: { version: '2.0.0' }, after: null }],
    });
    await watched.state('live');
    expect(watched.states).toEqual(['syncing', 'live']);
    expect(client.stalenessMs).toBeLessThan(30_000);
    expect(server.connections).toHaveLength(1);
    expect(server.connections[0]?.after).toBe(bootstrap === 'list' ? 'e1:2' : null);
  });

  it('is empty for an empty catalog', async () => {
    server.restore('e2', 0);
    const { client } = watch({ bootstrap });
    await client.ready();
    expect([client.list(), client.position]).toEqual([[], 'e2:0']);
  });

  it('survives every cut on the way', async () => {
    server.inject(cutAfter(0), cutAfter(1), cutAfter(2), cutAfter(0, 4500), cutAfter(0, 1013), cutAfter(0, 4400));
    const watched = watch({ bootstrap });
    await watched.caughtUp();
    put({ name: 'awk' });
    await watched.caughtUp();
    // Cuts that came after the first copy was complete are waited for: each needs a connection of its own.
    expect(watched.errors).toEqual([]);
  });
});

describe('C1: list and follow', () => {
  it('follows from the lowest position of any page and shows nothing before the highest', async () => {
    for (let index = 0; index < 20; index += 1)
      put({ name: `tool-${index % 7}`, version: `1.${index}.0` }, { name: `t${index}` });
    remove({ name: 't3' });
    // Instances that stand at different revisions answer in turn, the furthest in the middle.
    const revisions = [9, 23, 7, 12, 20];
    server.pageRevision = (page) => revisions[(page - 1) % revisions.length] ?? 0;
    server.pageSize = 4;
    const watched = watch({ bootstrap: 'list' });
    await watched.client.ready();
    expect(server.connections[0]).toMatchObject({ after: 'e1:7', snapshot: false });
    expect(watched.revision).toBeGreaterThanOrEqual(23);
    await watched.caughtUp();
    expect(server.listQueries).toBeGreaterThan(3);
  });
});

describe('C2: revisions are whole', () => {
  it('a revision cut in the middle is applied once, as a whole, after the reconnect', async () => {
    server.inject(cutInsideRevision);
    const watched = watch();
    await watched.client.ready();
    put({ name: 'a' }, { name: 'b' }, { name: 'c' });
    await watched.caughtUp();
    expect(server.connections.map(({ after }) => after)).toEqual([null, 'e1:2']);
    expect(watched.changes.map((event) => event.changes.length)).toEqual([3, 3]);
    expect(watched.states).toEqual(['syncing', 'live', 'stale', 'syncing', 'live']);
  });

  it('revisions that come twice are told once', async () => {
    server.inject(repeatRevisions);
    const watched = watch();
    await watched.client.ready();
    put({ name: 'a' }, { name: 'b' });
    put({ name: 'a', version: '2.0.0' });
    await watched.caughtUp();
    expect(watched.changes.map((event) => event.revision)).toEqual([2, 3, 4]);
    expect(server.connections).toHaveLength(1);
  });
});

describe('C3: reconnecting', () => {
  it('resumes after the last applied position, whatever the close code', async () => {
    const watched = watch();
    await watched.client.ready();
    for (const code of [1000, 1001, 1011, 1012, 1013, 4400, 4408, 4500, 4999]) {
      const before = server.head;
      server.closeSockets(code);
      await watched.state('stale');
      put({ name: `after-${code}` });
      await watched.caughtUp();
      expect(server.connections.at(-1)?.after).toBe(`e1:${before}`);
    }
    expect(watched.errors).toEqual([]);
    expect(server.tenantQueries).toBe(1);
  });

  it('moves its position with bookmarks, so that an idle client does not fall behind', async () => {
    const watched = watch();
    await watched.client.ready();
    for (let index = 0; index < 5; index += 1) put({ name: 'secret', tenant: 'globex', version: `1.0.${index}` });
    await expect.poll(() => watched.client.position).toBe('e1:7');
    server.lowMark = 7;
    server.cutSockets();
    await watched.state('stale');
    await watched.state('live');
    expect(server.connections.map(({ after }) => after)).toEqual([null, 'e1:7']);
  });

  it.each([
    ['POSITION_EXPIRED', () => Object.assign(server, { lowMark: 4 })],
    ['POSITION_INVALID', () => server.restore('e2', 1)],
    ['POSITION_AHEAD', () => server.restore('e1', 1)],
  ])('%s: lists again, never with the same position', async (_, provoke) => {
    const watched = watch({ bootstrap: 'list' });
    await watched.client.ready();
    server.down = true;
    server.cutSockets();
    await watched.state('stale');
    put({ name: 'awk' }, { name: 'ssh', version: '3.0.0' });
    put({ name: 'top' });
    provoke();
    expect(watched.client.get('disk')).toBeDefined();
    server.down = false;
    await watched.until(
      () => watched.client.state === 'live' && watched.client.contentHash === server.hashAt(server.head),
    );
    // Going back is right here, and only here: the log was cut below what had been shown.
    watched.violations.splice(0, watched.violations.filter((text) => text === 'back from 2 to 1').length);
    const positions = server.connections.map(({ after }) => after);
    expect(positions.filter((after) => after === 'e1:2')).toHaveLength(2);
    expect(positions.at(-1)).toBe(`${server.epoch}:${server.head}`);
    expect(watched.errors).toEqual([]);
  });

  it('takes a silent link for dead after three bookmark intervals', async () => {
    server.inject(silentAfter(4));
    const watched = watch({ bookmarkIntervalMs: 50 });
    await watched.client.ready();
    put({ name: 'awk' });
    await watched.caughtUp();
    expect(server.connections.length).toBeGreaterThan(1);
    expect(watched.client.get('awk')).toBeDefined();
  });

  it('starts while the service is down, and is ready when it is back', async () => {
    server.down = true;
    const log: LogEntry[] = [];
    let tell = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const watched = watch({
      log: (entry) => {
        log.push(entry);
        tell();
      },
    });
    await told;
    expect(log[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('cannot be reached') });
    await expect(watched.client.ready({ timeoutMs: 1 })).rejects.toThrow(/within 1 ms.*cannot be reached/);
    expect(watched.client.lastError).toBeInstanceOf(UnavailableError);
    expect([watched.client.state, watched.client.list()]).toEqual(['connecting', []]);
    server.down = false;
    await watched.caughtUp();
    expect(watched.client.lastError).toBeNull();
  });

  it('goes on with a refused token, and tells', async () => {
    let token = 'wrong';
    const watched = watch({ token: () => token });
    await watched.until(() => watched.errors.length > 1);
    expect(watched.errors[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
    token = TOKEN;
    await watched.caughtUp();
    server.token = 'renewed';
    server.closeSockets(4403, 'revoked');
    await watched.until(() => watched.errors.some((error) => 'code' in error && error.code === 'FORBIDDEN'));
    expect(watched.client.list()).toHaveLength(2);
    token = 'renewed';
    put({ name: 'awk' });
    await watched.caughtUp();
  });
});

describe('a feed that breaks its rules', () => {
  it.each([
    ['a missing revision', skipRevision, 'FEED_GAP'],
    ['a message of another shape', malformedChange, 'FEED_MALFORMED'],
  ])('%s: lists again', async (_, fault, code) => {
    server.inject(fault);
    const watched = watch();
    await watched.client.ready();
    put({ name: 'a' }, { name: 'b' });
    put({ name: 'c' });
    await watched.caughtUp();
    expect(watched.errors).toMatchObject([{ code }]);
    expect(server.connections.map(({ snapshot }) => snapshot)).toEqual([true, true]);
    expect(watched.client.list()).toHaveLength(5);
    expect(watched.states).not.toContain('connecting');
  });

  it('H1: a change that no position misses is found by the hash, reported, and mended', async () => {
    server.inject(loseChange);
    const watched = watch();
    await watched.client.ready();
    put({ name: 'a' }, { name: 'b' });
    await watched.until(() => watched.damages.length > 0);
    // The fault is the server's: what it showed until the bookmark came is beyond the client.
    expect(watched.violations.splice(0)).toHaveLength(1);
    await watched.caughtUp();
    expect(watched.damages).toMatchObject([{ code: 'COPY_DAMAGED', position: 'e1:3', expectedHash: server.hashAt(3) }]);
    expect(watched.client.get('a')).toBeDefined();
  });

  it('H1: a wrong hash alone makes it list again', async () => {
    server.inject(wrongHash);
    const watched = watch();
    await watched.client.ready();
    put({ name: 'a' });
    await watched.until(() => watched.damages.length > 0);
    await watched.caughtUp();
    expect(watched.changes.at(-1)).toMatchObject({ kind: 'replaced', changes: [] });
  });

  it('a service that stays wrong is not asked in a loop, and the copy is not shown', async () => {
    server.inject(...Array.from({ length: 6 }, () => wrongHashAtOnce));
    const watched = watch({ reconnectMinMs: 20, reconnectMaxMs: 40 });
    const begun = performance.now();
    await watched.until(() => watched.damages.length === 6);
    expect(watched.client.position).toBeNull();
    // 0 + 10 + 20 + 20 + 20 ms at the least.
    expect(performance.now() - begun).toBeGreaterThan(60);
    await watched.caughtUp();
  });

  it('never goes back when it is mended by an instance that lags', async () => {
    server.inject(wrongHash);
    const watched = watch();
    await watched.client.ready();
    put({ name: 'a' });
    await watched.until(() => watched.client.get('a') !== undefined);
    server.snapshotRevision = () => 1;
    await watched.until(() => watched.damages.length > 0);
    expect(watched.client.get('a')).toBeDefined();
    await watched.caughtUp();
    expect(watched.changes.at(-1)).toMatchObject({ kind: 'replaced', revision: 3 });
  });

  it('comes out right through faults at random', async () => {
    const faults = [
      cutInsideRevision,
      cutAfter(3),
      skipRevision,
      repeatRevisions,
      wrongHash,
      silentAfter(5),
      cutAfter(7, 4500),
    ];
    server.inject(...Array.from({ length: 28 }, (_, index) => faults[(index * 5) % faults.length] ?? cutAfter(1)));
    const watched = [watch({ bookmarkIntervalMs: 60 }), watch({ bookmarkIntervalMs: 60, bootstrap: 'list' })];
    await Promise.all(watched.map(({ client }) => client.ready()));
    for (let step = 0; server.pendingFaults > 0; step += 1) {
      const name = `tool-${step % 13}`;
      if (step % 5 === 4) remove({ name });
      else put({ name, version: `1.${step}.0` }, { name: `other-${step % 3}`, tenant: 'acme', version: `1.${step}.0` });
      const one = watched[step % 2];
      if (step % 7 === 0) await one?.until(() => one.client.state === 'live');
      await new Promise(setImmediate);
    }
    await Promise.all(watched.map((one) => one.caughtUp()));
    expect(watched.map((one) => one.client.contentHash)).toEqual([
      server.hashAt(server.head),
      server.hashAt(server.head),
    ]);
  });
});

describe('C6: lookups and listeners', () => {
  it('answers from memory while the service is away', async () => {
    put(
      { name: 'find', platform: 'windows', capabilities: [sampleCapability('file_search', ['locate'])] },
      { name: 'find', enabled: false },
    );
    const watched = watch();
    const { client } = watched;
    await client.ready();
    server.down = true;
    server.cutSockets();
    await watched.state('stale');
    expect(client.get('find', { platform: 'windows' })?.platform).toBe('windows');
    expect(() => client.get('find')).toThrow("'find' exists on linux and windows: name the platform.");
    expect(client.byCapability('locate')).toHaveLength(1);
    expect(client.capabilities().map((entry) => entry.name)).toEqual(['file_search', 'service_control']);
    expect(client.list({ enabled: false }).map((tool) => tool.name)).toEqual(['find']);
    expect(client.list({})).toBe(client.view.tools());
    expect(client.view.byId('acme/linux/ssh')).toBe(client.get('ssh'));
    expect(Object.isFrozen(client.get('ssh')?.capabilities[0])).toBe(true);
  });

  it('a listener that throws hurts nobody and is reported', async () => {
    const log: LogEntry[] = [];
    const watched = watch({ log: (entry) => log.push(entry) });
    const told: number[] = [];
    const off = watched.client.on('change', () => {
      throw new Error('a bad listener');
    });
    watched.client.on('change', (event) => told.push(event.revision));
    watched.client.on('error', () => {
      throw new Error('a worse one');
    });
    await watched.client.ready();
    put({ name: 'awk' });
    await watched.until(() => told.length === 2);
    off();
    put({ name: 'top' });
    await watched.until(() => told.length === 3);
    expect(watched.errors.map((error) => error.cause)).toMatchObject([
      { message: 'a bad listener' },
      { message: 'a bad listener' },
    ]);
    expect(log.filter((entry) => entry.level === 'error')).toHaveLength(4);
    expect(server.connections).toHaveLength(1);
  });

  it('a log that throws does not end the stream', async () => {
    const watched = watch({
      log: () => {
        throw new Error('no disk');
      },
    });
    await watched.client.ready();
    put({ name: 'awk' });
    await watched.caughtUp();
    expect(server.connections).toHaveLength(1);
  });
});

describe('the life of a client', () => {
  it('closing ends it for good, keeps the copy, and lets nobody wait', async () => {
    const { client } = watch();
    await client.ready();
    const never = watch({ url: 'http://127.0.0.1:9/graphql' }).client;
    const waiting = expect(never.ready()).rejects.toThrow('The client is closed.');
    await Promise.all([client.close(), never.close()]);
    await waiting;
    expect(client.state).toBe('closed');
    expect(client.list()).toHaveLength(2);
    expect(() => client.start()).toThrow('closed');
    await expect(never.ready()).rejects.toThrow(UnavailableError);
    await client.close();
  });

  it('may be closed by a listener, while connecting, and before it was started', async () => {
    const byListener = watch().client;
    const closed = new Promise<void>((resolve) => byListener.on('change', () => resolve(byListener.close())));
    await closed;
    const connecting = watch().client;
    await connecting.close();
    await new CatalogClient({ url: server.url }).close();
    expect([byListener.state, connecting.state]).toEqual(['closed', 'closed']);
  });

  it.each<[string, CatalogClientOptions]>([
    ['a url of another kind', { url: 'ftp://localhost/graphql' }],
    ['no url', { url: 'localhost:4000' }],
    ['a time of nothing', { url: 'http://localhost', reconnectMinMs: 0 }],
    ['an unknown bootstrap', { url: 'http://localhost', bootstrap: 'magic' as 'list' }],
    ['a web socket url over http', { url: 'http://localhost', webSocketUrl: 'http://localhost' }],
  ])('refuses %s', (_, options) => {
    expect(() => new CatalogClient(options)).toThrow(BadUserInputError);
  });
});
