import { spawn } from 'node:child_process';
import { appendFile, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { packageRoot } from '../../src/database/package-root.js';
import { judge, type Verdict } from '../soak/judge/judge.js';
import { type LoadedRun, loadRun, PLANTED_FAULTS, withRecords } from '../soak/judge/planted-faults.js';
import { offences } from '../soak/judge/report.js';
import { openRun, type RunFiles } from '../soak/judge/run-files.js';
import { HINT_FAULTS, NETWORK_FAULTS, planFaults } from '../soak/schedule.js';
import { completeOptions } from '../soak/soak-options.js';

const SEED = Math.floor(Math.random() * 1_000_000);
const OPTIONS = { seconds: 20, kills: 4, 'postgres-kills': 2, subscribers: 10, writers: 8, seed: SEED };
const RUN_DEADLINE_MS = 240_000;

let directory: string;
let files: RunFiles;
let loaded: LoadedRun;
let verdict: Verdict;
let failed = false;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tool-catalog-soak-run-'));
  console.info(`soak seed ${SEED}`);
  const args = Object.entries(OPTIONS).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await runSoak(['run', '--no-judge', '--out', directory, ...args]);
  files = await openRun(directory);
  loaded = await loadRun(files);
  verdict = await judge(files);
}, RUN_DEADLINE_MS);

afterAll(async () => {
  if (failed) console.error([`seed ${SEED}: the records are in ${directory}`, ...(await lastWords())].join('\n'));
  else await rm(directory, { recursive: true, force: true });
});

/** What services said when they ended by themselves: the records may be gone when somebody reads of the failure. */
async function lastWords(): Promise<string[]> {
  const logs = (await readdir(directory)).filter((file) => file.endsWith('.log'));
  const lines = await Promise.all(logs.map((file) => readFile(path.join(directory, file), 'utf8')));
  return lines.flatMap((text) => text.split('\n')).filter((line) => line.includes('"level":60'));
}

test('L-3, L-4, L-5 and L-7 at once: services and PostgreSQL killed, stopped and cut off under writes: nothing is lost, doubled, reordered or split', () => {
  onTestFailed(() => {
    failed = true;
  });
  expect(offences(verdict)).toEqual([]);
  expect(verdict.passed).toBe(true);
  expect(verdict.faults).toMatchObject({ 'service.kill': OPTIONS.kills, 'postgres.kill': OPTIONS['postgres-kills'] });
  for (const kind of [...HINT_FAULTS, ...NETWORK_FAULTS]) expect(verdict.faults).toHaveProperty([kind]);
  expect(verdict.writes.unanswered).toBeGreaterThan(0);
  expect(verdict.writes.repeated).toBeGreaterThan(0);
  expect(verdict.closeCodes).not.toHaveProperty('4500');
});

test.each(PLANTED_FAULTS.map((fault) => [fault.name, fault.check, fault.plant] as const))(
  'the judge notices: %s (%s)',
  async (_, check, plant) => {
    const sound = await judge(withRecords(files, loaded));
    expect(sound.checks[check].violations).toBe(0);
    const planted = await judge(withRecords(files, plant(loaded)));
    expect(planted.passed).toBe(false);
    expect(planted.checks[check].violations).toBeGreaterThan(0);
    expect(planted.checks[check].first.length).toBeGreaterThan(0);
  },
);

test('the judge notices a service that ends by itself, and a file that is missing', async () => {
  const { violations } = verdict.checks.open;
  const ended = { t: 0, kind: 'service.ended', phase: 'begin', target: 1, note: 'code 1' } as const;
  expect((await judge({ ...files, faults: [...files.faults, ended] })).checks.open.violations).toBe(violations + 1);
  const stock = new Map([...files.stock].slice(1));
  expect((await judge({ ...files, stock })).checks.open.violations).toBe(violations + 1);
});

test('`verify` judges a run by its files alone, and says by its exit code whether all held', async () => {
  await runSoak(['verify', directory]);
  const copy = `${directory}-copy`;
  try {
    await cp(directory, copy, { recursive: true });
    const ended = { t: 0, kind: 'service.ended', phase: 'begin', target: 1, note: 'code 1' };
    await appendFile(path.join(copy, 'faults.jsonl'), `${JSON.stringify(ended)}\n`);
    await expect(runSoak(['verify', copy])).rejects.toThrow('ended with 1');
    expect(JSON.parse(await readFile(path.join(copy, 'summary.json'), 'utf8'))).toMatchObject({ passed: false });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

test('a seed chooses the faults, and the same seed the same ones', () => {
  const options = { seed: 7, seconds: 900, services: 3, serviceKills: 75, postgresKills: 18 };
  const plan = planFaults(options);
  expect(planFaults(options)).toEqual(plan);
  expect(planFaults({ ...options, seed: 8 })).not.toEqual(plan);
  for (const { atMs } of plan.faults) {
    expect(plan.calm.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)).toBe(false);
  }
});

test.each([1, 47, 4_711, 999_999])(
  'seed %i: 15 minutes have 60 kills of services and 15 of PostgreSQL at least',
  (seed) => {
    const { seconds, services, kills, postgresKills } = completeOptions({ out: '', seconds: 900, seed });
    const { faults } = planFaults({ seed, seconds, services, serviceKills: kills, postgresKills });
    const times = (wanted: string) => faults.filter(({ kind }) => kind === wanted).map(({ atMs }) => atMs);
    expect(times('service.kill').length).toBeGreaterThanOrEqual(60);
    expect(times('postgres.kill').length).toBeGreaterThanOrEqual(15);
    expect(Math.max(...faults.map(({ atMs }) => atMs))).toBeLessThan(900_000);
  },
);

function runSoak(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/test/soak/main.js', ...args], {
      cwd: packageRoot(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The run with seed ${SEED} ended with ${code}:\n${said}`));
    });
  });
}
