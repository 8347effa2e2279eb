import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmbiguousNameError } from '../../src/kernel/errors.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import type { CatalogView } from '../../src/view/catalog-view.js';
import { compareTools } from '../../src/view/tool-order.js';
import { historyArbitrary, TENANTS, toolsAfter } from './catalog-history.js';
import { change, deletion } from './sample-tools.js';

/** What a tenant sees, worked out the simple way. */
function seenBy(tenant: string, tools: readonly ToolState[]): readonly ToolState[] {
  const own = tools.filter((tool) => tool.tenant === tenant);
  const hidden = (tool: ToolState) => own.some((other) => other.name === tool.name && other.platform === tool.platform);
  const shared = tools.filter((tool) => tool.tenant === 'shared' && tenant !== 'shared' && !hidden(tool));
  return [...own, ...shared];
}

function keyed(tools: readonly ToolState[]): readonly string[] {
  return tools.map((tool) => `${tool.name} ${tool.platform} ${tool.tenant}`).sort();
}

function expectFound(view: CatalogView, tool: ToolState, seen: readonly ToolState[]): void {
  expect(view.find(tool.name, tool.platform)).toBe(view.byId(tool.toolId));
  if (seen.some((other) => other.name === tool.name && other !== tool)) {
    expect(() => view.find(tool.name)).toThrow(AmbiguousNameError);
  } else {
    expect(view.find(tool.name)?.toolId).toBe(tool.toolId);
  }
}

function expectOffered(view: CatalogView, name: string, seen: readonly ToolState[]): void {
  const capabilities = (tool: ToolState) => tool.capabilities;
  const named = seen.filter((tool) => capabilities(tool).some((one) => one.name === name));
  const offering = seen.filter((tool) =>
    capabilities(tool).some((one) => one.name === name || one.aliases.includes(name)),
  );
  expect(keyed(view.byCapability(name))).toEqual(keyed(offering));
  const entry = view.capabilities().find((one) => one.name === name);
  expect(entry?.tools.length).toEqual(named.length === 0 ? undefined : offering.length);
}

describe('a tenant over the shared layer', () => {
  it('shadows exactly the shared tool of the same platform and name', () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        const store = new CatalogStore();
        for (const revision of history) {
          store.apply(revision);
          // Asked for in between so that every cached list has to be brought up to date, not just built.
          for (const tenant of TENANTS) store.view(tenant).tools();
        }
        for (const tenant of TENANTS) {
          const seen = seenBy(tenant, toolsAfter(history));
          const view = store.view(tenant);
          expect(keyed(view.tools())).toEqual(keyed(seen));
          expect([...view.tools()].sort(compareTools)).toEqual(view.tools());
          expect(view.toolCount).toBe(seen.length);
          for (const tool of seen) expectFound(view, tool, seen);
          for (const name of ['service_control', 'file_search', 'find_files']) expectOffered(view, name, seen);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('brings the shared tool back when the own one is deleted', () => {
    const store = new CatalogStore();
    store.apply(change(1, [{ name: 'disk' }]));
    store.apply(change(2, [{ name: 'disk', tenant: 'acme', version: '2.0.0' }]));
    const view = store.view('acme');
    expect(view.find('disk')?.tenant).toBe('acme');
    expect(view.toolCount).toBe(1);
    expect(view.tools({ includeShadowed: true }).map((tool) => tool.tenant)).toEqual(['acme', 'shared']);
    expect(store.view('globex').find('disk')?.tenant).toBe('shared');
    expect(view.byId('shared/linux/disk')?.tenant).toBe('shared');
    expect(store.view('globex').byId('acme/linux/disk')).toBeUndefined();
    store.apply(deletion(3, { name: 'disk', tenant: 'acme' }));
    expect(view.find('disk')?.tenant).toBe('shared');
    expect(view.tools({ includeShadowed: true })).toHaveLength(1);
  });

  it('names the platforms when a bare name fits several', () => {
    const store = new CatalogStore();
    store.apply(
      change(1, [
        { name: 'disk', platform: 'windows' },
        { name: 'disk', platform: 'linux', tenant: 'acme' },
      ]),
    );
    expect(() => store.view('acme').find('disk')).toThrow("'disk' exists on linux and windows: name the platform.");
    expect(store.view('acme').find('disk', 'windows')?.tenant).toBe('shared');
    expect(store.view('shared').find('disk')?.platform).toBe('windows');
    expect(store.view('shared').find('disk', 'linux')).toBeUndefined();
  });
});
