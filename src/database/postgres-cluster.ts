import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseLog } from './database-log.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { copyBinaries, findBinaries, type PostgresBinaries, programPath, withLibraries } from './postgres-binaries.js';
import { type ProgramResult, postgresUser, runProgram, type ServerUser } from './server-user.js';

/** Where data goes, and binaries, that the user postgres cannot reach where they are. */
const SYSTEM_DIRECTORY = '/var/lib/tool-catalog';
const PROGRAM_TIMEOUT_MS = 120_000;
/** Room for a Unix socket's path on macOS, which has the least of all. */
const LONGEST_SOCKET_PATH = 103;
export const SUPERUSER = 'postgres';
export const SOCKET_PORT = 5432;

/** How clients reach the server. TCP with a password where there are no Unix sockets to rely on (Windows). */
export type Transport = 'socket' | 'tcp';

export interface PlaceOptions {
  readonly dataDir: string;
  readonly log: DatabaseLog;
  readonly transport: Transport;
  readonly settings: Readonly<Record<string, string>>;
  readonly systemDirectory?: string;
}

/** A place for one server: its files, its programs and the user that it runs as. */
export interface PostgresCluster {
  /** Symbolic links resolved: equal for every process that uses the same DATA_DIR. */
  readonly home: string;
  /** PostgreSQL's own data directory. */
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | undefined;
  readonly transport: Transport;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Decides where the data lies and whom the server runs as: this process's own user, and the owner of the data or else
 * `postgres` when that is root, which PostgreSQL refuses.
 */
export async function placeCluster(options: PlaceOptions): Promise<PostgresCluster> {
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const { transport, settings } = options;
  const found = findBinaries();
  if (process.getuid?.() !== 0) {
    const binaries = await withLibraries(found, path.join(dataDir, 'postgres-libraries'));
    return { home: dataDir, directory: path.join(dataDir, 'postgres'), binaries, user: undefined, transport, settings };
  }
  const user = (await ownerOf(path.join(dataDir, 'postgres'))) ?? postgresUser();
  const system = options.systemDirectory ?? SYSTEM_DIRECTORY;
  let home = dataDir;
  if (!(await canReach(user, dataDir, '-x'))) {
    home = path.join(system, hashOf(dataDir));
    await mkdir(home, { recursive: true, mode: 0o755 });
    options.log.info(`PostgreSQL runs as uid ${user.uid}, which cannot reach ${dataDir}: the data is in ${home}.`);
  }
  let binaries = found;
  if (!(await canReach(user, programPath(found, 'postgres'), '-x'))) {
    binaries = await copyBinaries(found, system);
    options.log.info(
      `PostgreSQL runs as uid ${user.uid}, which cannot reach ${found.directory}: its programs are run from ${binaries.directory}.`,
    );
  }
  binaries = await withLibraries(binaries, path.join(home, 'postgres-libraries'));
  return { home, directory: path.join(home, 'postgres'), binaries, user, transport, settings };
}

export function runClusterProgram(
  cluster: PostgresCluster,
  program: 'initdb' | 'pg_ctl',
  args: readonly string[],
): Promise<ProgramResult> {
  return runProgram(programPath(cluster.binaries, program), args, {
    user: cluster.user,
    environment: cluster.binaries.environment,
    timeoutMs: PROGRAM_TIMEOUT_MS,
  });
}

/**
 * Makes the data directory if there is none. It gets its name only when it is whole: one that was interrupted is swept away by
 * the next.
 *
 * @throws EmbeddedPostgresError when the data was made by another major version.
 */
export async function prepareCluster(cluster: PostgresCluster): Promise<void> {
  const versionFile = path.join(cluster.directory, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const major = readFileSync(versionFile, 'utf8').trim();
    if (major !== String(cluster.binaries.major)) throw otherMajor(cluster, major);
    return;
  }
  for (const name of await readdir(cluster.home)) {
    if (name.startsWith('postgres.new-')) await rm(path.join(cluster.home, name), { recursive: true, force: true });
  }
  const fresh = path.join(cluster.home, `postgres.new-${process.pid}`);
  await makePrivate(fresh, cluster.user);
  const args = ['-D', fresh, '-U', SUPERUSER, '-E', 'UTF8', '--locale=C', '--no-instructions'];
  if (cluster.binaries.major >= 17) args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (cluster.settings['fsync'] === 'off') args.push('--no-sync');
  if (cluster.transport === 'tcp') {
    const file = passwordFile(cluster);
    await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (cluster.user !== undefined) await chown(file, cluster.user.uid, cluster.user.gid);
    args.push('--auth=scram-sha-256', '--pwfile', file);
  } else {
    // Whoever can reach the socket's directory (mode 0700) is the server's user or root.
    args.push('--auth-local=trust', '--auth-host=reject');
  }
  const { code, output } = await runClusterProgram(cluster, 'initdb', args);
  if (code !== 0) throw new EmbeddedPostgresError(`PostgreSQL's data directory could not be made: ${output}`);
  appendFileSync(path.join(fresh, 'postgresql.conf'), "\ninclude_if_exists = 'tool-catalog.conf'\n");
  await rename(fresh, cluster.directory);
}

/** Writes what the server is told at each start. Answers the directory of its socket. */
export async function writeSettings(cluster: PostgresCluster, port: number): Promise<string> {
  const socketDirectory = cluster.transport === 'socket' ? await makeSocketDirectory(cluster) : '';
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: cluster.transport === 'tcp' ? '127.0.0.1' : '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    jit: 'off',
    ...cluster.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  const file = path.join(cluster.directory, 'tool-catalog.conf');
  await writeFile(file, lines.join(''), { mode: 0o600 });
  if (cluster.user !== undefined) await chown(file, cluster.user.uid, cluster.user.gid);
  return socketDirectory;
}

/** The superuser's password; undefined where the socket's directory is what protects the server. */
export function readPassword(cluster: PostgresCluster): string | undefined {
  const file = passwordFile(cluster);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function passwordFile(cluster: PostgresCluster): string {
  return path.join(cluster.home, 'postgres-password');
}

async function makeSocketDirectory(cluster: PostgresCluster): Promise<string> {
  const near = path.join(cluster.home, 'socket');
  if (fits(near)) {
    await makePrivate(near, cluster.user);
    return near;
  }
  const name = `tool-catalog-${hashOf(cluster.home)}`;
  const short = [os.tmpdir(), '/tmp'].map((parent) => path.join(parent, name)).find(fits) ?? path.join('/tmp', name);
  await makePrivate(short, cluster.user);
  return short;
}

function fits(directory: string): boolean {
  return Buffer.byteLength(path.join(directory, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_SOCKET_PATH;
}

/** A directory of the server's user alone. One of somebody else, in a place that all may write to, is refused. */
async function makePrivate(directory: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (process.platform === 'win32') return;
  const own = process.getuid?.() ?? 0;
  const now = await lstat(directory);
  if (!now.isDirectory() || (now.uid !== own && now.uid !== user?.uid)) {
    throw new EmbeddedPostgresError(`${directory} belongs to somebody else. Remove it, or set another DATA_DIR.`);
  }
  await chmod(directory, 0o700);
  if (user !== undefined) await chown(directory, user.uid, user.gid);
}

async function ownerOf(directory: string): Promise<ServerUser | undefined> {
  const found = await stat(directory).catch(() => undefined);
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

async function canReach(user: ServerUser, place: string, test: '-x'): Promise<boolean> {
  const result = await runProgram('/bin/sh', ['-c', 'test "$1" "$2"', 'sh', test, place], {
    user,
    environment: {},
    timeoutMs: PROGRAM_TIMEOUT_MS,
  });
  return result.code === 0;
}

function otherMajor(cluster: PostgresCluster, major: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The data in ${cluster.directory} was made by PostgreSQL ${major}; the programs that come with this release are of ` +
      `PostgreSQL ${cluster.binaries.major}, which cannot read it. Start the release that you used before, write a backup with ` +
      `it, move ${cluster.directory} away, start this release and restore the backup. (The older programs stay on npm, under the ` +
      `same package name, as version ${major}.)`,
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
