import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAdminToken } from '../../src/access/admin-token.js';
import { isTokenSecret } from '../../src/access/token-secret.js';
import { startFailure } from '../../src/start-failure.js';
import { runTypeScript } from '../support/run-typescript.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'admin-token-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('the first start makes a token for the owner of DATA_DIR alone, every other one reads it', async () => {
  const dataDir = path.join(directory, 'not', 'yet');
  const first = await ensureAdminToken(dataDir, undefined);
  expect(first).toMatchObject({ created: true, file: path.join(dataDir, 'admin-token') });
  expect(isTokenSecret(first.secret)).toBe(true);
  const file = first.file ?? '';
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toBe(`${first.secret}\n`);
  expect(await ensureAdminToken(dataDir, undefined)).toEqual({ ...first, created: false });
  expect(await readdir(dataDir)).toEqual(['admin-token']);
});

test('a configured token is taken, and nothing is written', async () => {
  expect(await ensureAdminToken(directory, 'a configured token')).toEqual({
    secret: 'a configured token',
    file: null,
    created: false,
  });
  expect(await readdir(directory)).toEqual([]);
});

test('many starts at once end up with one token, which is the one in the file', async () => {
  for (let round = 0; round < 10; round += 1) {
    const dataDir = path.join(directory, String(round));
    const tokens = await Promise.all(Array.from({ length: 8 }, () => ensureAdminToken(dataDir, undefined)));
    const stored = (await readFile(path.join(dataDir, 'admin-token'), 'utf8')).trim();
    expect(new Set(tokens.map(({ secret }) => secret))).toEqual(new Set([stored]));
    expect(tokens.filter(({ created }) => created)).toHaveLength(1);
    expect(await readdir(dataDir)).toEqual(['admin-token']);
  }
});

test('several processes that start at once end up with one token', async () => {
  const finished = await Promise.all(
    Array.from({ length: 3 }, () => runTypeScript('test/access/ensure-admin-token.ts', [directory])),
  );
  expect(finished.map(({ code }) => code)).toEqual([0, 0, 0]);
  const tokens = finished.map(({ output }) => JSON.parse(output) as { secret: string; created: boolean });
  const stored = (await readFile(path.join(directory, 'admin-token'), 'utf8')).trim();
  expect(tokens.map(({ secret }) => secret)).toEqual([stored, stored, stored]);
  expect(tokens.filter(({ created }) => created)).toHaveLength(1);
});

test('what a killed start left behind neither opens the next token to others nor stands in its way', async () => {
  const leftover = path.join(directory, `admin-token.${process.pid}`);
  await writeFile(leftover, 'half a tok');
  await chmod(leftover, 0o644);
  const { file, created } = await ensureAdminToken(directory, undefined);
  expect(created).toBe(true);
  expect((await stat(file ?? '')).mode & 0o777).toBe(0o600);
});

test.each([
  ['is empty', ''],
  ['is too short', 'short\n'],
])('a file that %s is refused with what to do about it', async (_, text) => {
  await writeFile(path.join(directory, 'admin-token'), text);
  await expect(ensureAdminToken(directory, undefined)).rejects.toThrow(/holds no token. Remove it/);
  const error = await ensureAdminToken(directory, undefined).catch((reason: unknown) => reason);
  expect(startFailure(error)).toMatch(/^[^\n]*set ADMIN_TOKEN\.$/);
});

test('a file that cannot be read ends the start, instead of a second token', async () => {
  await mkdir(path.join(directory, 'admin-token'));
  await expect(ensureAdminToken(directory, undefined)).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(directory)).toEqual(['admin-token']);
});
