import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Whom PostgreSQL's programs run as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

export interface ProgramOptions {
  /** Undefined: this process's own user. */
  readonly user: ServerUser | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * Runs a program to its end and answers what it printed. Its working directory is the root: the user may not be able to read
 * this process's own. Does not wait for its output to be closed, which a server that it left running would keep open.
 */
export function runProgram(file: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: process.platform === 'win32' ? undefined : '/',
      env: programEnvironment(options.environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      windowsHide: true,
      ...options.user,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      stream.on('error', reject);
    }
    child.on('error', reject);
    child.once('exit', (code) => {
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, output: output.trim() });
      });
    });
  });
}

/**
 * Not this process's own environment: PostgreSQL's user may be another, who has no business with secrets in it, and PG* and
 * locale variables would change what the programs do.
 */
export function programEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const search = process.platform === 'win32' ? {} : { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };
  return { ...search, LC_ALL: 'C', ...own };
}

/** The user `postgres`, made when there is none. Only root can call this. */
export function postgresUser(): ServerUser {
  const found = lookUp('postgres');
  if (found !== undefined) return found;
  // useradd on most distributions, adduser with BusyBox.
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  if (lookUp('postgres') === undefined) {
    spawnSync('addgroup', ['-S', 'postgres']);
    spawnSync('adduser', ['-S', '-D', '-H', '-G', 'postgres', '-s', '/sbin/nologin', 'postgres']);
  }
  const made = lookUp('postgres');
  if (made === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, and the user postgres could not be made. Make it (`useradd --system postgres`), run ' +
        'the service as an ordinary user, or set DATABASE_URL.',
    );
  }
  return made;
}

function lookUp(name: string): ServerUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
