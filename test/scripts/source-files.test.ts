import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSourceFiles } from '../../scripts/lib/source-files.js';

const NOBODY = 65_534;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'source-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Root may read everything: as somebody else, what nobody may read cannot be read. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('the YAML files of a folder', () => {
  test('are those that end so, in the order of their names, without what is hidden and without circles', async () => {
    for (const name of ['b', '.hidden', 'node_modules']) await mkdir(path.join(folder, name));
    for (const name of [
      'c.yaml',
      'a.YML',
      'notes.txt',
      'b/d.yml',
      '.hidden/e.yaml',
      'node_modules/f.yaml',
      '.g.yaml',
    ]) {
      await writeFile(path.join(folder, name), '');
    }
    await symlink(folder, path.join(folder, 'circle'));
    await symlink(path.join(folder, 'c.yaml'), path.join(folder, 'linked.yaml'));
    const found = await findSourceFiles([folder]);
    expect(found.map((file) => path.relative(folder, file))).toEqual(['a.YML', 'b/d.yml', 'c.yaml', 'linked.yaml']);
  });

  test('cannot be listed when a folder among them cannot be read, and that is said', async () => {
    const secret = path.join(folder, 'secret');
    await mkdir(secret);
    await writeFile(path.join(folder, 'a.yaml'), '');
    await chmod(folder, 0o755);
    await chmod(secret, 0o000);
    const refused = asNobody(() => findSourceFiles([folder]));
    await expect(refused).rejects.toMatchObject({
      name: 'CommandError',
      message: `${secret} cannot be read (EACCES).`,
    });
    await chmod(secret, 0o755);
  });
});
