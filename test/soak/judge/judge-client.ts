import type { ClientRecord } from '../records.js';
import type { Findings } from './findings.js';
import { judgeClose } from './judge-close.js';
import { type AppliedRevision, judgeCompleteness } from './judge-completeness.js';
import { compareTools, type Oracle } from './oracle.js';

/** What a CatalogClient told its listeners. @returns what it applied, and when. */
export function judgeClient(
  name: string,
  records: readonly ClientRecord[],
  oracle: Oracle,
  findings: Findings,
): readonly AppliedRevision[] {
  const applied: AppliedRevision[] = [];
  const known = new Set<number>();
  let start: number | undefined;
  let last = -1;
  let copied = false;
  for (const [index, record] of records.entries()) {
    const where = `${name}.jsonl:${index + 1}`;
    if (record.what === 'closed') judgeClose(record, where, findings);
    if (record.what === 'damage') findings.add('V7', where, 'found its copy damaged', record);
    if (record.what === 'error') findings.add('open', where, 'an error', record);
    if (record.what === 'copy') {
      copied = true;
      const atHead = record.position === `${oracle.epoch}:${oracle.head}`;
      findings.expect('V3', atHead, where, () => `ends at ${record.position}, the log at ${oracle.head}`);
      const wrong = compareTools(new Map(Object.entries(record.tools)), oracle.tools);
      findings.expect('V7', wrong.length === 0, where, () => `${wrong.length} tools differ: ${wrong.slice(0, 3)}`);
    }
    if (record.what !== 'change') continue;
    const { kind, revision, position, sum, toolIds } = record;
    const right = position === `${oracle.epoch}:${revision}`;
    findings.expect('V5', right, where, () => `is not of epoch ${oracle.epoch}`, record);
    findings.expect('V7', sum === oracle.sumAt(revision), where, () => 'the hash of the copy', record);
    if (start === undefined) {
      findings.expect('V5', kind === 'replaced', where, () => 'a change before the first copy', record);
      start = revision;
    } else {
      findings.expect('V5', kind === 'revision', where, () => 'the catalog was listed again', record);
      findings.expect('V2', !known.has(revision), where, () => `revision ${revision} is applied twice`, record);
      findings.expect('V1', revision > last || known.has(revision), where, () => `after revision ${last}`, record);
      const logged = oracle.changesOf(revision).map(({ toolId }) => toolId);
      const same = [...toolIds].sort().join() === [...logged].sort().join();
      findings.expect('V4', same, where, () => `${toolIds.length} changes instead of ${logged.length}`, record);
      applied.push({ t: record.t, revision, where });
    }
    known.add(revision);
    last = revision;
  }
  findings.expect('V7', copied, name, () => 'never said what it holds in the end');
  judgeCompleteness(name, start, applied, { oracle, findings });
  return applied;
}
