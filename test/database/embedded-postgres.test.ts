import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatabaseLog } from '../../src/database/database-log.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { leftovers, readPostmaster, stateOf } from '../../src/database/postmaster-pid.js';
import { withStartLock } from '../../src/database/start-lock.js';
import { silentLog } from '../support/postgres.js';
import { spawnTypeScript } from '../support/run-typescript.js';

// Each starts several servers and processes, on what may be a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let template: string;
let base: string;
let dataDir: string;
let servers: EmbeddedPostgres[];
let children: ChildProcess[];

beforeAll(async () => {
  template = await realpath(await mkdtemp(path.join(os.tmpdir(), 'embedded-template-')));
  await chmod(template, 0o755);
  const options = { dataDir: path.join(template, 'data'), log: silentLog, settings: { fsync: 'off' } };
  await (await startEmbeddedPostgres(options)).stop();
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'embedded-')));
  // Under root the server is another user's process.
  await chmod(base, 0o755);
  dataDir = path.join(base, 'data');
  servers = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(servers.map((server) => server.stop()));
  const left = readPostmaster(cluster());
  if (left !== undefined && stateOf(left.pid, cluster()) === 'running') process.kill(left.pid, 'SIGQUIT');
  await rm(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const cluster = (): string => path.join(dataDir, 'postgres');
const pidOf = (): number => readPostmaster(cluster())?.pid ?? 0;

async function start(options: { log?: DatabaseLog } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog, settings: { fsync: 'off' }, ...options });
  servers.push(server);
  return server;
}

interface Started {
  readonly child: ChildProcess;
  readonly connectionString: string;
  readonly adopted: boolean;
}

async function startInProcess(): Promise<Started> {
  const child = spawnTypeScript('test/database/embedded-process.ts', [dataDir]);
  children.push(child);
  if (child.stdout === null) throw new Error('No output.');
  const [line] = (await once(readline.createInterface(child.stdout), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { connectionString: string; adopted: boolean }) };
}

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let values: unknown[] = [];
    for (const text of sql.split(';')) values = (await client.query({ text, rowMode: 'array' })).rows.flat();
    return values;
  } finally {
    await client.end();
  }
}

const committed = (url: string) =>
  query(url, 'CREATE TABLE kept AS SELECT 42 AS value; CHECKPOINT').then(() => undefined);
const kept = (url: string) => query(url, 'SELECT value FROM kept');

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A data directory as a first start made it: making one takes longer than all else here. */
async function initialised(): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  execFileSync('cp', ['-a', path.join(template, 'data', 'postgres'), dataDir]);
}

/** The postmaster with kill -9: its other processes notice, and end by themselves. */
function killServer(): number {
  const pid = pidOf();
  process.kill(pid, 'SIGKILL');
  return pid;
}

describe('startEmbeddedPostgres', () => {
  it('starts, stops, and starts again with the data', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    await committed(first.connectionString);
    const settings = "SELECT current_setting('listen_addresses'), current_setting('unix_socket_permissions')";
    expect(await query(first.connectionString, settings)).toEqual(['', '0700']);
    await first.stop();
    await first.stop();
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
    const second = await start();
    expect(second).toMatchObject({ adopted: false, connectionString: first.connectionString });
    expect(await kept(second.connectionString)).toEqual([42]);
  });

  it('keeps what it commits through a crash of the machine, unless told otherwise', async () => {
    await initialised();
    const server = await startEmbeddedPostgres({ dataDir, log: silentLog });
    servers.push(server);
    const settings = await query(
      server.connectionString,
      "SELECT setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums')",
    );
    expect(settings).toEqual(['on', 'on', 'on', 'on']);
  });

  it('adopts the server of a process that was killed', async () => {
    await initialised();
    const { child, connectionString } = await startInProcess();
    await committed(connectionString);
    const pid = pidOf();
    await kill(child);
    const server = await start();
    expect(server).toMatchObject({ adopted: true, connectionString });
    expect(pidOf()).toBe(pid);
    expect(await kept(server.connectionString)).toEqual([42]);
    await server.stop();
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
  });

  it('lets two that start at once share one server, which the last to leave stops', async () => {
    const [one, two] = await Promise.all([startInProcess(), startInProcess()]);
    expect([one.adopted, two.adopted].sort()).toEqual([false, true]);
    expect(one.connectionString).toBe(two.connectionString);
    const pid = pidOf();
    one.child.stdin?.end();
    await once(one.child, 'exit');
    expect(await query(two.connectionString, 'SELECT 1')).toEqual([1]);
    expect(pidOf()).toBe(pid);
    two.child.stdin?.end();
    await once(two.child, 'exit');
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
  });

  it('starts a server again that dies under it, with all that was committed, at the same address', async () => {
    await initialised();
    const messages: string[] = [];
    const log = {
      info: (message: string) => void messages.push(message),
      warn: (message: string) => void messages.push(message),
    };
    const server = await start({ log });
    await committed(server.connectionString);
    const killed = killServer();
    await expect.poll(() => kept(server.connectionString).catch(() => undefined), { timeout: 20_000 }).toEqual([42]);
    expect(pidOf()).not.toBe(killed);
    await expect.poll(() => messages.join('\n')).toMatch(/ended unexpectedly[\s\S]* is back/);
    await server.stop();
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
  });

  it('is not started again for whoever is leaving', async () => {
    await initialised();
    const messages: string[] = [];
    let died: () => void = () => undefined;
    const log = {
      info: (message: string) => void messages.push(message),
      warn: (message: string) => {
        messages.push(message);
        died();
      },
    };
    const server = await start({ log });
    const home = await realpath(dataDir);
    // Somebody else is about to start it: both the new start and the leaving have to wait for the lock.
    const leaving = await withStartLock(home, 60_000, async () => {
      const gone = new Promise<void>((resolve) => {
        died = resolve;
      });
      killServer();
      await gone;
      return { left: server.stop() };
    });
    await leaving.left;
    await withStartLock(home, 60_000, async () => undefined);
    expect(messages.join('\n')).toContain('ended unexpectedly');
    expect(messages.join('\n')).not.toContain('is back');
    expect(stateOf(pidOf(), cluster())).toBe('dead');
  });

  it('is left by whoever could not join it', async () => {
    await initialised();
    const server = await start();
    const postgres = server.connectionString.replace('/tool_catalog?', '/postgres?');
    await query(postgres, 'DROP DATABASE tool_catalog');
    const busy = new pg.Client({ connectionString: server.connectionString.replace('/tool_catalog?', '/template1?') });
    await busy.connect();
    // The database is made from the template, which somebody uses.
    await expect(start()).rejects.toThrow(/template1/);
    await busy.end();
    await server.stop();
    expect(existsSync(path.join(cluster(), 'postmaster.pid'))).toBe(false);
  });

  it('recovers when both were killed', async () => {
    await initialised();
    const { child, connectionString } = await startInProcess();
    await committed(connectionString);
    child.kill('SIGKILL');
    const killed = killServer();
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(pidOf()).not.toBe(killed);
    expect(await kept(server.connectionString)).toEqual([42]);
    expect(leftovers(cluster())).toContain(pidOf());
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('starts again when somebody else stopped it with %s', async (signal) => {
    await initialised();
    const { child, connectionString } = await startInProcess();
    await committed(connectionString);
    await kill(child);
    process.kill(pidOf(), signal);
    const server = await start();
    expect(await kept(server.connectionString)).toEqual([42]);
  });

  it.each([
    ['a process that is gone', () => 2 ** 22 - 3],
    ['a process of something else', () => children[0]?.pid ?? 0],
  ])('is not held up by a postmaster.pid with the number of %s', async (_what, pid) => {
    await initialised();
    children.push(spawn('sleep', ['60']));
    const first = await start();
    const lines = (await readFile(path.join(cluster(), 'postmaster.pid'), 'utf8')).split('\n');
    await first.stop();
    await writeFile(path.join(cluster(), 'postmaster.pid'), [pid(), ...lines.slice(1)].join('\n'));
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(children[0]?.exitCode).toBeNull();
  });

  it('sweeps away a data directory that was not finished', async () => {
    await mkdir(path.join(dataDir, 'postgres.new-1', 'base'), { recursive: true });
    await start();
    expect(existsSync(path.join(dataDir, 'postgres.new-1'))).toBe(false);
  });

  it('says what to do when the data is of another major version', async () => {
    await initialised();
    const server = await start();
    await server.stop();
    await writeFile(path.join(cluster(), 'PG_VERSION'), '17\n');
    const attempt = start();
    await expect(attempt).rejects.toThrow(/was made by PostgreSQL 17; the programs .* are of PostgreSQL 18/);
    await expect(attempt).rejects.toThrow(/write a backup with it, .* restore the backup/);
  });

  it('gives the last words of a server that does not start', async () => {
    await initialised();
    const attempt = startEmbeddedPostgres({
      dataDir,
      log: silentLog,
      settings: { fsync: 'off', shared_buffers: 'many' },
    });
    await expect(attempt).rejects.toThrow(
      /does not start in .*It ended with code 1\..*invalid value for parameter "shared_buffers": "many"/,
    );
  });

  it.each([
    ['blanks and quotes', 'it\'s a "data" dir'],
    ['a path that is too long for a socket', `${'long/'.repeat(24)}data`],
  ])('works in a directory with %s', async (_what, name) => {
    dataDir = path.join(base, name);
    const server = await start();
    expect(await query(server.connectionString, 'SELECT 1')).toEqual([1]);
    await server.stop();
    const socket = new URL(server.connectionString).searchParams.get('host') ?? '';
    if (!socket.startsWith(dataDir)) expect(existsSync(socket)).toBe(false);
    const again = await start();
    expect(again.connectionString).toBe(server.connectionString);
  });

  it('works over TCP with a password, as on Windows, and keeps its port', async () => {
    const tcp = () => startEmbeddedPostgres({ dataDir, log: silentLog, transport: 'tcp', settings: { fsync: 'off' } });
    const server = await tcp();
    servers.push(server);
    const url = new URL(server.connectionString);
    expect(url.hostname).toBe('127.0.0.1');
    expect(await query(server.connectionString, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    url.password = 'wrong';
    await expect(query(url.toString(), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await server.stop();
    const again = await tcp();
    servers.push(again);
    expect(again.connectionString).toBe(server.connectionString);
  });

  it('keeps the data where the user that it runs as can reach it, and says where', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const messages: string[] = [];
    const log = { ...silentLog, info: (message: string) => void messages.push(message) };
    const systemDirectory = path.join(base, 'system');
    const server = await startEmbeddedPostgres({ dataDir, log, systemDirectory, settings: { fsync: 'off' } });
    servers.push(server);
    const [directory] = (await query(server.connectionString, 'SHOW data_directory')) as string[];
    if (process.getuid?.() === 0) {
      expect(directory?.startsWith(systemDirectory)).toBe(true);
      expect(messages.join('\n')).toContain(`cannot reach ${dataDir}: the data is in ${systemDirectory}`);
    } else {
      expect(directory).toBe(cluster());
    }
  });
});
