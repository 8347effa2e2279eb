import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** The user `nobody`: somebody who owns nothing and has no home. */
const NORMAL_USER = 65_534;

/** Who runs the project, and where it lies. */
export type Situation = 'root, folder that only root can enter' | 'root, elsewhere' | 'normal user';

/** The situations that this process can make: without root there is only one. */
export function situations(): Situation[] {
  if (process.getuid?.() !== 0) return ['normal user'];
  return ['root, folder that only root can enter', 'root, elsewhere', 'normal user'];
}

export interface FreshClone {
  readonly folder: string;
  /** Runs a command to its end and answers what it wrote. Fails loudly when it does. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): string;
  /** Starts a command that goes on running. */
  start(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
  remove(): void;
}

/** The project as a fresh clone has it: every file that git tracks or would track, and nothing else. */
export function freshClone(situation: Situation): FreshClone {
  const parent = situation === 'root, folder that only root can enter' ? homedir() : tmpdir();
  const folder = mkdtempSync(path.join(parent, 'tool-catalog-clone-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(ROOT, file), path.join(folder, file), { force: true });
  }
  const home = path.join(folder, '.home');
  mkdirSync(home);
  const lowered = situation === 'normal user' && process.getuid?.() === 0;
  if (lowered) execFileSync('chown', ['-R', `${NORMAL_USER}:${NORMAL_USER}`, folder]);
  if (lowered) chownSync(folder, NORMAL_USER, NORMAL_USER);
  const user = lowered ? { uid: NORMAL_USER, gid: NORMAL_USER } : {};
  const environment = (env: Readonly<Record<string, string>> = {}) => ({
    ...process.env,
    // npm's own variables describe the run that this test is part of, not the clone.
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => name.startsWith('npm_'))
        .map((name) => [name, undefined]),
    ),
    ...(lowered ? { HOME: home } : {}),
    ...env,
  });
  return {
    folder,
    run: (command, args, env) => {
      const options = { cwd: folder, encoding: 'utf8', env: environment(env), maxBuffer: 1e8, ...user } as const;
      const { status, stdout, stderr } = spawnSync(command, args, options);
      if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}.\n${stdout}\n${stderr}`);
      return `${stdout}${stderr}`;
    },
    start: (command, args, env) =>
      runningCommand(spawn(command, args, { cwd: folder, env: environment(env), detached: true, ...user })),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export interface RunningCommand {
  readonly output: () => string;
  /** Resolves with the first line that matches. */
  line(pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray>;
  /** Sends a signal to the command and to all that it started. */
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

function runningCommand(child: ChildProcess): RunningCommand {
  let output = '';
  const waiting = new Set<() => void>();
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    output: () => output,
    ended,
    signal: (signal) => {
      try {
        process.kill(-(child.pid ?? 0), signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
    line: (pattern, deadlineMs) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          settle();
        };
        const look = () => {
          const match = pattern.exec(output);
          if (match) finish(() => resolve(match));
        };
        const fail = (why: string) => finish(() => reject(new Error(`${pattern} did not come: ${why}.\n${output}`)));
        const timer = setTimeout(() => fail(`${deadlineMs} ms have passed`), deadlineMs);
        void ended.then((code) => fail(`the command ended with ${code}`));
        waiting.add(look);
        look();
      }),
  };
}

export function readText(file: string): string {
  return readFileSync(file, 'utf8');
}
