import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/database/package-root.js';

export const ADMIN_TOKEN = 'soak-admin-token-0123456789';
const RETRY_MS = 500;

export interface SoakServiceOptions {
  readonly port: number;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Its standard error goes here, over all its lives. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It ended although nobody had killed it. */
  readonly onUnexpectedEnd: (why: string) => void;
}

/** One instance of the built service, over many lives. */
export class SoakService {
  readonly #options: SoakServiceOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #wanted = false;

  constructor(options: SoakServiceOptions) {
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  get graphqlUrl(): string {
    return `http://127.0.0.1:${this.#options.port}/graphql`;
  }

  /** Resolves when it serves; one that ends before that is started again, as any supervisor does. */
  async start(): Promise<void> {
    this.#wanted = true;
    while (this.#wanted && !(await this.#launch())) await sleep(RETRY_MS);
  }

  /** kill -9, also in the middle of a start. */
  async kill(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  #launch(): Promise<boolean> {
    const { port, databaseUrl, dataDir, env } = this.#options;
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: packageRoot(),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        DATA_DIR: path.resolve(dataDir),
        PORT: String(port),
        ADMIN_TOKEN,
        BUNDLED_CATALOG: 'false',
        LOG_LEVEL: 'warn',
        ...env,
      },
    });
    this.#child = child;
    child.stderr.pipe(this.#log, { end: false });
    return new Promise((resolve) => {
      let serving = false;
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (serving || !line.includes('/graphql')) return;
        serving = true;
        resolve(true);
      });
      child.once('exit', (code, signal) => {
        if (this.#wanted && serving) this.#options.onUnexpectedEnd(`${signal ?? `code ${code}`}`);
        resolve(false);
      });
    });
  }
}
