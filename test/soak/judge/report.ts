import { CHECKS, type Check } from './findings.js';
import type { Verdict } from './judge.js';
import type { Spread } from './judge-timing.js';

/** The verdict as Markdown: what was checked, what was done, how long things took. */
export function markdownReport(verdict: Verdict): string {
  const { run, checks, writes, timing } = verdict;
  return [
    `Seed ${run.seed}, ${run.seconds} s, ${run.services} services, ${run.writers} writers (${run.writesPerSecond} writes/s at most), ` +
      `${run.stockSubscribers} stock graphql-ws clients, ${run.clients} CatalogClients; Node ${run.node}, PostgreSQL ` +
      `${run.postgres}, ${run.cores} cores.`,
    '',
    ...table(
      ['check', 'what holds', 'looked at', 'violations'],
      [
        ...Object.entries(CHECKS).map(([check, meaning]) => {
          const { looked, violations } = checks[check as Check];
          return [check, meaning, number(looked), number(violations)];
        }),
      ],
    ),
    '',
    ...table(
      ['load', 'count'],
      [
        ['revisions', number(verdict.revisions)],
        ['changes', number(verdict.changes)],
        ['changes delivered to subscribers', number(verdict.delivered)],
        ['connections of subscribers', number(verdict.connections)],
        ['writes asked for', number(writes.requests)],
        ['writes acknowledged', number(writes.acknowledged)],
        ['writes refused with a reason', number(writes.refused)],
        ['writes given up without an answer', number(writes.unanswered)],
        ['writes sent again', number(writes.repeated)],
      ],
    ),
    '',
    ...table(
      ['fault', 'count'],
      Object.entries(verdict.faults)
        .sort()
        .map(([kind, count]) => [kind, number(count)]),
    ),
    '',
    ...table(
      ['time', 'count', 'p50', 'p99', 'longest'],
      [
        timeRow('commit to applied by a subscriber, without faults', timing.delivery),
        timeRow('killed service serves again, to everyone caught up', timing.serviceBack),
        timeRow('killed PostgreSQL takes connections, to first acknowledged write', timing.postgresBack),
      ],
    ),
  ].join('\n');
}

/** The first records that offend, for people. */
export function offences(verdict: Verdict): string[] {
  return Object.entries(verdict.checks).flatMap(([check, { violations, looked, first }]) => {
    if (looked === 0 && violations === 0) return [`${check}: nothing to look at`];
    if (violations === 0) return [];
    return [`${check}: ${violations} violations, the first of them:`, ...first.map((text) => `  ${text}`)];
  });
}

function timeRow(what: string, { count, p50Ms, p99Ms, maxMs }: Spread): string[] {
  const ms = (value: number | null) => (value === null ? '' : `${number(value)} ms`);
  return [what, number(count), ms(p50Ms), ms(p99Ms), ms(maxMs)];
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** Columns lined up as the formatter of this project does it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
