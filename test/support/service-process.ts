import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/database/package-root.js';

export const ADMIN_TOKEN = 'test-admin-token-0123456789';
const START_DEADLINE_MS = 60_000;

export interface ServiceProcess {
  /** For example http://127.0.0.1:40123 */
  readonly url: string;
  readonly graphqlUrl: string;
  readonly pid: number;
  /** What it wrote to standard output so far. */
  readonly output: () => string;
  /** The end of what it wrote to standard error: its log. */
  readonly log: () => string;
  /** kill -9: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>;
}

export interface ServiceProcessOptions {
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built service (`npm run build`) as its users run it: a process of its own. */
export async function startService(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      DATA_DIR: options.dataDir,
      PORT: String(options.port ?? 0),
      ADMIN_TOKEN,
      BUNDLED_CATALOG: 'false',
      LOG_LEVEL: 'warn',
      ...options.env,
    },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await announcedUrl(child);
  return {
    url: url.address,
    graphqlUrl: `${url.address}/graphql`,
    pid: child.pid ?? 0,
    output: url.output,
    log: url.log,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function announcedUrl(child: ChildProcess): Promise<{ address: string; output: () => string; log: () => string }> {
  let output = '';
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-20_000);
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The service ${why}.\n${output}\n${errors}`));
    };
    const timer = setTimeout(() => fail('did not say its address in time'), START_DEADLINE_MS);
    const early = (code: number | null) => fail(`ended with ${code} before it said its address`);
    child.once('exit', early);
    if (!child.stdout) return fail('has no standard output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const address = /GraphiQL\s+(http\S+)\/graphql/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      child.off('exit', early);
      resolve({ address, output: () => output, log: () => errors });
    });
  });
}

export interface GraphqlAnswer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** One GraphQL request over HTTP, as any client would send it. */
export async function graphql<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer<Data>;
}
