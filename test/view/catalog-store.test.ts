import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CatalogStore, NOWHERE } from '../../src/view/catalog-store.js';
import { stateHash } from '../../src/view/state-hash.js';
import { historyArbitrary, TENANTS, toolsAfter } from './catalog-history.js';
import { change, deletion, sampleCapability, sampleRevision, sampleTool } from './sample-tools.js';

function hashFromScratch(tenant: string, tools: readonly ReturnType<typeof sampleTool>[]): string {
  const visible = tools.filter((tool) => tool.tenant === tenant || tool.tenant === 'shared');
  const sum = visible.reduce((total, tool) => total + stateHash(tool), 0n) % 2n ** 256n;
  return sum.toString(16).padStart(64, '0');
}

describe('applying revisions', () => {
  it('SDK-4: any permutation with repetitions converges', () => {
    const shuffled = historyArbitrary.chain((history) =>
      fc.record({
        history: fc.constant(history),
        repeated: fc.shuffledSubarray([...history]),
        order: fc.array(fc.nat(), { minLength: 2 * history.length, maxLength: 2 * history.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ history, repeated, order }) => {
        const inOrder = new CatalogStore();
        for (const revision of history) inOrder.apply(revision);
        const outOfOrder = new CatalogStore();
        const mixed = [...history, ...repeated].map((revision, index) => ({ revision, rank: order[index] ?? 0 }));
        for (const { revision } of mixed.sort((a, b) => a.rank - b.rank)) outOfOrder.apply(revision);
        for (const tenant of TENANTS) {
          expect(outOfOrder.view(tenant).contentHash).toBe(inOrder.view(tenant).contentHash);
        }
        expect(outOfOrder.position).toEqual(inOrder.position);
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);

  it('H1: the hash kept up change by change is the hash from scratch', () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        const store = new CatalogStore();
        history.forEach((revision, index) => {
          store.apply(revision);
          const tools = toolsAfter(history.slice(0, index + 1));
          for (const tenant of TENANTS) {
            expect(store.view(tenant).contentHash).toBe(hashFromScratch(tenant, tools));
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  it('the hash moves with every field that it covers', () => {
    const tool = sampleTool({ name: 'disk' });
    const variants = [
      { toolId: 'other' },
      { tenant: 'acme' },
      { platform: 'windows' },
      { name: 'ssh' },
      { version: '2.0.0' },
      { status: 'DEPRECATED' as const },
      { enabled: false },
      { owner: 'alice' },
      { contentHash: 'f'.repeat(64) },
      { revision: 9 },
    ].map((field) => stateHash({ ...tool, ...field }));
    expect(new Set([...variants, stateHash(tool)]).size).toBe(variants.length + 1);
  });

  it('ignores an older and an equal change of a tool, and of a deleted one', () => {
    const store = new CatalogStore();
    store.apply(change(5, [{ name: 'disk', version: '5.0.0' }]));
    expect(store.apply(change(5, [{ name: 'disk', version: '5.0.1' }]))).toEqual([]);
    expect(store.apply(change(4, [{ name: 'disk', version: '4.0.0' }]))).toEqual([]);
    expect(store.apply(deletion(3, { name: 'disk' }))).toEqual([]);
    expect(store.view('shared').find('disk')?.version).toBe('5.0.0');
    store.apply(deletion(7, { name: 'disk' }));
    expect(store.apply(change(6, [{ name: 'disk', version: '6.0.0' }]))).toEqual([]);
    expect(store.view('shared').find('disk')).toBeUndefined();
    expect(store.view('shared').revision).toBe(7);
  });

  it('tells what it held before, and which changes took effect', () => {
    const store = new CatalogStore();
    store.apply(change(1, [{ name: 'disk' }]));
    const held = store.view('shared').find('disk');
    const [applied] = store.apply(change(2, [{ name: 'disk', version: '2.0.0' }]));
    expect(applied?.before).toBe(held);
    expect(applied?.after).toBe(store.view('shared').find('disk'));
    const [deleted] = store.apply(deletion(3, { name: 'disk' }));
    expect(deleted).toMatchObject({ action: 'DELETED', after: null, before: { version: '2.0.0' } });
  });

  it('remembers so many deletions that memory stays bounded, and forgets none that matter in order', () => {
    const store = new CatalogStore();
    for (let index = 0; index < 10_050; index += 1) {
      store.apply(change(2 * index + 1, [{ name: `t${index}` }]));
      store.apply(deletion(2 * index + 2, { name: `t${index}` }));
    }
    expect(store.apply(change(1, [{ name: 't0' }]))).toEqual([]);
    expect(store.apply(change(15_001, [{ name: 't7500' }]))).toEqual([]);
    expect(store.view('shared').toolCount).toBe(0);
    store.apply(change(30_000, [{ name: 't0' }]));
    expect(store.view('shared').toolCount).toBe(1);
  });

  it('freezes states all the way down and answers the same object each time', () => {
    const store = new CatalogStore();
    store.apply(change(1, [{ name: 'disk' }]));
    const tool = store.view('shared').find('disk');
    expect(Object.isFrozen(tool?.capabilities[0]?.patterns[0]?.policy)).toBe(true);
    expect(store.view('shared').find('disk')).toBe(tool);
    expect(store.view('shared').byId('shared/linux/disk')).toBe(tool);
    expect(() => (store.view('shared').tools() as unknown[]).push(tool)).toThrow(TypeError);
  });
});

describe('replacing the whole copy', () => {
  it('removes what is gone, keeps the views, and tells the differences', () => {
    const store = new CatalogStore();
    store.apply(change(1, [{ name: 'disk' }, { name: 'ssh' }, { name: 'top' }]));
    const view = store.view('shared');
    const told = store.replaceAll(
      [
        sampleTool({ name: 'ssh', revision: 1 }),
        sampleTool({ name: 'top', version: '2.0.0', revision: 8 }),
        sampleTool({ name: 'awk', revision: 7 }),
      ],
      { epoch: 'e2', revision: 8 },
    );
    expect(view.tools().map((tool) => tool.name)).toEqual(['awk', 'ssh', 'top']);
    expect(view.position).toEqual({ epoch: 'e2', revision: 8 });
    expect(told.map((one) => [one.action, one.toolName])).toEqual([
      ['DELETED', 'disk'],
      ['UPDATED', 'top'],
      ['CREATED', 'awk'],
    ]);
    expect(store.apply(change(8, [{ name: 'awk', version: '9.9.9' }]))).toHaveLength(1);
  });

  it('leaves whoever keeps tools by their names with what is there, though the ids are others', () => {
    const store = new CatalogStore();
    store.apply(change(1, [{ name: 'disk' }, { name: 'ssh' }]));
    const kept = new Set(['disk', 'ssh']);
    const told = store.replaceAll([sampleTool({ name: 'disk', toolId: 'another' })], { epoch: 'e2', revision: 1 });
    for (const { toolName, after } of told) after === null ? kept.delete(toolName) : kept.add(toolName);
    expect([...kept]).toEqual(['disk']);
  });

  it('may go back in the log, and takes the newer of two states of one tool', () => {
    const store = new CatalogStore();
    store.apply(change(9, [{ name: 'disk', version: '9.0.0' }]));
    const newer = sampleTool({ name: 'disk', version: '3.0.0', revision: 3 });
    const older = sampleTool({ name: 'disk', version: '2.0.0', revision: 2 });
    for (const states of [
      [newer, older],
      [older, newer],
    ]) {
      store.replaceAll(states, { epoch: 'e', revision: 3 });
      expect(store.view('shared').find('disk')?.version).toBe('3.0.0');
    }
    expect(store.position).toEqual({ epoch: 'e', revision: 3 });
  });

  it('equals following from nothing', () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        const followed = new CatalogStore();
        for (const revision of history) followed.apply(revision);
        const loaded = new CatalogStore();
        loaded.apply(change(1, [{ name: 'left-over' }]));
        loaded.replaceAll(toolsAfter(history), followed.position);
        for (const tenant of TENANTS) {
          expect(loaded.view(tenant).contentHash).toBe(followed.view(tenant).contentHash);
          expect(loaded.view(tenant).capabilities()).toEqual(followed.view(tenant).capabilities());
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('lists', () => {
  it('are sorted by bytes, and the same array until the catalog changes', () => {
    const store = new CatalogStore();
    const names = ['b', 'a', 'B', 'é', 'a_b', 'a-b', '\u{1F600}', '\uFFFD', 'ab'];
    store.apply(
      change(
        1,
        names.map((name) => ({ name })),
      ),
    );
    const view = store.view('shared');
    const first = view.tools();
    expect(first.map((tool) => tool.name)).toEqual(
      [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect(view.tools()).toBe(first);
    store.apply(sampleRevision(2, []));
    expect(view.tools()).toBe(first);
    store.apply(change(3, [{ name: 'aa' }]));
    expect(view.tools()).not.toBe(first);
    expect(first).toHaveLength(names.length);
  });

  it('stay sorted through more changes than are patched one by one', () => {
    const store = new CatalogStore();
    store.apply(
      change(
        1,
        Array.from({ length: 200 }, (_, index) => ({ name: `tool-${index}` })),
      ),
    );
    const view = store.view('shared');
    view.tools();
    let revision = 2;
    for (let index = 0; index < 200; index += 2) {
      store.apply(deletion(revision, { name: `tool-${index}` }));
      store.apply(change(revision + 1, [{ name: `other-${index}` }]));
      revision += 2;
      if (index % 50 === 0) expect(view.tools()).toHaveLength(200);
    }
    const names = view.tools().map((tool) => tool.name);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(200);
  });

  it('list a capability under its own name and find it under an alias', () => {
    const store = new CatalogStore();
    store.apply(
      change(1, [
        { name: 'find', capabilities: [sampleCapability('file_search', ['find_files', 'locate'])] },
        { name: 'locate', capabilities: [sampleCapability('locate')] },
      ]),
    );
    const view = store.view('shared');
    expect(view.byCapability('locate').map((tool) => tool.name)).toEqual(['find', 'locate']);
    expect(view.capabilities().map((entry) => [entry.name, entry.tools.length])).toEqual([
      ['file_search', 1],
      ['locate', 2],
    ]);
    expect(view.byCapability('unheard_of')).toEqual([]);
  });

  it('are empty before anything is loaded', () => {
    const view = new CatalogStore().view('acme');
    expect([view.tools(), view.capabilities(), view.toolCount, view.position]).toEqual([[], [], 0, NOWHERE]);
    expect(view.contentHash).toBe('0'.repeat(64));
  });
});
