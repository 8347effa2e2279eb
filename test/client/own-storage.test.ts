import { describe, expect, it } from 'vitest';
import { CatalogClient } from '../../src/client/catalog-client.js';
import type { CopyStorage, StoredCopy } from '../../src/client/copy-storage.js';
import { sampleTool } from '../view/sample-tools.js';
import { Bench } from './bench.js';

const bench = Bench.prepare();

const GOOD = {
  tenant: 'shared',
  position: { epoch: 'e1', revision: 1 },
  contentHash: '',
  confirmedAtMs: 0,
  tools: [sampleTool({ name: 'disk' })],
};

function storage(parts: Partial<CopyStorage>): CopyStorage {
  return { load: async () => null, save: async () => undefined, ...parts };
}

function watch(diskCopy: CopyStorage) {
  const watched = bench.watch({ diskCopy, saveEveryMs: 1, requestTimeoutMs: 500 });
  const warnings: { readonly code?: unknown; readonly message: string }[] = [];
  watched.client.on('warning', (warning) => warnings.push(warning));
  return { watched, client: watched.client, warnings };
}

describe("a storage of the orchestrator's own", () => {
  it.each([
    ['a text', 'copy'],
    ['an empty object', {}],
    ['tools that are none', { ...GOOD, tools: [{}] }],
    [
      'tools with half of their fields',
      { ...GOOD, tools: [{ ...sampleTool({ name: 'disk' }), capabilities: [{ name: 'x' }] }] },
    ],
    ['no list of tools', { ...GOOD, tools: null }],
    ['no position', { ...GOOD, position: null }],
    ['a position that is none', { ...GOOD, position: { epoch: 'e 1', revision: 1 } }],
    ['no age', { ...GOOD, confirmedAtMs: Number.NaN }],
  ])('may hand over anything: %s is reported and passed over', async (_, stored) => {
    const { watched, client, warnings } = watch(storage({ load: async () => stored as unknown as StoredCopy }));
    await watched.caughtUp();
    expect(warnings).toMatchObject([{ code: 'COPY_DAMAGED', message: expect.stringMatching(/is not/) }]);
    expect(watched.changes.map(({ source }) => source)).toEqual(['live']);
    await client.close();
  });

  it('that never answers holds up neither following nor closing', async () => {
    const { watched, client, warnings } = watch(storage({ load: () => new Promise(() => undefined) }));
    await watched.caughtUp();
    expect(warnings).toMatchObject([{ code: 'COPY_UNREADABLE', message: expect.stringContaining('within 500 ms') }]);
    await client.close();
    const alone = new CatalogClient({ diskCopy: storage({ load: () => new Promise(() => undefined) }) });
    alone.on('warning', (warning) => warnings.push(warning));
    alone.start();
    await alone.close();
    expect(warnings).toHaveLength(1);
  });

  it('that never ends a save holds up closing for a while and no longer', async () => {
    let saves = 0;
    const save = () => {
      saves += 1;
      return new Promise<void>(() => undefined);
    };
    const { watched, client, warnings } = watch(storage({ save }));
    await watched.caughtUp();
    await expect.poll(() => saves).toBe(1);
    await client.close();
    expect(warnings).toMatchObject([{ code: 'COPY_UNWRITABLE', message: expect.stringContaining('within 10000 ms') }]);
  });
});

describe("a source of definitions of the orchestrator's own", () => {
  it.each([
    ['no list', { tools: null, findings: [] }],
    ['tools that are none', { tools: [{}], findings: [] }],
    ['nothing', null],
  ])('may hand over anything: %s is reported and passed over', async (_, loaded) => {
    const client = new CatalogClient({ yamlFolder: { load: async () => loaded as never } });
    const warnings: unknown[] = [];
    client.on('warning', (warning) => warnings.push(warning));
    client.start();
    await expect(client.ready()).rejects.toThrow('There is no service to follow');
    expect(warnings).toMatchObject([{ code: 'COPY_UNREADABLE' }]);
    await client.close();
  });
});
