import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ADMIN_TOKEN, type ServiceProcess, startService } from '../support/service-process.js';
import { runCommand, startCommand } from './run-command.js';

let database: TestDatabase;
let service: ServiceProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'real-service-'));
  database = await createTestDatabase();
  service = await startService({ databaseUrl: database.url, dataDir: path.join(folder, 'data') });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

const run = (...args: readonly string[]) =>
  runCommand(['--url', service.url, ...args], { environment: { token: ADMIN_TOKEN } });

async function importTool(description: string) {
  const file = path.join(folder, 'tool.yaml');
  await writeFile(file, `tool_name: demo\ndescription: ${description}\nplatform: linux\ncategory: system\n`);
  expect((await run('import', '--quiet', file)).exitCode).toBe(0);
}

/** What a running `watch --json` prints, one object after the other. */
function startWatch(token = ADMIN_TOKEN, args: readonly string[] = []) {
  const stop = new AbortController();
  const { exitCode, stdout, stderr } = startCommand(['--url', service.url, 'watch', '--json', ...args], {
    environment: { token },
    signal: stop.signal,
  });
  const lines = createInterface({ input: stdout.stream })[Symbol.asyncIterator]();
  return {
    exitCode,
    stderr,
    stop: () => stop.abort(),
    /** Skips what is printed before the first object that has these members. */
    async next(members: Readonly<Record<string, unknown>>) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`The watch ended before ${JSON.stringify(members)}: ${stderr.text()}`);
        const seen = JSON.parse(value);
        if (Object.entries(members).every(([key, member]) => seen[key] === member)) return seen;
      }
    },
  };
}

test('a seeded catalog is exported and imported back unchanged', async () => {
  expect((await run('seed', '--tools', '40', '--seed', '2')).stdout).toContain('40 documents: 40 created');
  expect((await run('seed', '--tools', '40', '--seed', '2')).stdout).toContain('40 unchanged');
  const target = path.join(folder, 'out');
  expect((await run('export', target)).stdout).toContain('40 tools in');
  expect((await run('import', target)).stdout).toContain('40 documents: 0 created, 0 updated, 40 unchanged');
  const { stdout } = await run('export', '--stdout', '--platform', 'linux');
  expect(new Set(stdout.match(/^platform: .*$/gm))).toEqual(new Set(['platform: linux']));
});

test('findings of the service lead back to the files', async () => {
  const good = path.join(folder, 'good.yaml');
  const bad = path.join(folder, 'bad.yaml');
  await writeFile(good, '# one\n\ntool_name: good\ndescription: x\nplatform: linux\ncategory: system\n');
  await writeFile(bad, '# two\n\n---\ntool_name: good\nplatform: linux\ndescription: x\ncategory: 7\n');
  const { exitCode, stderr } = await run('import', '--quiet', good, bad);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(new RegExp(`^${bad}:7:\\d+: ERROR `, 'm'));
});

test('of two files of one tool the second fails, and importing them again changes nothing, however many are between', async () => {
  const between = Array.from({ length: 520 }, (_, index) => `between-${index}`);
  const document = (name: string, description: string) =>
    `---\ntool_name: ${name}\ndescription: ${description}\nplatform: linux\ncategory: system\n`;
  const files = { 'a.yaml': document('twice', 'first'), 'z.yaml': document('"twice" # again', 'second') };
  const many = path.join(folder, 'many');
  await mkdir(many);
  await writeFile(path.join(many, 'm.yaml'), between.map((name) => document(name, 'x')).join(''));
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(many, file), text);
  const once = await run('import', '--quiet', many);
  expect(once.stdout).toContain('522 documents: 521 created, 0 updated, 0 unchanged, 0 skipped, 1 failed');
  const [first, second] = [path.join(many, 'a.yaml'), path.join(many, 'z.yaml')];
  expect(once.stderr).toMatch(
    new RegExp(
      `^${second}:1:1: ERROR DUPLICATE_IN_STREAM 'twice' on linux is also defined at ${first}:1\\. \\(Keep one `,
      'm',
    ),
  );
  const again = await run('import', '--quiet', many);
  expect(again.stdout).toContain('522 documents: 0 created, 0 updated, 521 unchanged, 0 skipped, 1 failed');
});

test('watch tells what it holds, each change with its latency, and goes on after a restart', async () => {
  const watch = startWatch();
  const held = await watch.next({ type: 'catalog' });
  expect(held.contentHash).toMatch(/^[0-9a-f]{64}$/);
  await importTool('first');
  const created = await watch.next({ type: 'change', toolName: 'demo', action: 'CREATED' });
  expect(created).toMatchObject({ platform: 'linux', actor: 'admin', latencyMs: expect.any(Number) });

  const port = Number(new URL(service.url).port);
  expect(await service.stop()).toBe(0);
  await watch.next({ type: 'state', state: 'stale' });
  service = await startService({ databaseUrl: database.url, dataDir: path.join(folder, 'data'), port });
  await watch.next({ type: 'state', state: 'live' });
  await importTool('second');
  const updated = await watch.next({ type: 'change', toolName: 'demo', action: 'UPDATED' });
  expect(updated.revision).toBe(created.revision + 1);
  watch.stop();
  expect(await watch.exitCode).toBe(0);
});

const copyFile = () => path.join(folder, 'watch.copy');

function toolYaml(name: string, timeMs: number): string {
  return `tool_name: ${name}
description: Measures.
platform: linux
category: system
capabilities:
  measure:
    description: Measures something.
    patterns:
      run: { description: Runs., typical_use_cases: [], time_estimate_ms: "${timeMs}", cost_estimate: "1", complexity_score: 0.2, scope: batch, completeness: complete, limitations: [], policy: { production_safe: true }, preference_match: { accuracy: 0.5, completeness: 0.5 } }
`;
}

test('watch --select tells what it would select, and again when a definition changes that', async () => {
  const file = path.join(folder, 'measure.yaml');
  const store = async (name: string, timeMs: number) => {
    await writeFile(file, toolYaml(name, timeMs));
    expect((await run('import', '--quiet', file)).exitCode).toBe(0);
  };
  const args = ['--select', 'measure', '--preference', 'fast', '--disk-copy', copyFile()];
  const watch = startWatch(ADMIN_TOKEN, args);
  expect(await watch.next({ type: 'selection' })).toMatchObject({ best: null, before: null });
  await store('slow', 30_000);
  expect(await watch.next({ type: 'selection' })).toMatchObject({ best: { toolName: 'slow' }, before: null });
  await store('quick', 100);
  expect(await watch.next({ type: 'selection' })).toMatchObject({
    best: { toolName: 'quick', timeMs: 100 },
    runnerUp: { toolName: 'slow' },
    before: { toolName: 'slow' },
    why: expect.stringContaining('quick'),
  });
  await store('quick', 60_000);
  expect(await watch.next({ type: 'selection' })).toMatchObject({
    best: { toolName: 'slow' },
    before: { toolName: 'quick' },
  });
  watch.stop();
  expect(await watch.exitCode).toBe(0);
});

test('watch --disk-copy starts while the service is away, and says what it works with', async () => {
  const args = ['--select', 'measure', '--disk-copy', copyFile()];
  const port = Number(new URL(service.url).port);
  expect(await service.stop()).toBe(0);
  const offline = startWatch(ADMIN_TOKEN, args);
  expect(await offline.next({ type: 'catalog' })).toMatchObject({ source: 'disk', ageMs: expect.any(Number) });
  expect(await offline.next({ type: 'selection' })).toMatchObject({ best: { toolName: 'slow' } });
  service = await startService({ databaseUrl: database.url, dataDir: path.join(folder, 'data'), port });
  await offline.next({ type: 'state', state: 'live' });
  expect(await offline.next({ type: 'catalog' })).toMatchObject({ source: 'live' });
  offline.stop();
  expect(await offline.exitCode).toBe(0);
});

test('watch --disk-copy writes over no file that holds something else', async () => {
  const other = path.join(folder, 'other.yaml');
  await writeFile(other, 'tool_name: mine\n');
  const { exitCode, stderr } = await run('watch', '--disk-copy', other);
  expect([exitCode, stderr]).toEqual([
    2,
    `tool-catalog: ${other} holds something else than a copy: name another file.\n`,
  ]);
  expect(await readFile(other, 'utf8')).toBe('tool_name: mine\n');
});

test('watch refuses a selection that cannot be', async () => {
  for (const [args, message] of [
    [['--query', 'x'], 'give --select, too'],
    [['--select', 'a', '--variables', '[1]'], '--variables takes a JSON object'],
    [['--select', ''], '/capabilities/0'],
    [['--select', 'a', '--preference', 'best'], 'There is no such preference'],
  ] as const) {
    const { exitCode, stderr } = await run('watch', ...args);
    expect([exitCode, stderr.includes(message)]).toEqual([2, true]);
  }
});

test('the tokens of a tenant are listed by name', async () => {
  expect((await run('token', 'list', '--tenant', 'shared')).stdout).toMatch(/^ID +NAME +ROLE/);
  const { exitCode, stderr } = await run('token', 'list', '--tenant', 'nowhere');
  expect([exitCode, stderr]).toEqual([2, "tool-catalog: There is no tenant 'nowhere'. (NOT_FOUND)\n"]);
});

test('watch ends with 2 when its token is revoked', async () => {
  const created = await run('token', 'create', '--name', 'watcher', '--role', 'viewer');
  const watch = startWatch(created.stdout.trim());
  await watch.next({ type: 'state', state: 'live' });
  const id = /^Token (\S+) /.exec(created.stderr)?.[1] ?? '';
  expect((await run('token', 'revoke', id)).stdout).toBe(`watcher (${id}) is revoked.\n`);
  expect(await watch.exitCode).toBe(2);
  expect(watch.stderr.text()).toContain('The service refuses the token from TOOL_CATALOG_TOKEN');
  expect((await run('token', 'list')).stdout).toMatch(/watcher .* revoked /);
});
