import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredCopy } from '../../../src/client/copy-storage.js';
import { diskCopy } from '../../../src/client/node/disk-copy.js';
import { CatalogStore } from '../../../src/view/catalog-store.js';
import { spawnTypeScript } from '../../support/run-typescript.js';
import { sampleTool } from '../../view/sample-tools.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'disk-copy-'));
  file = path.join(folder, 'catalog.copy');
});
afterEach(() => rm(folder, { recursive: true }));

function copyOf(revision: number, names: readonly string[]): StoredCopy {
  const tools = names.flatMap((name) => [
    sampleTool({ name, revision, description: 'Zwölf Boxkämpfer\n\u2028 🦊 "quoted"', metadata: { tags: ['a'] } }),
    sampleTool({ name, revision, tenant: 'acme' }),
  ]);
  const position = { epoch: 'e1', revision };
  const store = new CatalogStore();
  store.replaceAll(tools, position);
  const view = store.view('acme');
  return {
    tenant: 'acme',
    position,
    contentHash: view.contentHash,
    confirmedAtMs: Date.UTC(2026, 0, 1),
    tools: view.tools({ includeShadowed: true }),
  };
}

describe('C5: the copy on disk', () => {
  it('comes back as it was, and is for its owner only', async () => {
    const copy = copyOf(7, ['disk', 'ssh']);
    const storage = diskCopy({ path: file });
    expect(await storage.load()).toBeNull();
    await storage.save(copy);
    expect(await storage.load()).toEqual(copy);
    expect(await diskCopy({ path: file, tenant: 'acme' }).load()).toEqual(copy);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await storage.save(copyOf(8, []));
    expect((await storage.load())?.tools).toEqual([]);
    expect(await readdir(folder)).toEqual(['catalog.copy']);
  });

  it('is not used once a single byte of it is another, is missing, or is too much', async () => {
    const storage = diskCopy({ path: file });
    await storage.save(copyOf(7, ['disk']));
    const whole = await readFile(file);
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('flip'), at: fc.nat(whole.length - 1), bit: fc.nat(7) }),
      fc.record({ kind: fc.constant('cut'), at: fc.nat(whole.length - 1), bit: fc.constant(0) }),
      fc.record({ kind: fc.constant('add'), at: fc.nat(whole.length - 1), bit: fc.nat(255) }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ({ kind, at, bit }) => {
        const bytes = Buffer.from(whole);
        if (kind === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const damaged =
          kind === 'cut'
            ? bytes.subarray(0, at)
            : kind === 'add'
              ? Buffer.concat([bytes.subarray(0, at), Buffer.from([bit]), bytes.subarray(at)])
              : bytes;
        await writeFile(file, damaged);
        await expect(storage.load()).rejects.toMatchObject({ name: 'CopyStorageError', code: 'COPY_DAMAGED' });
        expect(await readFile(file)).toEqual(damaged);
      }),
      { numRuns: 300 },
    );
  });

  it('is not used with a blank anywhere in its header, which says the same', async () => {
    const storage = diskCopy({ path: file });
    await storage.save(copyOf(7, ['disk']));
    const whole = await readFile(file, 'utf8');
    for (const [place] of [...whole.slice(0, whole.indexOf('\n') + 1)].entries()) {
      await writeFile(file, `${whole.slice(0, place)} ${whole.slice(place)}`);
      await expect(storage.load(), String(place)).rejects.toMatchObject({ code: 'COPY_DAMAGED' });
    }
  });

  it.each([
    ['nothing', ''],
    ['NULs, as a power cut leaves it', '\0'.repeat(1_100_000)],
    ['its first bytes', '{"form'],
    ['a later format', '{"format":"tool-catalog-copy","version":2}\n'],
    ['a header alone', '{"format":"tool-catalog-copy","version":1}\n'],
  ])('is not used, and stays where it is, when it is %s', async (_, text) => {
    await writeFile(file, text);
    await expect(diskCopy({ path: file }).load()).rejects.toMatchObject({ code: 'COPY_DAMAGED' });
    expect(await readFile(file, 'utf8')).toBe(text);
    await diskCopy({ path: file }).save(copyOf(1, ['disk']));
    expect((await diskCopy({ path: file }).load())?.tools).toHaveLength(2);
  });

  it.each([
    ['rubbish', 'not a copy\n'],
    ['JSON of another kind', '{"format":"something-else"}\n'],
    ['JSON that mentions a copy', '{"note":{"format":"tool-catalog-copy"}}\n'],
    ['a single blank', ' '],
    ['NULs, and something after them', `${'\0'.repeat(1_100_000)}mine`],
  ])("is neither read from nor written over what is somebody else's: %s", async (_, text) => {
    const storage = diskCopy({ path: file });
    const foreign = { name: 'CopyStorageError', code: 'COPY_FOREIGN', message: expect.stringContaining(file) };
    await writeFile(file, text);
    await expect(storage.load()).rejects.toMatchObject(foreign);
    await expect(storage.save(copyOf(1, ['disk']))).rejects.toMatchObject(foreign);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['catalog.copy']);
    await rm(file);
    await storage.save(copyOf(1, ['disk']));
    expect((await storage.load())?.tools).toHaveLength(2);
  });

  it('takes the place of no folder and no pipe, and does not wait for one to be written to', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const place of [folder, pipe]) {
      await expect(diskCopy({ path: place }).load()).rejects.toMatchObject({ code: 'COPY_FOREIGN' });
      await expect(diskCopy({ path: place }).save(copyOf(1, []))).rejects.toMatchObject({ code: 'COPY_FOREIGN' });
    }
    expect((await stat(pipe)).isFIFO()).toBe(true);
    expect((await readdir(path.dirname(folder))).filter((name) => name.startsWith(path.basename(folder)))).toHaveLength(
      1,
    );
  });

  it('is kept where a link leads to, and the link stays one', async () => {
    const link = path.join(folder, 'link');
    await diskCopy({ path: file }).save(copyOf(1, []));
    await symlink(file, link);
    await diskCopy({ path: link }).save(copyOf(2, ['disk']));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await diskCopy({ path: file }).load())?.position.revision).toBe(2);
    await diskCopy({ path: file }).save(copyOf(3, []));
    expect((await diskCopy({ path: link }).load())?.position.revision).toBe(3);
  });

  it('is not used for another tenant, and says what cannot be read or written', async () => {
    await diskCopy({ path: file }).save(copyOf(7, ['disk']));
    await expect(diskCopy({ path: file, tenant: 'globex' }).load()).rejects.toMatchObject({
      code: 'COPY_OF_OTHER_TENANT',
      message: expect.stringContaining("of the tenant 'acme', not of 'globex'"),
    });
    await expect(diskCopy({ path: path.join(file, 'below') }).load()).rejects.toMatchObject({
      code: 'COPY_UNREADABLE',
    });
    const nowhere = diskCopy({ path: path.join(folder, 'missing', 'copy') });
    expect(await nowhere.load()).toBeNull();
    await expect(nowhere.save(copyOf(1, []))).rejects.toMatchObject({ code: 'COPY_UNWRITABLE', retryable: true });
  });

  it('is whole whenever it is read while several write it', async () => {
    const copies = [
      copyOf(1, ['disk']),
      copyOf(
        2,
        Array.from({ length: 300 }, (_, index) => `tool-${index}`),
      ),
    ];
    await diskCopy({ path: file }).save(copies[0] as StoredCopy);
    const writing = copies.map(async (copy) => {
      for (let round = 0; round < 15; round += 1) await diskCopy({ path: file }).save(copy);
    });
    let done = false;
    const all = Promise.all(writing).then(() => {
      done = true;
    });
    const seen = new Set<number | undefined>();
    while (!done) seen.add((await diskCopy({ path: file }).load())?.position.revision);
    await all;
    expect([...seen].every((revision) => revision === 1 || revision === 2)).toBe(true);
    expect(await readdir(folder)).toEqual(['catalog.copy']);
  });

  it('can always be loaded after kill -9 in the middle of writing, and what was left behind is cleared away', async () => {
    const storage = diskCopy({ path: file });
    await storage.save(copyOf(1, ['disk']));
    let leftBehind = 0;
    for (let round = 0; round < 20; round += 1) {
      const child = spawnTypeScript('test/client/node/endless-writer.ts', [file]);
      await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
      // Somewhere within the first writes, another place each time.
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      leftBehind += (await readdir(folder)).length - 1;
      expect((await storage.load())?.tools.length).toBeGreaterThan(0);
      expect(await readdir(folder)).toEqual(['catalog.copy']);
    }
    expect(leftBehind).toBeGreaterThan(0);
  }, 60_000);
});
