import type { Caller } from '../access/principal.js';
import { createTenant } from '../access/tenant-service.js';
import { recordingRefusals } from '../audit/refusal-log.js';
import { bulkUpdateTools } from './bulk-update-tools.js';
import type { CatalogCommands, ToolReference } from './catalog-commands.js';
import { chooseVersion } from './choose-version.js';
import { createTool } from './create-tool.js';
import { deleteTool, restoreTool } from './delete-tool.js';
import { importTools } from './import-tools.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { deprecateTool, disableTool, enableTool, setToolState } from './set-tool-state.js';
import { updateTool } from './update-tool.js';

/** Every door enters here: GraphQL, imports, the command line. */
export function createCatalogService(dependencies: CatalogServiceDependencies): CatalogCommands {
  const verb =
    <Command, Answer>(
      name: string,
      run: (dependencies: CatalogServiceDependencies, caller: Caller, command: Command) => Promise<Answer>,
    ) =>
    (caller: Caller, command: Command): Promise<Answer> =>
      recordingRefusals(dependencies.refusals, { caller, action: `${name}_refused`, ...toolOf(command) }, () =>
        run(dependencies, caller, command),
      );
  return {
    createTool: verb('createTool', createTool),
    updateTool: verb('updateTool', updateTool),
    rollbackTool: verb('rollbackTool', (given, caller, command) =>
      chooseVersion(given, caller, command, 'rollbackTool'),
    ),
    setLatestVersion: verb('setLatestVersion', (given, caller, command) =>
      chooseVersion(given, caller, command, 'setLatestVersion'),
    ),
    setToolState: verb('setToolState', setToolState),
    enableTool: verb('enableTool', enableTool),
    disableTool: verb('disableTool', disableTool),
    deprecateTool: verb('deprecateTool', deprecateTool),
    deleteTool: verb('deleteTool', deleteTool),
    restoreTool: verb('restoreTool', restoreTool),
    importTools: verb('importTools', importTools),
    bulkUpdateTools: verb('bulkUpdateTools', bulkUpdateTools),
    // The name in this command is a tenant's.
    createTenant: (caller, command) =>
      recordingRefusals(
        dependencies.refusals,
        { caller, action: 'createTenant_refused', toolName: null, platform: null, subject: command.name },
        () => createTenant(dependencies, caller, command),
      ),
  };
}

function toolOf(command: unknown): { toolName: string | null; platform: string | null } {
  const { name, platform, definition } = command as Partial<ToolReference> & { definition?: Partial<ToolReference> };
  return { toolName: name ?? definition?.name ?? null, platform: platform ?? definition?.platform ?? null };
}
