import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogRevision, ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import type { CatalogView } from '../../src/view/catalog-view.js';
import { historyArbitrary, TENANTS } from './catalog-history.js';
import { change, deletion, sampleTool } from './sample-tools.js';

function storeOf(history: readonly CatalogRevision[]): CatalogStore {
  const store = new CatalogStore();
  for (const revision of history) store.apply(revision);
  return store;
}

/** Everything that a view answers. */
function answersOf(view: CatalogView): unknown {
  const all = view.tools({ includeShadowed: true });
  return {
    tenant: view.tenant,
    position: view.position,
    revision: view.revision,
    toolCount: view.toolCount,
    contentHash: view.contentHash,
    tools: view.tools(),
    all,
    found: all.map((tool) => view.find(tool.name, tool.platform)),
    byId: all.map((tool) => view.byId(tool.toolId)),
    missing: [view.find('nothing'), view.byId('nobody')],
    capabilities: view.capabilities(),
    hits: ['disk', 'find files', 'service control'].map((query) => view.search(query)),
    offered: ['service_control', 'file_search', 'find_files', 'none'].map((name) => view.byCapability(name)),
  };
}

interface WantedPin {
  readonly after: number;
  readonly tenant: string;
  readonly askedAtOnce: boolean;
}

/** Lives through a history and pins on the way. */
function pinAlong(history: readonly CatalogRevision[], wanted: readonly WantedPin[]) {
  const store = new CatalogStore();
  const held: { view: CatalogView; after: number; tenant: string }[] = [];
  for (let done = 0; done <= history.length; done += 1) {
    for (const { after, tenant, askedAtOnce } of wanted) {
      if (Math.min(after, history.length) !== done) continue;
      const view = store.view(tenant).pin();
      if (askedAtOnce) answersOf(view);
      held.push({ view, after: done, tenant });
    }
    const next = history[done];
    if (next !== undefined) store.apply(next);
  }
  return { store, held };
}

describe('a pinned view', () => {
  it('answers at any later time as the catalog did when it was pinned, whoever had asked what before', () => {
    const tenants = fc.constantFrom(...TENANTS);
    const pins = fc.array(fc.record({ after: fc.nat(8), tenant: tenants, askedAtOnce: fc.boolean() }), {
      minLength: 1,
    });
    const property = fc.property(historyArbitrary, pins, fc.boolean(), (history, wanted, replaced) => {
      const { store, held } = pinAlong(history, wanted);
      if (replaced) store.replaceAll([sampleTool({ name: 'other' })], { epoch: 'e2', revision: 1 });
      for (const { view, after, tenant } of held) {
        expect(answersOf(view)).toEqual(answersOf(storeOf(history.slice(0, after)).view(tenant)));
        expect(view.pin()).toBe(view);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('shares what it can: one object a revision, the lists of the catalog itself, and its position stays when bookmarks come', () => {
    const store = storeOf([change(1, [{ name: 'disk' }, { name: 'ssh', tenant: 'acme' }])]);
    const view = store.view('acme');
    const pin = view.pin();
    expect(view.pin()).toBe(pin);
    expect(pin.tools()).toBe(view.tools());
    store.apply({ revision: 2, at: '2026-01-01T00:00:00.000Z', changes: [] });
    expect([pin.revision, view.pin().revision]).toEqual([1, 2]);
    const [ssh] = pin.tools().filter((tool) => tool.name === 'ssh');
    store.apply(deletion(3, { name: 'ssh', tenant: 'acme' }));
    expect(pin.find('ssh')).toBe(ssh);
    expect(view.find('ssh')).toBeUndefined();
  });

  it('goes when nobody holds it, and so do the tools that only it had', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const store = storeOf([change(1, [{ name: 'disk' }, { name: 'ssh' }])]);
    const view = store.view('shared');
    const released = ((): readonly WeakRef<CatalogView | ToolState>[] => {
      const pin = view.pin();
      const old = pin.find('disk') as ToolState;
      store.apply(change(2, [{ name: 'disk', version: '2.0.0' }]));
      pin.find('disk');
      return [new WeakRef(pin), new WeakRef(old)];
    })();
    view.tools();
    view.pin();
    await new Promise(setImmediate);
    collect();
    expect(released.map((reference) => reference.deref())).toEqual([undefined, undefined]);
  });
});
