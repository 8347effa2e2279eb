import { revisionOf, type StockRecord, type StockUpdate } from '../records.js';
import type { Findings } from './findings.js';
import { judgeClose } from './judge-close.js';
import { type AppliedRevision, judgeCompleteness } from './judge-completeness.js';
import { compareTools, type Oracle } from './oracle.js';

/** What a stock subscriber was sent, message by message and connection by connection. @returns what it applied, and when. */
export function judgeStock(
  name: string,
  records: readonly StockRecord[],
  oracle: Oracle,
  findings: Findings,
): readonly AppliedRevision[] {
  const judge = new StockJudge(name, oracle, findings);
  for (const [index, record] of records.entries()) judge.read(record, `${name}.jsonl:${index + 1}`);
  return judge.end();
}

class StockJudge {
  readonly #name: string;
  readonly #oracle: Oracle;
  readonly #findings: Findings;
  readonly #applied: AppliedRevision[] = [];
  readonly #appliedRevisions = new Set<number>();
  #start: number | undefined;
  #fromSnapshot = false;
  #copied = false;
  /** As the subscriber stores it. */
  #position: string | null = null;
  /** Of the connection at hand. */
  #session = { snapshot: false, last: null as string | null, revision: -1, index: -1, seen: new Set<string>() };
  #open: StockUpdate[] = [];

  constructor(name: string, oracle: Oracle, findings: Findings) {
    this.#name = name;
    this.#oracle = oracle;
    this.#findings = findings;
  }

  read(record: StockRecord, where: string): void {
    if (record.what === 'begin') this.#begin(record, where);
    else if (record.what === 'bookmark') this.#bookmark(record, where);
    else if (record.what === 'closed') judgeClose(record, where, this.#findings);
    else if (record.what === 'ended') this.#findings.add('open', where, 'the subscription ended for good', record);
    else if (record.what === 'copy') this.#copy(record, where);
    else if (record.action === 'SNAPSHOT') this.#snapshot(record, where);
    else this.#update(record, where);
  }

  end(): readonly AppliedRevision[] {
    this.#findings.expect('V7', this.#copied, this.#name, () => 'never said what it holds in the end');
    judgeCompleteness(this.#name, this.#start, this.#applied, { oracle: this.#oracle, findings: this.#findings });
    return this.#applied;
  }

  #begin(record: StockRecord & { what: 'begin' }, where: string): void {
    const right = record.after === this.#position;
    this.#findings.expect('V5', right, where, () => `goes on after another position than ${this.#position}`, record);
    const { after, snapshot } = record;
    const revision = after === null ? -1 : revisionOf(after);
    this.#session = { snapshot, last: after, revision, index: Number.MAX_SAFE_INTEGER, seen: new Set() };
    this.#open = [];
  }

  #snapshot(record: StockUpdate, where: string): void {
    this.#findings.expect('V5', this.#session.snapshot, where, () => 'a snapshot that was not asked for', record);
    this.#fromSnapshot = true;
    this.#session.last = record.position;
  }

  #bookmark(record: StockRecord & { what: 'bookmark' }, where: string): void {
    const revision = revisionOf(record.position);
    const { oracle, findings } = { oracle: this.#oracle, findings: this.#findings };
    this.#follows(record, where);
    findings.expect('V1', revision >= this.#session.revision, where, () => `after ${this.#session.revision}`, record);
    findings.expect('V4', this.#open.length === 0, where, () => 'in the middle of a revision', record);
    if (this.#start === undefined) this.#start = revision;
    else {
      const applied = this.#position === null ? this.#start : revisionOf(this.#position);
      const nothingLeftOut = oracle.changesOf(applied + 1).length === 0 || revision <= applied;
      findings.expect('V6', nothingLeftOut, where, () => `revision ${applied + 1} was not sent`, record);
    }
    if (record.hash !== null) {
      findings.expect('V7', record.hash === oracle.sumAt(revision), where, () => `hash of the bookmark`, record);
    }
    this.#session.revision = revision;
    this.#session.index = Number.MAX_SAFE_INTEGER;
    this.#position = record.position;
  }

  #update(record: StockUpdate, where: string): void {
    const { revision, toolId } = record;
    const findings = this.#findings;
    const session = this.#session;
    this.#follows(record, where);
    const changes = this.#oracle.changesOf(revision);
    const index = changes.findIndex((change) => change.toolId === toolId);
    const later = revision > session.revision || (revision === session.revision && index > session.index);
    const again = session.seen.has(`${revision} ${toolId}`);
    findings.expect('V2', !again, where, () => 'came before on this connection', record);
    findings.expect('V1', later || again, where, () => `after revision ${session.revision}`, record);
    session.seen.add(`${revision} ${toolId}`);
    session.revision = revision;
    session.index = index;

    const [first] = this.#open;
    const together = first === undefined || first.revision === revision;
    findings.expect('V4', together, where, () => `revision ${first?.revision} broke off`, record);
    if (!together) this.#open = [];
    this.#open.push(record);
    const expected = `${this.#oracle.epoch}:${record.last ? revision : revision - 1}`;
    findings.expect('V5', record.position === expected, where, () => `its position is not ${expected}`, record);
    if (record.last) this.#finishRevision(record, where);
  }

  #finishRevision(record: StockUpdate, where: string): void {
    const findings = this.#findings;
    const { revision } = record;
    const changes = this.#oracle.changesOf(revision);
    const whole = this.#open.length === changes.length;
    findings.expect('V4', whole, where, () => `${this.#open.length} of ${changes.length} changes`, record);
    const again = this.#appliedRevisions.has(revision);
    findings.expect('V2', !again, where, () => `revision ${revision} is applied twice`, record);
    this.#appliedRevisions.add(revision);
    this.#applied.push({ t: record.t, revision, changes: this.#open, where });
    this.#open = [];
    this.#position = record.position;
    if (record.sum !== undefined) {
      const right = record.sum === this.#oracle.sumAt(revision);
      findings.expect('V7', right, where, () => 'the copy is not the catalog of this revision', record);
    }
  }

  /** Each message says which position it follows: that of the one before. */
  #follows(record: { readonly position: string; readonly previous: string }, where: string): void {
    const { last } = this.#session;
    // The first bookmark of a stream without a position follows nothing.
    const right = last === null || record.previous === last;
    this.#findings.expect('V5', right, where, () => `does not follow ${last}`, record);
    this.#session.last = record.position;
  }

  #copy(record: StockRecord & { what: 'copy' }, where: string): void {
    this.#copied = true;
    const { epoch, head } = this.#oracle;
    const atHead = record.position === `${epoch}:${head}`;
    this.#findings.expect('V3', atHead, where, () => `ends at ${record.position}, the log at ${head}`);
    const held = new Map(Object.entries(record.tools));
    const wrong = compareTools(
      held,
      this.#fromSnapshot ? this.#oracle.tools : this.#oracle.toolsSince(this.#start ?? 0),
    );
    this.#findings.expect('V7', wrong.length === 0, where, () => `${wrong.length} tools differ: ${wrong.slice(0, 3)}`);
  }
}
