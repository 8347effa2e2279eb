import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { type CatalogView, SHARED_TENANT } from '../../src/view/catalog-view.js';

const AT = '2026-01-01T00:00:00.000Z';

/** A definition as a tool of the shared catalog. */
export function stateOf(definition: ToolDefinition): ToolState {
  const id = `${definition.platform}/${definition.name}`;
  return {
    ...definition,
    toolId: id,
    tenant: SHARED_TENANT,
    status: definition.status ?? 'ACTIVE',
    enabled: definition.enabled ?? true,
    isLatest: true,
    owner: definition.owner ?? null,
    deletedAt: null,
    contentHash: id,
    parentVersion: null,
    revision: 1,
    createdAt: AT,
    updatedAt: AT,
    createdBy: null,
    updatedBy: null,
  };
}

/** These definitions as a catalog of one revision, without a database. */
export function catalogInMemory(definitions: Iterable<ToolDefinition>): CatalogView {
  const store = new CatalogStore();
  store.replaceAll(Array.from(definitions, stateOf), { epoch: 'bench', revision: 1 });
  return store.view(SHARED_TENANT);
}
