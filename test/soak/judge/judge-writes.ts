import type { OracleChange, WriteRecord } from '../records.js';
import type { Findings } from './findings.js';
import type { Oracle } from './oracle.js';

interface Request {
  readonly op: string;
  acknowledged: (WriteRecord & { what: 'acknowledged' }) | undefined;
  refused: string | undefined;
}

const OF_MANY_TOOLS = new Set(['bulk', 'import']);

export interface WriteCounts {
  readonly requests: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Given up without an answer. */
  readonly unanswered: number;
  /** Sent more than once, after a failure or on purpose. */
  readonly repeated: number;
}

/** V8: what the writers were told, held against the log. */
export function judgeWrites(records: readonly WriteRecord[], oracle: Oracle, findings: Findings): WriteCounts {
  const requests = readRequests(records, findings);
  const made = new Map<string | null, OracleChange[]>();
  for (const change of oracle.changes) made.set(change.reason, [...(made.get(change.reason) ?? []), change]);
  made.delete('setup');
  for (const [key, request] of requests) {
    const changes = made.get(key) ?? [];
    made.delete(key);
    const fault = faultOf(request, changes);
    findings.expect('V8', fault === undefined, key, () => fault ?? '');
  }
  for (const [key, changes] of made) findings.add('V8', String(key), `${changes.length} changes that nobody asked for`);
  const all = [...requests.values()];
  return {
    requests: all.length,
    acknowledged: all.filter(({ acknowledged }) => acknowledged).length,
    refused: all.filter(({ refused }) => refused !== undefined).length,
    unanswered: all.filter(({ acknowledged, refused }) => !acknowledged && refused === undefined).length,
    repeated: records.filter((record) => record.what === 'sent').length - all.length,
  };
}

function faultOf({ op, acknowledged, refused }: Request, changes: readonly OracleChange[]): string | undefined {
  const revisions = [...new Set(changes.map(({ revision }) => revision))];
  if (revisions.length > 1) return `${op}: in revisions ${revisions.join(', ')}`;
  if (changes.length > 1 && !OF_MANY_TOOLS.has(op)) return `${op}: ${changes.length} changes`;
  if (refused !== undefined && changes.length > 0)
    return `${op}: refused (${refused}), and in revision ${revisions[0]}`;
  if (!acknowledged) return undefined;
  if (changes.length !== acknowledged.changes) {
    return `${op}: ${acknowledged.changes} changes acknowledged, ${changes.length} in the log`;
  }
  return acknowledged.revision === null || acknowledged.revision === revisions[0]
    ? undefined
    : `${op}: acknowledged as revision ${acknowledged.revision}, the log has it in ${revisions[0]}`;
}

function readRequests(records: readonly WriteRecord[], findings: Findings): Map<string, Request> {
  const requests = new Map<string, Request>();
  for (const [index, record] of records.entries()) {
    const where = `writes.jsonl:${index + 1}`;
    const known = requests.get(record.key);
    if (record.what === 'sent') {
      if (!known) requests.set(record.key, { op: record.op, acknowledged: undefined, refused: undefined });
      continue;
    }
    if (!known) {
      findings.add('V8', where, 'an answer to what was never sent', record);
      continue;
    }
    if (record.what === 'refused') known.refused = record.code;
    if (record.what !== 'acknowledged') continue;
    const before = known.acknowledged;
    const same = !before || (before.revision === record.revision && before.changes === record.changes);
    findings.expect('V8', same, where, () => `answered before with ${JSON.stringify(before)}`, record);
    known.acknowledged = before ?? record;
  }
  return requests;
}
