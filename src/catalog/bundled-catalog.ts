import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Caller } from '../access/principal.js';
import { SHARED_TENANT } from '../access/principal.js';
import type { CatalogCommands, ImportReport } from './catalog-commands.js';

const CALLER: Caller = {
  principal: { name: 'system:bundled-catalog', role: 'ADMIN', tenant: SHARED_TENANT, tokenId: null },
  ipAddress: null,
};

/** Imports every definition of a folder, and of the folders in it, as one revision. Importing it again changes nothing. */
export async function importBundledCatalog(commands: CatalogCommands, folder: string): Promise<ImportReport> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const documents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return commands.importTools(CALLER, {
    yaml: documents.map((text) => (text.startsWith('---') ? text : `---\n${text}`)).join('\n'),
    reason: 'The definitions that come with the catalog.',
  });
}
