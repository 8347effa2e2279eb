import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** What a running server says about itself in postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Empty on Windows. */
  readonly socketDirectory: string;
  /** Empty when it listens on no address. */
  readonly listenAddress: string;
  readonly ready: boolean;
}

/** Undefined when there is no such file, or not a whole one. */
export function readPostmaster(clusterDirectory: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(clusterDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return {
    pid,
    port: Number(lines[3] ?? 0),
    socketDirectory: (lines[4] ?? '').trim(),
    listenAddress: (lines[5] ?? '').trim(),
    ready: (lines[7] ?? '').trim() === 'ready',
  };
}

/**
 * Whether the process is a server of this cluster: `dead` when there is none of that number, when it is a zombie (which a
 * container's first process may leave for ever), or when the number has gone to another program.
 */
export function stateOf(pid: number, clusterDirectory: string): 'running' | 'dead' {
  if (!processExists(pid)) return 'dead';
  if (process.platform === 'linux') {
    // A zombie has neither a working directory nor arguments.
    return worksIn(pid, clusterDirectory) || argumentsOf(pid).includes(clusterDirectory) ? 'running' : 'dead';
  }
  return commandOf(pid).includes('postgres') ? 'running' : 'dead';
}

/** Processes that a killed server left behind, still at work in its directory. Known on Linux only. */
export function leftovers(clusterDirectory: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && worksIn(pid, clusterDirectory));
}

/** Whether there is a process of this number, be it another user's. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function worksIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch {
    return false;
  }
}

/** Readable for everyone, unlike the working directory of another user's process. */
function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  try {
    return process.platform === 'win32'
      ? execFileSync('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], { encoding: 'utf8' })
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
