/**
 * The client's life (live-update rule C4). Down: the state; across: what happened; '.': nothing changes. The copy of the catalog
 * stays readable in all of them.
 *
 * |            | restored | connected | current | replacing | lost  | lostEmpty  | closed |
 * |------------|----------|-----------|---------|-----------|-------|------------|--------|
 * | connecting | stale    | syncing   | .       | .         | stale | .          | closed |
 * | syncing    | .        | .         | live    | .         | stale | connecting | closed |
 * | live       | .        | .         | .       | syncing   | stale | connecting | closed |
 * | stale      | .        | syncing   | .       | .         | .     | connecting | closed |
 * | closed     | .        | .         | .       | .         | .     | .          | .      |
 */
const TRANSITIONS = {
  connecting: { restored: 'stale', connected: 'syncing', lost: 'stale', closed: 'closed' },
  syncing: { current: 'live', lost: 'stale', lostEmpty: 'connecting', closed: 'closed' },
  live: { replacing: 'syncing', lost: 'stale', lostEmpty: 'connecting', closed: 'closed' },
  stale: { connected: 'syncing', lostEmpty: 'connecting', closed: 'closed' },
  closed: {},
} as const satisfies Record<string, Partial<Record<ClientEvent, string>>>;

export const CLIENT_STATES = ['connecting', 'syncing', 'live', 'stale', 'closed'] as const;
/**
 * - connecting: no connection, and no copy yet
 * - syncing: connected, and the copy is on its way or being replaced
 * - live: the copy is current and follows
 * - stale: no connection; there is a copy, from the service, from disk or from YAML, and it ages
 * - closed: for good
 */
export type ClientState = (typeof CLIENT_STATES)[number];

export const CLIENT_EVENTS = ['restored', 'connected', 'current', 'replacing', 'lost', 'lostEmpty', 'closed'] as const;
/**
 * - restored: a copy from disk or from YAML is shown
 * - connected: the service answered
 * - current: the copy is complete and right as of now
 * - replacing: the copy cannot be followed on and is listed again
 * - lost: the connection is gone; a copy is at hand
 * - lostEmpty: the connection is gone, and there is no copy
 * - closed: the owner closed the client
 */
export type ClientEvent = (typeof CLIENT_EVENTS)[number];

/** The state after an event. Total: every event is allowed in every state. */
export function nextState(state: ClientState, event: ClientEvent): ClientState {
  const transitions: Partial<Record<ClientEvent, ClientState>> = TRANSITIONS[state];
  return transitions[event] ?? state;
}
