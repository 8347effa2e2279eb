import type { StockUpdate } from '../records.js';
import type { Findings } from './findings.js';
import type { Oracle } from './oracle.js';

/** One revision as a subscriber applied it. */
export interface AppliedRevision {
  readonly t: number;
  readonly revision: number;
  /** Undefined for a CatalogClient, which does not tell its messages. */
  readonly changes?: readonly StockUpdate[];
  readonly where: string;
}

/** V3: between where it began and the end of the log, each change was applied, just as the log has it. */
export function judgeCompleteness(
  name: string,
  start: number | undefined,
  applied: readonly AppliedRevision[],
  { oracle, findings }: { readonly oracle: Oracle; readonly findings: Findings },
): void {
  if (start === undefined) {
    findings.add('V3', name, 'never came to a first position');
    return;
  }
  const told = new Set<string>();
  const revisions = new Set(applied.map(({ revision }) => revision));
  for (const { revision, changes, where } of applied) {
    for (const update of changes ?? []) {
      const change = oracle.changesOf(revision).find(({ toolId }) => toolId === update.toolId);
      told.add(`${revision} ${update.toolId}`);
      const right = change?.action === update.action && change.digest === update.digest;
      findings.expect('V3', right, where, () => `is not what the log has: ${JSON.stringify(change)}`, update);
    }
    if (changes === undefined) for (const { toolId } of oracle.changesOf(revision)) told.add(`${revision} ${toolId}`);
  }
  for (const { revision, toolId } of oracle.changes) {
    if (revision <= start) continue;
    const present = revisions.has(revision) && told.has(`${revision} ${toolId}`);
    findings.expect('V3', present, name, () => `lost: revision ${revision}, tool ${toolId}`);
  }
}
