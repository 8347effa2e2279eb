import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { judge, type Verdict } from './judge/judge.js';
import { markdownReport, offences } from './judge/report.js';
import { openRun } from './judge/run-files.js';

/** Judges a run by its files, and leaves `summary.json` and `summary.md` beside them. */
export async function verifyRun(directory: string): Promise<Verdict> {
  const verdict = await judge(await openRun(directory));
  writeFileSync(path.join(directory, 'summary.json'), `${JSON.stringify(verdict, null, 1)}\n`);
  writeFileSync(path.join(directory, 'summary.md'), `${markdownReport(verdict)}\n`);
  return verdict;
}

/** What a person is to read about it. */
export function verdictText(verdict: Verdict): string {
  const end = verdict.passed ? 'All held.' : offences(verdict).join('\n');
  return `${markdownReport(verdict)}\n\n${end}\n`;
}
