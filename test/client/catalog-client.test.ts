import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { CatalogClient } from '../../src/client/catalog-client.js';
import type { CatalogClientOptions, LogEntry } from '../../src/client/client-options.js';
import { closeSocket } from '../../src/client/web-socket.js';
import { BadUserInputError, UnavailableError } from '../../src/kernel/errors.js';
import { sampleCapability } from '../view/sample-tools.js';
import { Bench } from './bench.js';
import { cutAfter } from './feed-faults.js';

const bench = Bench.prepare();

it.each([Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'waits for ever for a wait of %d ms',
  async (timeoutMs) => {
    bench.server.down = true;
    const { client } = bench.watch();
    const failures: unknown[] = [];
    const ready = client.ready({ timeoutMs }).catch((error: unknown) => failures.push(error));
    await expect.poll(() => client.lastError).not.toBeNull();
    expect(failures).toEqual([]);
    bench.server.down = false;
    await ready;
    expect([failures, client.state]).toEqual([[], 'live']);
  },
);

describe.each(['snapshot', 'list'] as const)('C1: the first copy by %s', (bootstrap) => {
  it('holds both layers, and follows', async () => {
    const watched = bench.watch({ bootstrap });
    const { client } = watched;
    expect([client.state, client.position, client.stalenessMs]).toEqual(['connecting', null, Number.POSITIVE_INFINITY]);
    await client.ready();
    expect(client.tenant).toBe('acme');
    expect(client.list().map((tool) => `${tool.tenant}/${tool.name}`)).toEqual(['shared/disk', 'acme/ssh']);
    expect(client.contentHash).toBe(bench.server.hashAt(2));
    expect(client.position).toBe('e1:2');
    expect(client.get('secret')).toBeUndefined();

    bench.put({ name: 'awk' });
    await watched.until(() => client.get('awk') !== undefined);
    bench.remove({ name: 'ssh', tenant: 'acme' });
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
    expect(bench.server.connections).toHaveLength(1);
    expect(bench.server.connections[0]?.after).toBe(bootstrap === 'list' ? 'e1:2' : null);
  });

  it('is empty for an empty catalog', async () => {
    bench.server.restore('e2', 0);
    const { client } = bench.watch({ bootstrap });
    await client.ready();
    expect([client.list(), client.position]).toEqual([[], 'e2:0']);
  });

  it('survives every cut on the way', async () => {
    bench.server.inject(cutAfter(0), cutAfter(1), cutAfter(2), cutAfter(0, 4500), cutAfter(0, 1013), cutAfter(0, 4400));
    const watched = bench.watch({ bootstrap });
    await watched.caughtUp();
    bench.put({ name: 'awk' });
    await watched.caughtUp();
    // Cuts that came after the first copy was complete are waited for: each needs a connection of its own.
    expect(watched.errors).toEqual([]);
  });
});

describe('C1: list and follow', () => {
  it('SDK-1: follows from the lowest position of any page, not from that of a tool, and shows nothing before the highest', async () => {
    for (let index = 0; index < 20; index += 1)
      bench.put({ name: `tool-${index % 7}`, version: `1.${index}.0` }, { name: `t${index}` });
    bench.remove({ name: 't3' });
    // Instances that stand at different revisions answer in turn, the furthest in the middle.
    const revisions = [9, 23, 7, 12, 20];
    bench.server.pageRevision = (page) => revisions[(page - 1) % revisions.length] ?? 0;
    bench.server.pageSize = 4;
    const watched = bench.watch({ bootstrap: 'list' });
    await watched.client.ready();
    expect(bench.server.connections[0]).toMatchObject({ after: 'e1:7', snapshot: false });
    expect(watched.revision).toBeGreaterThanOrEqual(23);
    await watched.caughtUp();
    expect(bench.server.listQueries).toBeGreaterThan(3);
  });
});

describe('C6: lookups and listeners', () => {
  it('SDK-3: answers from memory while the service is away, and says since when', async () => {
    bench.put(
      { name: 'find', platform: 'windows', capabilities: [sampleCapability('file_search', ['locate'])] },
      { name: 'find', enabled: false },
    );
    const watched = bench.watch();
    const { client } = watched;
    await client.ready();
    bench.server.down = true;
    bench.server.cutSockets();
    await watched.state('stale');
    const ageMs = client.stalenessMs;
    expect(ageMs).toBeLessThan(30_000);
    await expect.poll(() => client.stalenessMs).toBeGreaterThan(ageMs);
    expect(client.position).toBe('e1:3');
    expect(client.get('find', { platform: 'windows' })?.platform).toBe('windows');
    expect(() => client.get('find')).toThrow("'find' exists on linux and windows: name the platform.");
    expect(client.byCapability('locate')).toHaveLength(1);
    expect(client.search('locate files').map(({ tool }) => tool)).toEqual(client.byCapability('locate'));
    expect(client.capabilities().map((entry) => entry.name)).toEqual(['file_search', 'service_control']);
    expect(client.list({ enabled: false }).map((tool) => tool.name)).toEqual(['find']);
    expect(client.list({})).toBe(client.view.tools());
    expect(client.view.byId('acme/linux/ssh')).toBe(client.get('ssh'));
    expect(Object.isFrozen(client.get('ssh')?.capabilities[0])).toBe(true);
  });

  it('a listener that throws hurts nobody and is reported', async () => {
    const log: LogEntry[] = [];
    const watched = bench.watch({ log: (entry) => log.push(entry) });
    const told: number[] = [];
    const off = watched.client.on('change', () => {
      throw new Error('a bad listener');
    });
    watched.client.on('change', (event) => told.push(event.revision));
    watched.client.on('error', () => {
      throw new Error('a worse one');
    });
    await watched.client.ready();
    bench.put({ name: 'awk' });
    await watched.until(() => told.length === 2);
    off();
    bench.put({ name: 'top' });
    await watched.until(() => told.length === 3);
    expect(watched.errors.map((error) => error.cause)).toMatchObject([
      { message: 'a bad listener' },
      { message: 'a bad listener' },
    ]);
    expect(log.filter((entry) => entry.level === 'error')).toHaveLength(4);
    expect(bench.server.connections).toHaveLength(1);
  });

  it('neither does one that fails later, nor a log that does', async () => {
    const later = async () => {
      throw new Error('a late one');
    };
    const watched = bench.watch({ log: later });
    watched.client.on('change', later);
    watched.client.on('error', later);
    await watched.client.ready();
    await watched.until(() => watched.errors.length > 0);
    expect(watched.errors).toMatchObject([
      { message: "A listener of 'change' threw.", cause: { message: 'a late one' } },
    ]);
    await watched.state('live');
  });

  it('a log that throws does not end the stream', async () => {
    const watched = bench.watch({
      log: () => {
        throw new Error('no disk');
      },
    });
    await watched.client.ready();
    bench.put({ name: 'awk' });
    await watched.caughtUp();
    expect(bench.server.connections).toHaveLength(1);
  });
});

describe('the life of a client', () => {
  it('closing ends it for good, keeps the copy, and lets nobody wait', async () => {
    const { client } = bench.watch();
    await client.ready();
    const never = bench.watch({ url: 'http://127.0.0.1:9/graphql' }).client;
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
    const byListener = bench.watch().client;
    const closed = new Promise<void>((resolve) => byListener.on('change', () => resolve(byListener.close())));
    await closed;
    const connecting = bench.watch().client;
    await connecting.close();
    await new CatalogClient({ url: bench.server.url }).close();
    expect([byListener.state, connecting.state]).toEqual(['closed', 'closed']);
  });

  it('may be closed while a connection hangs in its handshake', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { client } = bench.watch({ webSocketUrl: `ws://127.0.0.1:${port}/graphql` });
    const [socket] = (await once(silent, 'connection')) as [Socket];
    // Read, so that the end of the connection is seen.
    socket.resume();
    await client.close();
    await once(socket, 'close');
    silent.close();
  });

  it('cuts a connection whose other side does not answer the goodbye', async () => {
    const websockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(websockets, 'listening');
    websockets.on('connection', (_, { socket }) => socket.pause());
    const socket = new WebSocket(`ws://127.0.0.1:${(websockets.address() as AddressInfo).port}`);
    await once(socket, 'open');
    closeSocket(socket);
    await once(socket, 'close');
    for (const other of websockets.clients) other.terminate();
    websockets.close();
  }, 15_000);

  it.each<[string, CatalogClientOptions]>([
    ['a url of another kind', { url: 'ftp://localhost/graphql' }],
    ['no url', { url: 'localhost:4000' }],
    ['a time of nothing', { url: 'http://localhost', reconnectMinMs: 0 }],
    ['a time past what timers can wait', { url: 'http://localhost', saveEveryMs: 1e12 }],
    ['an unknown bootstrap', { url: 'http://localhost', bootstrap: 'magic' as 'list' }],
    ['a user and a password in the url', { url: 'http://ada:secret@localhost' }],
    ['a token of two lines', { url: 'http://localhost', token: 'secret\nof Ada' }],
    ['a web socket url over http', { url: 'http://localhost', webSocketUrl: 'http://localhost' }],
  ])('refuses %s', (_, options) => {
    expect(() => new CatalogClient(options)).toThrow(BadUserInputError);
    expect(() => new CatalogClient(options)).not.toThrow(/secret/);
  });
});
