import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { toYaml } from '../../src/definition/to-yaml.js';
import { CatalogServer, refusal, smallTools, TOKEN } from './catalog-server.js';
import { runCommand } from './run-command.js';

const server = new CatalogServer();
let folder: string;
let url: string;

beforeEach(async () => {
  server.tools.clear();
  server.imports.length = 0;
  server.instead.length = 0;
  url = await server.start();
  folder = await mkdtemp(path.join(tmpdir(), 'command-line-'));
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const run = (args: readonly string[], options = {}) =>
  runCommand(['--url', url, ...args], { environment: { token: TOKEN }, ...options });
const put = async (file: string, text: string) => {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
  return path.join(folder, file);
};
const [first, second] = [...generateCatalog({ toolCount: 2, seed: 1 })].map(toYaml);

describe('import', () => {
  test('stores the YAML files of folders and files, and says so', async () => {
    await put('linux/a.yaml', first ?? '');
    await put('linux/notes.txt', 'not yaml: [');
    const single = await put('b.yml', second ?? '');
    const { exitCode, stdout, stderr } = await run(['import', path.join(folder, 'linux'), single, '--reason', 'why']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^2 documents: 2 created, 0 updated, 0 unchanged, 0 skipped, 0 failed \(\d\.\d s\)\n$/);
    expect(server.tools.size).toBe(2);
    expect(server.imports[0]).toMatchObject({ reason: 'why', atomic: false, dryRun: false, onConflict: 'NEW_VERSION' });
  });

  test('reads a file once, however often and in whatever way it is named', async () => {
    const file = await put('once/a.yaml', first ?? '');
    const relative = path.relative(process.cwd(), file);
    const { exitCode, stdout } = await run(['import', path.dirname(file), file, relative, `./${relative}`]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^1 document: 1 created/);
  });

  test('reports each finding with file, line and column, and exits with 1 when a document failed', async () => {
    const good = await put('good.yaml', first ?? '');
    const bad = await put('bad.yaml', `# two tools\n---\n${second}---\ntool_name: x\nplatform: linux\nbad: ]\n`);
    const { exitCode, stdout, stderr } = await run(['import', good, bad]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('3 documents: 2 created, 0 updated, 0 unchanged, 0 skipped, 1 failed');
    const line = 2 + (second ?? '').split('\n').length + 3;
    expect(stderr).toMatch(new RegExp(`^${bad}:${line}:\\d+: ERROR [A-Z_]+ .+`, 'm'));
  });

  test('sends chunks of 500 documents, one request with --atomic', async () => {
    const text = smallTools(1_100);
    const { exitCode } = await run(['import', '-', '--on-conflict', 'fail'], { stdin: text });
    expect(exitCode).toBe(0);
    expect(server.imports.map(({ yaml }) => String(yaml).match(/^tool_name/gm)?.length)).toEqual([500, 500, 100]);
    expect(new Set(server.imports.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    await run(['import', '-', '--atomic', '--dry-run'], { stdin: text });
    expect(server.imports).toHaveLength(4);
    expect(server.imports[3]).toMatchObject({ atomic: true, dryRun: true });
  });

  test('sends two documents of one tool in one request, or warns of them', async () => {
    const all = await put('all.yaml', smallTools(500));
    const again = await put('again.yaml', smallTools(1));
    const hidden = await put('hidden.yaml', '{tool_name: t1, description: x, platform: linux, category: system}\n');
    const { stderr } = await run(['import', all, again, hidden]);
    expect(server.imports.map(({ yaml }) => String(yaml).match(/tool_name: t0$/gm)?.length)).toEqual([2, undefined]);
    expect(stderr.match(/^.*DUPLICATE_DOCUMENT/gm)).toEqual([`${hidden}:1:1: WARNING DUPLICATE_DOCUMENT`]);
  });

  test('a file that is not UTF-8 holds up no other', async () => {
    const bad = path.join(folder, 'bad.yaml');
    await writeFile(bad, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    await put('good.yaml', first ?? '');
    const { exitCode, stdout, stderr } = await run(['import', folder]);
    expect({ exitCode, stored: server.tools.size }).toEqual({ exitCode: 1, stored: 1 });
    expect(stderr).toContain(`${bad}:1:1: ERROR FILE_UNREADABLE The file is not UTF-8 text.`);
    expect(stdout).toContain('1 document: 1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed; 1 file not read (');
  });

  test('a file that is not UTF-8 holds up all others with --atomic', async () => {
    await writeFile(path.join(folder, 'bad.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    await put('good.yaml', first ?? '');
    const { exitCode, stdout, stderr } = await run(['import', folder, '--atomic']);
    expect({ exitCode, stdout, stored: server.tools.size }).toEqual({ exitCode: 1, stdout: '', stored: 0 });
    expect(stderr).toContain('ERROR FILE_UNREADABLE The file is not UTF-8 text.');
    expect(stderr).toContain('1 file cannot be read: nothing was stored: all or none');
    const checked = await run(['import', folder, '--atomic', '--dry-run']);
    expect(checked.stdout).toContain('1 document: 1 created');
    expect(checked.exitCode).toBe(1);
  });

  test('repeats a request with the same key when the service goes away meanwhile', async () => {
    const text = smallTools(600);
    server.lose(2);
    const { exitCode, stdout } = await run(['import', '-'], { stdin: text });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('600 documents: 500 created, 0 updated, 100 unchanged');
    const keys = server.imports.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(3);
    expect(keys[1]).toBe(keys[2]);
  });

  test('repeats the first request, too: --atomic has no other', async () => {
    server.lose(1);
    const { exitCode, stdout } = await run(['import', '-', '--atomic'], { stdin: smallTools(3) });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('3 documents: 0 created, 0 updated, 3 unchanged');
    const keys = server.imports.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('exits with 2 for files that are not there', async () => {
    const { exitCode, stderr } = await run(['import', path.join(folder, 'none')]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`tool-catalog: ${path.join(folder, 'none')} is not there.\n`);
  });

  test('what a document says cannot drive the terminal', async () => {
    const file = await put('bad.yaml', 'tool_name: "\\e[31mred"\nplatform: linux\n');
    const { stderr } = await run(['import', file]);
    expect(stderr).toContain('ERROR');
    expect(stderr).not.toContain('\u001b');
  });
});

describe('export', () => {
  const fill = async (count: number) => {
    await run(['seed', '--tools', String(count), '--seed', '3']);
  };

  test('writes a file a tool, which import takes back unchanged', async () => {
    await fill(250);
    const target = path.join(folder, 'out');
    const { exitCode, stdout } = await run(['export', target]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `250 tools in ${target}: 250 written, 0 unchanged\n` });
    const files = (await readdir(target, { recursive: true })).filter((file) => file.endsWith('.yaml'));
    expect(files).toHaveLength(250);
    const again = await run(['import', target]);
    expect(again.stdout).toContain('250 documents: 0 created, 0 updated, 250 unchanged');
  });

  test('removes nothing unless --prune is given', async () => {
    await fill(3);
    const text = 'tool_name: stale\nplatform: linux\n';
    const stale = await put('linux/stale.yaml', text);
    await run(['export', folder]);
    expect(await readFile(stale, 'utf8')).toBe(text);
    const { stdout, stderr } = await run(['export', folder, '--prune']);
    expect(stdout).toContain('3 tools in');
    expect(stdout).toContain('0 written, 3 unchanged, 1 removed');
    expect(stderr).toBe('removed linux/stale.yaml\n');
  });

  test('does not prune by a filter, nor against an empty catalog', async () => {
    const kept = await put('linux/kept.yaml', 'tool_name: kept\n');
    expect((await run(['export', folder, '--prune', '--platform', 'windows'])).exitCode).toBe(2);
    expect((await run(['export', folder, '--prune'])).exitCode).toBe(2);
    expect(await readFile(kept, 'utf8')).toBe('tool_name: kept\n');
  });

  test('--stdout gives a stream that import takes', async () => {
    await fill(120);
    const { stdout, stderr } = await run(['export', '--stdout', '--platform', 'linux']);
    expect(stderr).toBe('');
    const linux = [...server.tools.values()].filter((tool) => tool.platform === 'linux').length;
    server.tools.clear();
    const again = await run(['import', '-'], { stdin: stdout });
    expect(again.stdout).toContain(`${linux} documents: ${linux} created`);
  });

  test('says so when no tool matches, and counts one tool as one', async () => {
    await fill(1);
    const target = path.join(folder, 'out');
    const none = await run(['export', '--stdout', '--platform', 'nowhere']);
    expect(none).toEqual({ exitCode: 0, stdout: '', stderr: 'No tool matches: nothing was exported.\n' });
    expect((await run(['export', target, '--platform', 'nowhere'])).stderr).toBe(none.stderr);
    const one = await run(['export', target]);
    expect(one).toEqual({ exitCode: 0, stdout: `1 tool in ${target}: 1 written, 0 unchanged\n`, stderr: '' });
  });

  test('needs a folder or --stdout, not both', async () => {
    expect((await run(['export'])).exitCode).toBe(2);
    expect((await run(['export', folder, '--stdout'])).exitCode).toBe(2);
  });
});

describe('token', () => {
  test('create prints the secret alone to stdout', async () => {
    const { exitCode, stdout, stderr } = await run(['token', 'create', '--name', 'ci', '--role', 'viewer']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'tc_secret\n' });
    expect(stderr).toContain('ci (viewer, tenant shared)');
    expect(stderr).not.toContain('tc_secret');
  });

  test('list shows tokens in columns', async () => {
    const { stdout } = await run(['token', 'list']);
    expect(stdout).toBe(
      'ID    NAME          ROLE          TENANT  CREATED           LAST USED  STATE\n' +
        'id-1  build-server  orchestrator  shared  2026-01-02 03:04  -          valid\n',
    );
  });

  test('a refusal names the right that is missing', async () => {
    const { exitCode, stderr } = await run(['token', 'revoke', 'x']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'tool-catalog: The token from TOOL_CATALOG_TOKEN may not do this: Only an admin may do this.\n',
    });
  });

  test.each(['yesterday', '2020-01-01', '0d', '5x'])('refuses to expire %s', async (when) => {
    expect((await run(['token', 'create', '--name', 'x', '--expires', when])).exitCode).toBe(2);
  });
});

describe('when it cannot run', () => {
  test('says how to start the service where none answers', async () => {
    await server.stop();
    const { exitCode, stderr } = await run(['token', 'list']);
    await server.start();
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `tool-catalog: No service answers at ${url}.\nStart it with 'npm start', or name another one with --url.\n`,
    );
  });

  test('says where the token came from, and never the token, when it is refused', async () => {
    const { exitCode, stderr } = await run(['token', 'list'], { environment: { token: 'tc_wrong' } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('refuses the token from TOOL_CATALOG_TOKEN');
    expect(stderr).not.toContain('tc_wrong');
  });

  test.each([
    ['an unknown command', ['imprt']],
    ['an unknown option', ['import', '--nope', 'x']],
    ['no command', []],
    ['a mode that does not exist', ['import', '--on-conflict', 'replace', 'x']],
    ['too many tools', ['seed', '--tools', '200001']],
    ['a number that is none', ['seed', '--seed', '1e3']],
  ])('exits with 2 for %s', async (_case, args) => {
    expect((await run(args)).exitCode).toBe(2);
  });

  test('tells a page of another server from a catalog', async () => {
    server.instead.push({ status: 200, body: '<html>' });
    const { exitCode, stderr } = await run(['token', 'list']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('not as a tool catalog does');
  });

  test.each([
    ['as a catalog', refusal('REQUEST_TOO_LARGE', 'A request like this may have 262144 bytes at most.')],
    ['as a proxy', '<html>'],
  ])('says who may send so much when a request is too large, refused %s does', async (_who, body) => {
    server.instead.push({ status: 413, body });
    const { exitCode, stderr } = await run(['import', '-'], { stdin: first ?? '' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('256 KiB are the most, and 64 MiB for an import with the token of an admin.');
  });

  test('passes on what the service says', async () => {
    server.instead.push({ body: refusal('BAD_USER_INPUT', 'No such tenant.') });
    expect((await run(['token', 'list'])).stderr).toBe('tool-catalog: No such tenant. (BAD_USER_INPUT)\n');
  });

  test('stops on Ctrl-C with 130', async () => {
    const stopped = new AbortController();
    stopped.abort();
    expect((await run(['token', 'list'], { signal: stopped.signal })).exitCode).toBe(130);
  });
});

test('--version says which release it is', async () => {
  const { version } = JSON.parse(await readFile(path.join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  ['--help'],
  ['import --help'],
  ['export --help'],
  ['seed --help'],
  ['token --help'],
  ['token create --help'],
])('%s explains with examples and exits with 0', async (args) => {
  const { exitCode, stdout } = await run(args.split(' '));
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Usage: tool-catalog');
  if (!args.startsWith('token create')) expect(stdout).toContain('Examples:');
});
