import { ContentSum } from '../content-sum.js';
import type { OracleChange, OracleRecord } from '../records.js';
import type { Findings } from './findings.js';

const NONE: readonly OracleChange[] = [];

/** The truth that everything else is held against: the change log and the tables at the end of the run. */
export class Oracle {
  readonly epoch: string;
  readonly head: number;
  readonly tools: ReadonlyMap<string, string>;
  readonly changes: readonly OracleChange[];
  /** PostgreSQL's time of the commit, by revision. */
  readonly committedAt: ReadonlyMap<number, number>;
  readonly #byRevision = new Map<number, OracleChange[]>();
  readonly #sums = new Map<number, string>();

  /** Whatever does not fit together within the tables themselves goes to the findings. */
  constructor(records: readonly OracleRecord[], findings: Findings) {
    const heads = records.filter((record) => record.what === 'head');
    const head = heads[0] ?? { epoch: '', revision: -1, sum: '', auditRows: -1 };
    this.epoch = head.epoch;
    this.head = head.revision;
    this.tools = new Map(records.flatMap((r) => (r.what === 'tool' ? [[r.toolId, r.digest] as const] : [])));
    this.changes = records.filter((record) => record.what === 'change');
    const revisions = records.filter((record) => record.what === 'revision');
    this.committedAt = new Map(revisions.map((record) => [record.revision, record.committedAt]));
    for (const change of this.changes) {
      const list = this.#byRevision.get(change.revision) ?? [];
      list.push(change);
      this.#byRevision.set(change.revision, list);
    }
    const sum = new ContentSum();
    const digests = new Map<string, string | null>();
    for (let revision = 1; revision <= this.head; revision += 1) {
      for (const change of this.changesOf(revision)) {
        sum.put(change.toolId, change.part);
        digests.set(change.toolId, change.digest);
      }
      this.#sums.set(revision, sum.hex);
    }
    this.#sums.set(0, new ContentSum().hex);

    findings.expect('log', heads.length === 1, 'oracle', () => `${heads.length} heads`);
    for (const [index, { revision }] of revisions.entries()) {
      findings.expect('log', revision === index + 1, 'oracle', () => `revision ${revision} in place of ${index + 1}`);
    }
    findings.expect('log', revisions.length === head.revision, 'oracle', () => {
      return `${revisions.length} revisions, the head is ${head.revision}`;
    });
    for (const { revision, changes } of revisions) {
      const indexes = this.changesOf(revision).map(({ index }) => index);
      const whole = indexes.length === changes && indexes.every((index, place) => index === place);
      findings.expect('log', whole, 'oracle', () => `revision ${revision} has changes ${indexes} of ${changes}`);
    }
    findings.expect('log', sum.hex === head.sum, 'oracle', () => 'the tools are not what the log makes of them');
    const audited = head.auditRows === this.changes.length;
    findings.expect('log', audited, 'oracle', () => `${head.auditRows} audit rows, ${this.changes.length} changes`);
    const wrong = compareTools(this.tools, present(digests));
    findings.expect('log', wrong.length === 0, 'oracle', () => `tools unlike the log: ${wrong.slice(0, 3).join(', ')}`);
  }

  changesOf(revision: number): readonly OracleChange[] {
    return this.#byRevision.get(revision) ?? NONE;
  }

  /** The catalog's hash at a revision; undefined for one that there is not. */
  sumAt(revision: number): string | undefined {
    return this.#sums.get(revision);
  }

  /** What somebody holds in the end who has applied the changes after a revision, and nothing else. */
  toolsSince(revision: number): ReadonlyMap<string, string> {
    const digests = new Map<string, string | null>();
    for (const change of this.changes) if (change.revision > revision) digests.set(change.toolId, change.digest);
    return present(digests);
  }
}

function present(digests: ReadonlyMap<string, string | null>): Map<string, string> {
  return new Map([...digests].flatMap(([id, digest]) => (digest === null ? [] : [[id, digest] as const])));
}

/** Ids of tools that are not the same in both. */
export function compareTools(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): string[] {
  const ids = new Set([...left.keys(), ...right.keys()]);
  return [...ids].filter((id) => left.get(id) !== right.get(id));
}
