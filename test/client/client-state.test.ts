import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/client/backoff.js';
import { CLIENT_EVENTS, CLIENT_STATES, type ClientState, nextState } from '../../src/client/client-state.js';

/** Rows: states; columns: events in the order of CLIENT_EVENTS (restored, connected, current, replacing, lost, lostEmpty, closed). */
const TABLE: Record<ClientState, readonly ClientState[]> = {
  connecting: ['stale', 'syncing', 'connecting', 'connecting', 'stale', 'connecting', 'closed'],
  syncing: ['syncing', 'syncing', 'live', 'syncing', 'stale', 'connecting', 'closed'],
  live: ['live', 'live', 'live', 'syncing', 'stale', 'connecting', 'closed'],
  stale: ['stale', 'syncing', 'stale', 'stale', 'stale', 'connecting', 'closed'],
  closed: ['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed'],
};

describe('C4: the table of states', () => {
  it.each(CLIENT_STATES.flatMap((state) => CLIENT_EVENTS.map((event, column) => ({ state, event, column }))))(
    '$state + $event',
    ({ state, event, column }) => expect(nextState(state, event)).toBe(TABLE[state][column]),
  );

  it('is only ever left for closed by closing, and closed never', () => {
    const reached = new Set<ClientState>(['connecting']);
    for (const state of reached) for (const event of CLIENT_EVENTS) reached.add(nextState(state, event));
    expect([...reached].sort()).toEqual([...CLIENT_STATES].sort());
  });
});

describe('C3: waits between attempts', () => {
  const limits = { minMs: 1_000, maxMs: 30_000 };

  it('double from the least to the most, and stay there for ever', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1_000, Number.POSITIVE_INFINITY].map((failures) =>
      backoffMs(failures, limits, 1),
    );
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it('are spread over the upper half', () => {
    expect([backoffMs(1, limits, 0), backoffMs(1, limits, 0.5), backoffMs(9, limits, 0)]).toEqual([
      1_000, 1_500, 15_000,
    ]);
  });
});
