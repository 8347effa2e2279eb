import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/client/client-options.js';
import { UnavailableError } from '../../src/kernel/errors.js';
import { Bench } from './bench.js';
import {
  bookmarkBehind,
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
import { TOKEN } from './feed-server.js';

const bench = Bench.prepare();

describe('C2: revisions are whole', () => {
  it('a revision cut in the middle is applied once, as a whole, after the reconnect', async () => {
    bench.server.inject(cutInsideRevision);
    const watched = bench.watch();
    await watched.client.ready();
    bench.put({ name: 'a' }, { name: 'b' }, { name: 'c' });
    await watched.caughtUp();
    expect(bench.server.connections.map(({ after }) => after)).toEqual([null, 'e1:2']);
    expect(watched.changes.map((event) => event.changes.length)).toEqual([3, 3]);
    expect(watched.states).toEqual(['syncing', 'live', 'stale', 'syncing', 'live']);
  });

  it('revisions that come twice are told once', async () => {
    bench.server.inject(repeatRevisions);
    const watched = bench.watch();
    await watched.client.ready();
    bench.put({ name: 'a' }, { name: 'b' });
    bench.put({ name: 'a', version: '2.0.0' });
    await watched.caughtUp();
    expect(watched.changes.map((event) => event.revision)).toEqual([2, 3, 4]);
    expect(bench.server.connections).toHaveLength(1);
  });
});

describe('C3: reconnecting', () => {
  it('resumes after the last applied position, whatever the close code', async () => {
    const watched = bench.watch();
    await watched.client.ready();
    for (const code of [1000, 1001, 1011, 1012, 1013, 4400, 4408, 4500, 4999]) {
      const before = bench.server.head;
      bench.server.closeSockets(code);
      await watched.state('stale');
      bench.put({ name: `after-${code}` });
      await watched.caughtUp();
      expect(bench.server.connections.at(-1)?.after).toBe(`e1:${before}`);
    }
    expect(watched.errors).toEqual([]);
    expect(bench.server.tenantQueries).toBe(1);
  });

  it('is live, and its age 0, when the stream has caught up, not with a bookmark before that', async () => {
    const watched = bench.watch();
    await watched.client.live();
    const liveAt: number[] = [];
    watched.client.on('state', ({ state }) => void (state === 'live' && liveAt.push(watched.revision)));
    bench.server.inject(bookmarkBehind);
    bench.server.cutSockets();
    await watched.state('stale');
    const age = watched.client.stalenessMs;
    bench.put({ name: 'missed' });
    await watched.until(() => watched.client.get('missed') !== undefined);
    expect(watched.client.state).toBe('syncing');
    expect(watched.client.stalenessMs).toBeGreaterThan(age);
    await watched.caughtUp();
    expect(liveAt).toEqual([bench.server.head]);
  });

  it('moves its position with bookmarks, so that an idle client does not fall behind', async () => {
    const watched = bench.watch();
    await watched.client.ready();
    for (let index = 0; index < 5; index += 1) bench.put({ name: 'secret', tenant: 'globex', version: `1.0.${index}` });
    await expect.poll(() => watched.client.position).toBe('e1:7');
    bench.server.lowMark = 7;
    bench.server.cutSockets();
    await watched.state('stale');
    await watched.state('live');
    expect(bench.server.connections.map(({ after }) => after)).toEqual([null, 'e1:7']);
  });

  it.each([
    ['POSITION_EXPIRED', () => Object.assign(bench.server, { lowMark: 4 })],
    ['POSITION_INVALID', () => bench.server.restore('e2', 1)],
    ['POSITION_AHEAD', () => bench.server.restore('e1', 1)],
  ])('%s: lists again, never with the same position', async (_, provoke) => {
    const watched = bench.watch({ bootstrap: 'list' });
    await watched.client.ready();
    bench.server.down = true;
    bench.server.cutSockets();
    await watched.state('stale');
    bench.put({ name: 'awk' }, { name: 'ssh', version: '3.0.0' });
    bench.put({ name: 'top' });
    provoke();
    expect(watched.client.get('disk')).toBeDefined();
    bench.server.down = false;
    await watched.until(
      () => watched.client.state === 'live' && watched.client.contentHash === bench.server.hashAt(bench.server.head),
    );
    // Going back is right here, and only here: the log was cut below what had been shown.
    watched.violations.splice(0, watched.violations.filter((text) => text === 'back from 2 to 1').length);
    const positions = bench.server.connections.map(({ after }) => after);
    expect(positions.filter((after) => after === 'e1:2')).toHaveLength(2);
    expect(positions.at(-1)).toBe(`${bench.server.epoch}:${bench.server.head}`);
    expect(watched.errors).toEqual([]);
  });

  it('takes a silent link for dead after three bookmark intervals', async () => {
    bench.server.inject(silentAfter(4));
    const watched = bench.watch({ bookmarkIntervalMs: 50 });
    await watched.client.ready();
    bench.put({ name: 'awk' });
    await watched.caughtUp();
    expect(bench.server.connections.length).toBeGreaterThan(1);
    expect(watched.client.get('awk')).toBeDefined();
  });

  it('starts while the service is down, and is ready when it is back', async () => {
    bench.server.down = true;
    const log: LogEntry[] = [];
    let tell = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const watched = bench.watch({
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
    bench.server.down = false;
    await watched.caughtUp();
    expect(watched.client.lastError).toBeNull();
  });

  it('goes on with a refused token, and tells', async () => {
    let token = 'wrong';
    const watched = bench.watch({ token: () => token });
    await watched.until(() => watched.errors.length > 1);
    expect(watched.errors[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
    token = TOKEN;
    await watched.caughtUp();
    bench.server.token = 'renewed';
    bench.server.closeSockets(4403, 'revoked');
    await watched.until(() => watched.errors.some((error) => 'code' in error && error.code === 'FORBIDDEN'));
    expect(watched.client.list()).toHaveLength(2);
    token = 'renewed';
    bench.put({ name: 'awk' });
    await watched.caughtUp();
  });
});

describe('a feed that breaks its rules', () => {
  it.each([
    ['a missing revision', skipRevision, 'FEED_GAP'],
    ['a message of another shape', malformedChange, 'FEED_MALFORMED'],
  ])('%s: lists again', async (_, fault, code) => {
    bench.server.inject(fault);
    const watched = bench.watch();
    await watched.client.ready();
    bench.put({ name: 'a' }, { name: 'b' });
    bench.put({ name: 'c' });
    await watched.caughtUp();
    expect(watched.errors).toMatchObject([{ code }]);
    expect(bench.server.connections.map(({ snapshot }) => snapshot)).toEqual([true, true]);
    expect(watched.client.list()).toHaveLength(5);
    expect(watched.states).not.toContain('connecting');
  });

  it('H1: a change that no position misses is found by the hash, reported, and mended', async () => {
    bench.server.inject(loseChange);
    const watched = bench.watch();
    await watched.client.ready();
    bench.put({ name: 'a' }, { name: 'b' });
    await watched.until(() => watched.damages.length > 0);
    // The fault is the server's: what it showed until the bookmark came is beyond the client.
    expect(watched.violations.splice(0)).toHaveLength(1);
    await watched.caughtUp();
    expect(watched.damages).toMatchObject([
      { code: 'COPY_DAMAGED', position: 'e1:3', expectedHash: bench.server.hashAt(3) },
    ]);
    expect(watched.client.get('a')).toBeDefined();
  });

  it('H1: a wrong hash alone makes it list again', async () => {
    bench.server.inject(wrongHash);
    const watched = bench.watch();
    await watched.client.ready();
    bench.put({ name: 'a' });
    await watched.until(() => watched.damages.length > 0);
    await watched.caughtUp();
    expect(watched.changes.at(-1)).toMatchObject({ kind: 'replaced', changes: [] });
  });

  it('a service that stays wrong is not asked in a loop, and the copy is not shown', async () => {
    bench.server.inject(...Array.from({ length: 6 }, () => wrongHashAtOnce));
    const watched = bench.watch({ reconnectMinMs: 200, reconnectMaxMs: 400 });
    const begun = performance.now();
    await watched.until(() => watched.damages.length === 6);
    expect(watched.client.position).toBeNull();
    // 0 + 100 + 200 + 200 + 200 ms at the least.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(690);
    await watched.caughtUp();
  });

  it('never goes back when it is mended by an instance that lags', async () => {
    bench.server.inject(wrongHash);
    const watched = bench.watch();
    await watched.client.ready();
    bench.put({ name: 'a' });
    await watched.until(() => watched.client.get('a') !== undefined);
    bench.server.snapshotRevision = () => 1;
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
    bench.server.inject(
      ...Array.from({ length: 21 }, (_, index) => faults[(index * 5) % faults.length] ?? cutAfter(1)),
    );
    const watched = [
      bench.watch({ bookmarkIntervalMs: 60 }),
      bench.watch({ bookmarkIntervalMs: 60, bootstrap: 'list' }),
    ];
    await Promise.all(watched.map(({ client }) => client.ready()));
    for (let step = 0; bench.server.pendingFaults > 0; step += 1) {
      const name = `tool-${step % 13}`;
      if (step % 5 === 4) bench.remove({ name });
      else
        bench.put(
          { name, version: `1.${step}.0` },
          { name: `other-${step % 3}`, tenant: 'acme', version: `1.${step}.0` },
        );
      const one = watched[step % 2];
      if (step % 7 === 0) await one?.until(() => one.client.state === 'live');
      // A wrong hash shows in a bookmark only, which needs a silence; a revision that is repeated ends no connection at all.
      if (step % 10 === 9) await bench.server.idle();
      if (step % 50 === 49) bench.server.cutSockets();
      await new Promise(setImmediate);
    }
    await Promise.all(watched.map((one) => one.caughtUp()));
    expect(watched.map((one) => one.client.contentHash)).toEqual([
      bench.server.hashAt(bench.server.head),
      bench.server.hashAt(bench.server.head),
    ]);
    // 21 faults, each with a reconnection, on a machine that may be busy.
  }, 60_000);
});
