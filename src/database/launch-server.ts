import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { programPath } from './postgres-binaries.js';
import { type PostgresCluster, runClusterProgram } from './postgres-cluster.js';
import { readPostmaster, stateOf } from './postmaster-pid.js';
import { programEnvironment } from './server-user.js';

/** Long enough for the recovery of a large log. */
export const START_TIMEOUT_MS = 120_000;
const POLL_MS = 20;
const SHOWN_LINES = 5;

/**
 * Starts the server and waits until it is ready, or until it still recovers after {@link START_TIMEOUT_MS}. In a session of
 * its own, so that a Ctrl-C meant for this process does not reach it, and on its own when this process is killed.
 *
 * @throws EmbeddedPostgresError with its last words when it ends instead.
 */
export async function launchServer(cluster: PostgresCluster): Promise<void> {
  const failure = process.platform === 'win32' ? await launchByControl(cluster) : await launchDirectly(cluster);
  if (failure === undefined) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL does not start in ${cluster.directory}. ${failure} ${lastWords(cluster)}`,
  );
}

/** Without a shell in between, which would not take every path; pg_ctl uses one. */
async function launchDirectly(cluster: PostgresCluster): Promise<string | undefined> {
  const log = openSync(logFile(cluster), 'w', 0o600);
  const child = spawn(programPath(cluster.binaries, 'postgres'), ['-D', cluster.directory], {
    cwd: '/',
    env: programEnvironment(cluster.binaries.environment),
    stdio: ['ignore', log, log],
    detached: true,
    ...cluster.user,
  });
  closeSync(log);
  child.unref();
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure = `It ended with ${signal ?? `code ${code}`}.`;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (failure === undefined && Date.now() < deadline) {
    const postmaster = readPostmaster(cluster.directory);
    if (postmaster?.pid === child.pid && postmaster?.ready === true) return undefined;
    await sleep(POLL_MS);
  }
  return failure;
}

/** pg_ctl gives up an administrator's rights, with which PostgreSQL does not run on Windows. */
async function launchByControl(cluster: PostgresCluster): Promise<string | undefined> {
  const wait = ['-w', '-t', String(START_TIMEOUT_MS / 1000)];
  const args = ['start', '-D', cluster.directory, '-l', logFile(cluster), ...wait];
  const { code, output } = await runClusterProgram(cluster, 'pg_ctl', args);
  const running = readPostmaster(cluster.directory);
  return code === 0 || (running !== undefined && stateOf(running.pid, cluster.directory) === 'running')
    ? undefined
    : output;
}

/** What the server last wrote, at its start and into its own log, in one line. */
export function lastWords(cluster: PostgresCluster): string {
  const logs = path.join(cluster.directory, 'log');
  const newest = (existsSync(logs) ? readdirSync(logs) : [])
    .map((name) => path.join(logs, name))
    .sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  return [logFile(cluster), ...newest.slice(0, 1)]
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(-SHOWN_LINES))
    .join(' ')
    .trim();
}

function logFile(cluster: PostgresCluster): string {
  return path.join(cluster.directory, 'start.log');
}
