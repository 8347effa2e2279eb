import { type Command, InvalidArgumentError } from 'commander';
import { runSoak } from './run-soak.js';
import { completeOptions, type SoakOptions } from './soak-options.js';
import { verdictText, verifyRun } from './verify-run.js';

type Given = Partial<SoakOptions> & { readonly out: string; readonly minutes?: number; readonly judge: boolean };

/** The commands that make a run, and judge one. */
export function registerCommands(program: Command): void {
  program
    .command('run', { isDefault: true })
    .description('Runs services, PostgreSQL, writers and subscribers, breaks them, and judges what they told.')
    .requiredOption('--out <directory>', 'where the files of the run go; emptied of an earlier run')
    .option('--minutes <number>', 'length of the run (default: 15)', positive)
    .option('--seconds <number>', 'the same in seconds', positive)
    .option('--seed <number>', 'chooses the faults and the writes; the same one repeats them (default: any)', whole)
    .option('--services <number>', 'instances of the service (default: 3)', whole)
    .option('--writers <number>', 'clients that write (default: 8)', whole)
    .option('--writes-per-second <number>', 'of all writers together (default: 40)', positive)
    .option('--subscribers <number>', 'half stock graphql-ws clients, half CatalogClients (default: 24)', whole)
    .option('--kills <number>', 'kill -9 of services (default: one in 12 s)', whole)
    .option('--postgres-kills <number>', 'kill -9 of PostgreSQL (default: one in 50 s)', whole)
    .option('--no-judge', 'only leave the files')
    .action(async ({ minutes, judge, ...given }: Given) => {
      const options = completeOptions({ ...given, seconds: given.seconds ?? (minutes ?? 15) * 60 });
      const say = (line: string) => process.stderr.write(`${line}\n`);
      say(
        `${options.services} services, ${options.writers} writers, ${options.subscribers} subscribers, ${options.kills} kills of ` +
          `services, ${options.postgresKills} of PostgreSQL.`,
      );
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort()).once('SIGTERM', () => stopping.abort());
      const { late } = await runSoak(options, say, stopping.signal);
      if (late.length > 0) say(`Not at the end in time: ${late.join(', ')}`);
      if (judge) await verify(options.out);
    });
  program
    .command('verify')
    .description('Judges a run by its files alone. Exit code 1 when anything did not hold.')
    .argument('<directory>', 'where a run left its files')
    .action(verify);
}

async function verify(directory: string): Promise<void> {
  const verdict = await verifyRun(directory);
  process.stdout.write(verdictText(verdict));
  if (!verdict.passed) process.exitCode = 1;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number is needed.');
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('A positive number is needed.');
  return value;
}
