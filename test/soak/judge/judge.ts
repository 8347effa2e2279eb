import type { FaultRecord, RunRecord } from '../records.js';
import { type Check, type CheckResult, Findings } from './findings.js';
import { judgeClient } from './judge-client.js';
import type { AppliedRevision } from './judge-completeness.js';
import { judgeStock } from './judge-stock.js';
import { judgeTiming, type Timing } from './judge-timing.js';
import { judgeWrites, type WriteCounts } from './judge-writes.js';
import { Oracle } from './oracle.js';
import type { RunFiles } from './run-files.js';

export interface Verdict {
  readonly run: RunRecord;
  readonly passed: boolean;
  readonly checks: Readonly<Record<Check, CheckResult>>;
  readonly revisions: number;
  readonly changes: number;
  /** Changes that came to subscribers, each counted once a subscriber. */
  readonly delivered: number;
  readonly connections: number;
  readonly writes: WriteCounts;
  /** How often each kind of fault was done. */
  readonly faults: Readonly<Record<string, number>>;
  readonly closeCodes: Readonly<Record<string, number>>;
  readonly timing: Timing;
}

/** Holds what was told against what is. Reads the records and nothing else. */
export async function judge(files: RunFiles): Promise<Verdict> {
  const { run, faults } = files;
  const findings = new Findings();
  const oracle = new Oracle(files.oracle, findings);
  const applied = new Map<string, readonly AppliedRevision[]>();
  const closeCodes = new Map<number, number>();
  let connections = 0;
  const count = (records: readonly { readonly what: string; readonly code?: number }[]) => {
    for (const { what, code } of records) {
      if (what === 'begin') connections += 1;
      if (what === 'closed' && code !== undefined) closeCodes.set(code, (closeCodes.get(code) ?? 0) + 1);
    }
  };
  for (const [name, load] of files.stock) {
    const records = await load();
    count(records);
    applied.set(name, judgeStock(name, records, oracle, findings));
  }
  for (const [name, load] of files.clients) {
    const records = await load();
    count(records);
    connections += records.filter((record) => record.what === 'state' && record.state === 'syncing').length;
    applied.set(name, judgeClient(name, records, oracle, findings));
  }
  const everyone = files.stock.size === run.stockSubscribers && files.clients.size === run.clients;
  findings.expect('open', everyone, 'run.json', () => `files of ${files.stock.size + files.clients.size} subscribers`);
  const writes = judgeWrites(files.writes, oracle, findings);
  for (const fault of faults) {
    if (fault.kind === 'service.ended') findings.add('open', `service-${fault.target}`, 'ended by itself', fault);
  }
  const timing = judgeTiming({ faults, writes: files.writes, applied, oracle }, findings);
  const checks = findings.results();
  const delivered = [...applied.values()]
    .flat()
    .reduce((sum, { revision }) => sum + oracle.changesOf(revision).length, 0);
  return {
    run,
    passed: Object.values(checks).every(({ violations, looked }) => violations === 0 && looked > 0),
    checks,
    revisions: oracle.head,
    changes: oracle.changes.length,
    delivered,
    connections,
    writes,
    faults: countFaults(faults),
    closeCodes: Object.fromEntries(closeCodes),
    timing,
  };
}

function countFaults(faults: readonly FaultRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, phase, note } of faults) {
    if (phase === 'begin' || kind === 'calm') continue;
    if (note?.startsWith('failed') === true) continue;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
