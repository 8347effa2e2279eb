import type { FaultRecord, WriteRecord } from '../records.js';
import type { Findings } from './findings.js';
import type { AppliedRevision } from './judge-completeness.js';
import type { Oracle } from './oracle.js';

/** Middle, nearly worst and worst of some times, in milliseconds. Null when there were none. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

export interface Timing {
  /** From PostgreSQL's commit to a subscriber that has applied it, in times without faults. */
  readonly delivery: Spread;
  /** From a killed service that serves again to the moment when every subscriber has all that was committed by then. */
  readonly serviceBack: Spread;
  /** From a killed PostgreSQL that takes connections again to the next acknowledged write. */
  readonly postgresBack: Spread;
}

/** Five times what is wanted of an idle machine. */
const LONGEST_CATCH_UP_MS = 25_000;
const LONGEST_FIRST_WRITE_MS = 50_000;

export interface TimedRun {
  readonly faults: readonly FaultRecord[];
  readonly writes: readonly WriteRecord[];
  readonly applied: ReadonlyMap<string, readonly AppliedRevision[]>;
  readonly oracle: Oracle;
}

/** How long things took. Speeds are only told; deadlines of recovery are held. */
export function judgeTiming(run: TimedRun, findings: Findings): Timing {
  const { faults, oracle, applied } = run;
  const disturbances = disturbedTimes(faults);
  const catchUps = faults.filter(isEndOf('service.kill')).map((fault) => {
    const { lateMs, who } = catchUp(fault.t, oracle, applied);
    // Whoever is cut off or loses a service again meanwhile has only the time between to catch up in.
    const calmMs = lateMs - overlapMs(disturbances, fault.t, fault.t + lateMs);
    findings.expect('recovery', calmMs <= LONGEST_CATCH_UP_MS, who, () => `caught up after ${calmMs} ms`, fault);
    return lateMs;
  });
  const acknowledged = run.writes.filter((record) => record.what === 'acknowledged');
  const firstWrites = faults.filter(isEndOf('postgres.kill')).flatMap((fault) => {
    const next = acknowledged.find((record) => record.t >= fault.t && committedAfter(record.revision, fault.t, oracle));
    if (!next) return [];
    const lateMs = next.t - fault.t;
    findings.expect('recovery', lateMs <= LONGEST_FIRST_WRITE_MS, next.key, () => `written after ${lateMs} ms`, fault);
    return [lateMs];
  });
  return {
    delivery: spread(calmDeliveries(run)),
    serviceBack: spread(catchUps),
    postgresBack: spread(firstWrites),
  };
}

export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return value === undefined ? null : Math.round(value);
  };
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

function isEndOf(kind: string): (fault: FaultRecord) => boolean {
  return (fault) => fault.kind === kind && fault.phase === 'end';
}

function committedAfter(revision: number | null, t: number, oracle: Oracle): boolean {
  return revision !== null && (oracle.committedAt.get(revision) ?? 0) >= t;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** When something was killed, stopped or cut off; in order, without overlaps. */
function disturbedTimes(faults: readonly FaultRecord[]): Interval[] {
  const open = new Map<string, number>();
  const intervals: Interval[] = [];
  for (const { kind, target, phase, t } of faults) {
    if (!/^(service|postgres|network|database)\./.test(kind)) continue;
    const of = `${kind} ${target}`;
    if (phase === 'begin') open.set(of, t);
    else intervals.push({ from: open.get(of) ?? t, to: t });
  }
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of intervals.sort((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

function overlapMs(intervals: readonly Interval[], from: number, to: number): number {
  return intervals.reduce((sum, each) => sum + Math.max(0, Math.min(to, each.to) - Math.max(from, each.from)), 0);
}

/** Until when the last subscriber has what was committed at a moment. */
function catchUp(
  t: number,
  oracle: Oracle,
  applied: ReadonlyMap<string, readonly AppliedRevision[]>,
): { lateMs: number; who: string } {
  let head = 0;
  for (const [revision, committedAt] of oracle.committedAt) if (committedAt <= t && revision > head) head = revision;
  let worst = { lateMs: 0, who: 'nobody' };
  for (const [who, revisions] of applied) {
    const reached = revisions.find(({ revision }) => revision >= head);
    // Whoever began after it, or at it, has nothing to catch up with.
    if (reached && reached.t - t > worst.lateMs) worst = { lateMs: reached.t - t, who };
  }
  return worst;
}

function calmDeliveries({ faults, applied, oracle }: TimedRun): number[] {
  const marks = faults.filter(({ kind }) => kind === 'calm');
  const windows = marks.flatMap(({ phase, t }, index) => {
    const end = marks[index + 1];
    return phase === 'begin' && end ? [{ from: t, to: end.t }] : [];
  });
  return [...applied.values()].flat().flatMap(({ revision, t }) => {
    const committedAt = oracle.committedAt.get(revision) ?? Number.NaN;
    return windows.some(({ from, to }) => committedAt >= from && committedAt <= to) ? [t - committedAt] : [];
  });
}
