import { performance } from 'node:perf_hooks';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { definedTool } from '../../src/client/defined-tool.js';
import { CatalogStore } from '../../src/view/catalog-store.js';

/** Prints what pinning a catalog costs, a change after it, and the first lookups in what was pinned. In ms; nothing is asserted. */
for (const toolCount of [10_000, 100_000]) {
  const store = new CatalogStore();
  const tools = [...generateCatalog({ toolCount, seed: 1 })].map((definition) => definedTool(definition));
  store.replaceAll(tools, { epoch: 'bench', revision: 1 });
  const view = store.view('shared');
  const [some] = tools;
  if (some === undefined) throw new Error('The catalog is empty.');
  const capability = some.capabilities[0]?.name ?? '';
  let revision = 1;
  const change = () => {
    revision += 1;
    const { toolId, tenant, platform, name: toolName } = some;
    const after = { ...some, revision, description: `Changed at ${revision}.` };
    const what = { toolId, tenant, platform, toolName, action: 'UPDATED', before: null, after } as const;
    store.apply({ revision, at: '', changes: [{ ...what, changedFields: [], actor: 'bench', reason: null }] });
  };
  const rows: [string, number[]][] = [];
  const time = (work: string, run: () => void) => {
    const begun = performance.now();
    run();
    const took = performance.now() - begun;
    const row = rows.find(([name]) => name === work);
    if (row === undefined) rows.push([work, [took]]);
    else row[1].push(took);
  };
  time('first pin, which sorts the catalog', () => view.pin());
  for (let round = 0; round < 9; round += 1) {
    change();
    time('change, nothing pinned', change);
    time('pin after a change', () => view.pin());
    const pin = view.pin();
    time('change, pinned', change);
    time('first lookup in a pin after a change', () => pin.byCapability(capability));
    time('second lookup', () => pin.byCapability(capability));
  }
  for (const [work, times] of rows) {
    const sorted = times.sort((left, right) => left - right);
    const [median = 0, most = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    console.log(`${toolCount} tools  ${work.padEnd(40)} median ${median.toFixed(3)} ms  most ${most.toFixed(3)} ms`);
  }
}
