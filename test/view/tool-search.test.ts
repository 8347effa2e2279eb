import { describe, expect, it } from 'vitest';
import type { CapabilityDefinition } from '../../src/definition/tool-definition.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { sampleCapability, sampleTool } from './sample-tools.js';

type Given = Partial<ToolState> & Pick<ToolState, 'name'>;

function offering(name: string, useCases: readonly string[]): CapabilityDefinition {
  const capability = sampleCapability(name);
  return {
    ...capability,
    patterns: capability.patterns.map((pattern) => ({ ...pattern, typicalUseCases: useCases })),
  };
}

const DISK: Given = {
  name: 'disk-usage',
  description: 'Shows how full the file systems are.',
  capabilities: [offering('disk_usage', ['how much space is left'])],
};
const SERVICE: Given = {
  name: 'Restart-Service',
  platform: 'windows',
  description: 'Restarts services of Windows.',
  capabilities: [offering('service_control', ['restart the print spooler after a gridlock'])],
};
const PODS: Given = {
  name: 'kubectl-get',
  platform: 'custom',
  description: 'Lists resources of a Kubernetes cluster.',
  capabilities: [offering('kubernetes_resources', ['which pods are pending'])],
  metadata: { tags: ['k8s'] },
};

function storeOf(...tools: readonly Given[]): CatalogStore {
  const store = new CatalogStore();
  store.replaceAll(tools.map(sampleTool), { epoch: 'e', revision: 1 });
  return store;
}

const names = (store: CatalogStore, query: string, tenant = 'shared') =>
  store
    .view(tenant)
    .search(query)
    .map(({ tool }) => tool.name);

describe('search', () => {
  it('finds by name, capability, use case, description and tag, and says where', () => {
    const view = storeOf(DISK, SERVICE, PODS).view('shared');
    expect(view.search('kubectl-get')[0]?.matchedOn[0]).toBe('name');
    expect(view.search('gridlock')[0]).toMatchObject({
      tool: { name: 'Restart-Service' },
      matchedOn: ['useCase'],
    });
    expect(view.search('k8s')[0]?.matchedOn).toContain('tag');
  });

  it.each([
    ['restart service', 'Restart-Service'],
    ['restarting the services', 'Restart-Service'],
    ['RestartService', 'Restart-Service'],
    ['reboot a service', 'Restart-Service'],
    ['kuberentes pods', 'kubectl-get'],
    ['kubernetis pods', 'kubectl-get'],
    ['kuber pods', 'kubectl-get'],
    ['filesystem space', 'disk-usage'],
    ['diskspace', 'disk-usage'],
    ['DÍSK üsage', 'disk-usage'],
  ])('%s -> %s', (query, expected) => {
    expect(names(storeOf(DISK, SERVICE, PODS), query)[0]).toBe(expected);
  });

  it('answers the same words again from memory, but not for another filter, limit or catalog', () => {
    const store = storeOf(DISK, SERVICE);
    const view = store.view('shared');
    const found = view.search('restart service');
    expect(view.search('restart service')).toBe(found);
    expect(view.search('restart service', { limit: 0 })).toEqual([]);
    expect(view.search('restart service', { filter: { platforms: ['linux'] } })).toEqual([]);
    expect(view.search('restart service')).toEqual(found);
    const states = [DISK, { ...SERVICE, enabled: false }].map(sampleTool);
    store.replaceAll(states, { epoch: 'e', revision: 2 });
    expect(view.search('restart service')).toEqual([]);
  });

  it('answers nothing where nothing fits', () => {
    const store = storeOf(DISK, SERVICE, PODS);
    expect(names(store, 'order a pizza')).toEqual([]);
    expect(names(store, '')).toEqual([]);
    expect(names(store, 'what is the')).toEqual([]);
  });
});
