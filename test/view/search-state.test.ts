import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { historyArbitrary, TENANTS, toolsAfter } from './catalog-history.js';
import { change, deletion, sampleTool } from './sample-tools.js';

type Given = Partial<ToolState> & Pick<ToolState, 'name'>;
const QUERIES = ['disk', 'service control', 'find files', 'ssh linux', 'serviec', 'contr', 'windows tool'];

function storeOf(...tools: readonly Given[]): CatalogStore {
  const store = new CatalogStore();
  store.replaceAll(tools.map(sampleTool), { epoch: 'e', revision: 1 });
  return store;
}

function answers(store: CatalogStore, tenant: string) {
  return QUERIES.map((query) =>
    store
      .view(tenant)
      .search(query)
      .map(({ tool, score, matchedOn }) => ({ key: `${tool.tenant} ${tool.platform} ${tool.name}`, score, matchedOn })),
  );
}

describe('search of a catalog that changes', () => {
  it('ranks exactly, to the last bit of the scores, as an index built anew: whatever the history, whenever searched', () => {
    fc.assert(
      fc.property(historyArbitrary, fc.nat(8), fc.nat(3), (history, firstSearch, slice) => {
        const kept = new CatalogStore();
        for (const [place, revision] of history.entries()) {
          kept.apply(revision);
          if (place >= firstSearch) for (const tenant of TENANTS) answers(kept, tenant);
          else if (place + slice >= firstSearch) kept.view('acme').prepareSearch(slice);
        }
        const fresh = new CatalogStore();
        fresh.replaceAll([...toolsAfter(history)].reverse(), { epoch: 'e', revision: history.length });
        for (const tenant of TENANTS) expect(answers(kept, tenant)).toEqual(answers(fresh, tenant));
      }),
    );
  });

  it('scores a tenant over two layers as the same tools in one', () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        const layered = new CatalogStore();
        layered.replaceAll(toolsAfter(history), { epoch: 'e', revision: 1 });
        const seen = layered.view('acme').tools();
        const flat = new CatalogStore();
        flat.replaceAll(
          seen.map((tool) => ({ ...tool, tenant: 'shared' })),
          { epoch: 'e', revision: 1 },
        );
        const [own, shared] = [answers(layered, 'acme'), answers(flat, 'shared')].map((lists) =>
          lists.map((hits) => hits.map(({ key, ...rest }) => ({ ...rest, key: key.replace(/^\S+ /, '') }))),
        );
        expect(own).toEqual(shared);
      }),
    );
  });

  it('finds what was changed, and no longer what was', () => {
    const store = storeOf({ name: 'disk', description: 'Shows inodes.' }, { name: 'ssh' });
    const view = store.view('shared');
    expect(view.search('inodes')).toHaveLength(1);
    store.apply(change(2, [{ name: 'disk', description: 'Shows partitions.' }]));
    expect(view.search('inodes')).toEqual([]);
    expect(view.search('partitions')[0]?.tool.description).toBe('Shows partitions.');
    store.apply(deletion(3, { name: 'disk' }));
    expect(view.search('partitions')).toEqual([]);
    store.replaceAll([sampleTool({ name: 'tar', description: 'Packs archives.' })], { epoch: 'f', revision: 1 });
    expect(view.search('archives')[0]?.tool.name).toBe('tar');
  });

  it('prepares in parts, and says when it is done', () => {
    const store = storeOf(...['a1', 'b1', 'c1', 'd1', 'e1'].map((name) => ({ name })));
    const view = store.view('acme');
    expect([view.prepareSearch(2), view.prepareSearch(2), view.prepareSearch(2)]).toEqual([false, false, true]);
    expect(view.prepareSearch(0)).toBe(true);
    store.apply(change(2, [{ name: 'a1' }]));
    expect([view.prepareSearch(0), view.prepareSearch(1)]).toEqual([false, true]);
  });
});

describe('what may not be seen', () => {
  const secret: Given = { name: 'warehouse-robots', description: 'Drives robots through warehouses.' };
  const ordinary: readonly Given[] = [{ name: 'disk', description: 'Shows disks.' }, { name: 'ssh' }];

  it.each([
    ['a tool of another tenant', { ...secret, tenant: 'globex' }],
    ['a tool that is switched off', { ...secret, enabled: false }],
    ['a tool of status DISABLED', { ...secret, status: 'DISABLED' as const }],
    ['a shared tool that one of the tenant hides', { ...secret, name: 'disk' }],
  ])('%s is not found, and moves no score', (_what, hidden) => {
    const hiding: Given = { name: 'disk', tenant: 'acme', description: 'Shows disks.' };
    const tools = [...ordinary.slice(hidden.name === 'disk' ? 1 : 0), hiding];
    const [without, within] = [storeOf(...tools), storeOf(...tools, hidden)];
    for (const query of ['warehouse robots', 'robts', 'wareh']) expect(within.view('acme').search(query)).toEqual([]);
    expect(answers(within, 'acme')).toEqual(answers(without, 'acme'));
  });

  it('a tool of the tenant that is switched off still hides the shared one', () => {
    const store = storeOf(...ordinary, { name: 'disk', tenant: 'acme', enabled: false });
    expect(store.view('acme').search('disks')).toEqual([]);
    expect(store.view('globex').search('disks')).toHaveLength(1);
  });

  it('is filtered before ranking: what the filter refuses takes no place', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `disk-${index + 10}` }));
    const view = storeOf(...many, { name: 'a-tool-for-disk', platform: 'windows' }).view('shared');
    const hits = view.search('disk', { filter: { platforms: ['windows'] }, limit: 1 });
    expect(hits.map(({ tool }) => tool.name)).toEqual(['a-tool-for-disk']);
    expect(view.search('disk', { filter: { deleted: true } })).toEqual([]);
  });
});

describe('queries of all kinds', () => {
  const view = storeOf({ name: 'disk', description: 'Shows disks.' }, { name: 'who' }, { name: 'ssh' }).view('shared');

  it('refuses what is too long, and limits that are none, by name', () => {
    expect(() => view.search('x'.repeat(1_001))).toThrow('A search takes at most 1000 characters, not 1001');
    expect(() => view.search('x '.repeat(50_000))).toThrow('at most 1000 characters');
    expect(() => view.search('disk', { limit: -1 })).toThrow('The limit of a search');
    expect(() => view.search('disk', { limit: 1.5 })).toThrow('The limit of a search');
    expect(view.search('disk', { limit: 0 })).toEqual([]);
  });

  it('a tool that is named like a word of no meaning is found by its name', () => {
    expect(view.search('who')[0]?.tool.name).toBe('who');
  });

  it('takes any text for words and nothing else, whatever it holds', () => {
    const hostile = [
      '.*',
      '(((',
      '\0',
      '💾💾',
      'constructor',
      '__proto__',
      '\ud800',
      "'; drop table--",
      '\n\t',
      '𝔡𝔦𝔰𝔨',
      'ｄｉｓｋ',
    ];
    expect(hostile.map((query) => view.search(query).length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(view.search('q w e r t y u i o p '.repeat(50))).toEqual([]);
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (query) => void view.search(query)));
  });

  it('answers the same whatever the limit', () => {
    const store = storeOf(
      ...Array.from({ length: 80 }, (_, index) => ({ name: `disk-${index}`, description: 'Disk. '.repeat(index) })),
    );
    const all = store.view('shared').search('disk', { limit: 1_000 });
    expect(all).toHaveLength(80);
    for (const limit of [1, 7, 60]) expect(store.view('shared').search('disk', { limit })).toEqual(all.slice(0, limit));
  });
});
