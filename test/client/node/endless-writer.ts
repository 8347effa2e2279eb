import { diskCopy } from '../../../src/client/node/disk-copy.js';
import { CatalogStore } from '../../../src/view/catalog-store.js';
import { sampleTool } from '../../view/sample-tools.js';

// Run as a process of its own by disk-copy.test.ts: writes copies without end, until it is killed.
const [file = ''] = process.argv.slice(2);
const store = new CatalogStore();
const tools = Array.from({ length: 3_000 }, (_, index) => sampleTool({ name: `tool-${index}` }));
store.replaceAll(tools, { epoch: 'e1', revision: 2 });
const view = store.view('acme');
const copy = {
  tenant: 'acme',
  position: view.position,
  contentHash: view.contentHash,
  confirmedAtMs: 0,
  tools: view.tools(),
};
process.stdout.write('writing\n');
for (;;) await diskCopy({ path: file }).save(copy);
