import { requireAdmin } from '../access/authorization.js';
import type { Caller } from '../access/principal.js';
import type { Transaction } from '../database/database.js';
import { readDefinitionInput } from '../definition/definition-input.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import { ConflictError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import type { CreateTool } from './catalog-commands.js';
import { requireValid } from './check-content.js';
import { firstVersion } from './new-state.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { claimTools, type LockedTool, lockTools, summarizeTools } from './tool-store.js';
import { writeTransaction } from './write-transaction.js';

export async function createTool(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: CreateTool,
): Promise<ToolState> {
  const { principal } = caller;
  requireAdmin(principal, 'create tools');
  const definition = requireValid(readDefinitionInput(command.definition), dependencies.expressions);
  return writeTransaction(dependencies, { caller, verb: 'createTool', command }, async (tx, at) => {
    const { toolId } = await claimName(tx, principal.tenant, definition);
    const after = firstVersion({ toolId, tenant: principal.tenant, definition }, { actor: principal.name, at });
    return {
      changes: [{ action: 'CREATED', before: null, after, inserts: [after], updates: [] }],
      answer: (revision) => ({ ...after, revision: revision ?? 0 }),
    };
  });
}

async function claimName(tx: Transaction, tenant: string, definition: ToolDefinition): Promise<LockedTool> {
  const key = { platform: definition.platform, name: definition.name };
  const [claimed] = await claimTools(tx, tenant, [key]);
  if (claimed) return claimed;
  const [existing] = await lockTools(tx, tenant, [key]);
  const [summary] = existing ? await summarizeTools(tx, [existing.toolId]) : [];
  if (!summary) throw new Error(`'${key.name}' on ${key.platform} is claimed by no tool.`);
  throw summary.deleted
    ? new ConflictError(`'${key.name}' on ${key.platform} was deleted. Bring it back with restoreTool and update it.`, {
        code: 'DELETED',
        currentVersion: summary.latestVersion,
      })
    : new ConflictError(`'${key.name}' exists on ${key.platform} already. Change it with updateTool.`, {
        code: 'NAME_TAKEN',
        currentVersion: summary.latestVersion,
      });
}
