import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planExportPaths, pruneExport, writeExport } from '../../scripts/lib/export-files.js';

const tool = (name: string, platform = 'linux') => ({
  name,
  platform,
  yaml: `tool_name: ${name}\nplatform: ${platform}\n`,
});
const plan = (...names: readonly string[]) => [...planExportPaths(names.map((name) => tool(name))).values()];

describe('export paths', () => {
  test('keep ordinary names as they are', () => {
    expect(plan('systemctl', 'Get-Process', 'a_b.c', 'two words')).toEqual([
      'linux/systemctl.yaml',
      'linux/Get-Process.yaml',
      'linux/a_b.c.yaml',
      'linux/two words.yaml',
    ]);
  });

  test('never leave their folder, hide, or name a device', () => {
    expect(plan('../../etc/passwd', '..', '.hidden', 'a/b\\c', 'con', 'NUL.txt', 'x:y', 'end.', '')).toEqual([
      'linux/%2e.%2f..%2fetc%2fpasswd.yaml',
      'linux/%2e%2e.yaml',
      'linux/%2ehidden.yaml',
      'linux/a%2fb%5cc.yaml',
      'linux/%63on.yaml',
      'linux/%4eUL.txt.yaml',
      'linux/x%3ay.yaml',
      'linux/end%2e.yaml',
      'linux/%.yaml',
    ]);
    expect([...planExportPaths([tool('x', '../up')]).values()]).toEqual(['%2e.%2fup/x.yaml']);
  });

  test('differ where names differ only in letter case, whatever the order', () => {
    expect(plan('Ping', 'ping', 'traceroute')).toEqual([
      expect.stringMatching(/^linux\/Ping~[0-9a-f]{8}\.yaml$/),
      'linux/ping.yaml',
      'linux/traceroute.yaml',
    ]);
    expect([...plan('Ping', 'ping')].sort()).toEqual([...plan('ping', 'Ping')].sort());
    const platforms = [...planExportPaths([tool('ping', 'Linux'), tool('ping', 'linux')]).values()];
    expect(new Set(platforms.map((file) => file.toLowerCase())).size).toBe(2);
  });

  test('are one to one, safe and short enough for any names', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 100 }), { maxLength: 20 });
    fc.assert(
      fc.property(names, fc.string({ unit: 'grapheme', maxLength: 50 }), (all, platform) => {
        const files = [...planExportPaths(all.map((name) => tool(name, platform))).values()];
        expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(all.length);
        for (const file of files) expect(file).toMatch(/^(?!\.)[\w%.~ -]{1,160}\/(?!\.)[\w%.~ -]{1,180}\.yaml$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('writing', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'export-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('replaces whole files, leaves equal ones alone, and leaves nothing besides', async () => {
    const files = planExportPaths([tool('a'), tool('b')]);
    expect(await writeExport(folder, files)).toEqual({ written: 2, unchanged: 0 });
    const before = await stat(path.join(folder, 'linux/a.yaml'));
    await writeFile(path.join(folder, 'linux/b.yaml'), 'edited');
    expect(await writeExport(folder, files)).toEqual({ written: 1, unchanged: 1 });
    expect((await stat(path.join(folder, 'linux/a.yaml'))).mtimeMs).toBe(before.mtimeMs);
    expect(await readFile(path.join(folder, 'linux/b.yaml'), 'utf8')).toBe(tool('b').yaml);
    expect((await readdir(path.join(folder, 'linux'))).sort()).toEqual(['a.yaml', 'b.yaml']);
  });

  test('pruning removes only what an export put there', async () => {
    const gone = planExportPaths([tool('a'), tool('gone')]);
    await writeExport(folder, gone);
    await mkdir(path.join(folder, '.git'));
    await mkdir(path.join(folder, 'charts'));
    const others = [
      'README.yaml',
      'linux/notes.txt',
      'linux/.keep.yaml',
      '.git/x.yaml',
      'charts/values.yaml',
      'linux/c.yaml',
    ];
    for (const file of others) await writeFile(path.join(folder, file), 'mine');
    // A tool's file that somebody put there under a name of their own, and two in one.
    const { yaml } = tool('elsewhere');
    others.push('linux/own.yaml', 'linux/two.yaml');
    await writeFile(path.join(folder, 'linux/own.yaml'), yaml);
    await writeFile(path.join(folder, 'linux/two.yaml'), `${tool('two').yaml}---\n${yaml}`);
    expect(await pruneExport(folder, planExportPaths([tool('a')]).values())).toEqual(['linux/gone.yaml']);
    for (const file of [...others, 'linux/a.yaml']) expect((await stat(path.join(folder, file))).isFile()).toBe(true);
  });
});
