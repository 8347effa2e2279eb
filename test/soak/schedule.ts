import { Random } from '../../scripts/lib/generator/random.js';

export const NETWORK_FAULTS = [
  'network.cut',
  'network.reset',
  'network.cut-in-frame',
  'network.hold-up',
  'network.hold-down',
  'network.half-open',
  'network.delay',
  'network.trickle',
] as const;
export const HINT_FAULTS = ['hint.terminate', 'hint.drop', 'hint.double', 'hint.reorder', 'hint.garbage'] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];
export type HintFault = (typeof HINT_FAULTS)[number];
export type FaultKind =
  | 'service.kill'
  | 'service.stop'
  | 'postgres.kill'
  | 'postgres.stop'
  | 'postgres.kill-backend'
  | 'database.cut'
  | NetworkFault
  | HintFault;

export interface PlannedFault {
  /** After the start of the run. */
  readonly atMs: number;
  readonly kind: FaultKind;
  /** Number of the service, or of the proxy in front of it. */
  readonly target: number;
  /** How long it stays down, stopped or disturbed; 0 for what is over at once. */
  readonly durationMs: number;
  /** Which share of the connections is hit, 0 to 1. */
  readonly share: number;
}

export interface CalmWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly services: number;
  readonly serviceKills: number;
  readonly postgresKills: number;
}

export interface Schedule {
  readonly faults: readonly PlannedFault[];
  /** Times without faults, in which delays are measured. */
  readonly calm: readonly CalmWindow[];
}

/** All that will be done to the system and when. The same options give the same schedule. */
export function planFaults(options: ScheduleOptions): Schedule {
  const { seed, seconds, services, serviceKills, postgresKills } = options;
  const calm = calmWindows(seconds);
  const times = faultTime(seconds * 1_000, calm);
  const spread = (stream: number, count: number, make: (random: Random, index: number) => Omit<PlannedFault, 'atMs'>) =>
    Array.from({ length: count }, (_, index): PlannedFault => {
      const random = new Random(seed, stream, index);
      return { atMs: times((index + 0.1 + 0.8 * random.next()) / count), ...make(random, index) };
    });
  const each = (seconds_: number) => Math.max(2, Math.round(seconds / seconds_));
  const anyService = (random: Random) => random.integer(0, services - 1);
  // The first service reaches PostgreSQL without a proxy.
  const behindProxy = (random: Random) => random.integer(1, Math.max(1, services - 1));
  // In turns, so that a short run has each of them too.
  const kinds = <Kind>(all: readonly Kind[], index: number): Kind => all[(index + seed) % all.length] as Kind;
  const faults = [
    ...spread(1, serviceKills, (random, index) => ({
      kind: 'service.kill',
      target: (index + seed) % services,
      durationMs: random.integer(0, 3_000),
      share: 1,
    })),
    ...spread(2, postgresKills, (random) => ({
      kind: 'postgres.kill',
      target: 0,
      durationMs: random.integer(0, 3_000),
      share: 1,
    })),
    ...spread(3, Math.max(1, Math.round(seconds / 90)), (random) => ({
      kind: 'postgres.stop',
      target: 0,
      durationMs: random.integer(2_000, 6_000),
      share: 1,
    })),
    ...spread(4, Math.max(1, Math.round(seconds / 70)), (random) => ({
      kind: 'postgres.kill-backend',
      target: anyService(random),
      durationMs: 0,
      share: 1,
    })),
    ...spread(5, Math.max(1, Math.round(seconds / 45)), (random) => ({
      kind: 'service.stop',
      target: anyService(random),
      durationMs: random.integer(1_000, 5_000),
      share: 1,
    })),
    ...spread(6, each(30), (random) => ({
      kind: 'database.cut',
      target: behindProxy(random),
      durationMs: 0,
      share: 1,
    })),
    ...spread(7, Math.max(NETWORK_FAULTS.length, each(6)), (random, index) => ({
      kind: kinds(NETWORK_FAULTS, index),
      target: random.integer(0, services),
      durationMs: random.integer(1_000, Math.min(8_000, seconds * 150)),
      share: random.pick([0.3, 0.6, 1]),
    })),
    ...spread(8, Math.max(HINT_FAULTS.length, each(10)), (random, index) => ({
      kind: kinds(HINT_FAULTS, index),
      target: behindProxy(random),
      durationMs: random.integer(2_000, Math.min(8_000, seconds * 200)),
      share: 1,
    })),
  ] satisfies PlannedFault[];
  return { faults: faults.sort((left, right) => left.atMs - right.atMs), calm };
}

function calmWindows(seconds: number): CalmWindow[] {
  const ms = seconds * 1_000;
  const atStart = { fromMs: 0, toMs: Math.min(20_000, ms * 0.1) };
  if (seconds < 150) return [atStart];
  return [atStart, ...[0.35, 0.7].map((part) => ({ fromMs: ms * part, toMs: ms * part + 25_000 }))];
}

/** Where a share of the time outside the calm windows lies. */
function faultTime(totalMs: number, calm: readonly CalmWindow[]): (share: number) => number {
  const calmMs = calm.reduce((sum, window) => sum + window.toMs - window.fromMs, 0);
  return (share) => {
    let atMs = share * (totalMs - calmMs);
    for (const { fromMs, toMs } of calm) if (atMs >= fromMs) atMs += toMs - fromMs;
    return Math.round(atMs);
  };
}
