import { requireToolVerb } from '../access/authorization.js';
import { type Caller, SHARED_TENANT } from '../access/principal.js';
import type { Transaction } from '../database/database.js';
import { ConflictError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import type { ToolReference } from './catalog-commands.js';
import { locateTool, requireExpected } from './locate-tool.js';
import { numbered, withoutRevision } from './new-state.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { platformsOf } from './tool-store.js';
import { writeTransaction } from './write-transaction.js';

/** Hides a tool and all its versions; history stays. */
export async function deleteTool(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: ToolReference,
): Promise<ToolState> {
  const { principal } = caller;
  return writeTransaction(dependencies, { caller, verb: 'deleteTool', command }, async (tx, at) => {
    const { latest } = await locateTool(tx, principal, command);
    requireToolVerb(principal, 'delete', null);
    requireExpected(latest, command);
    await refuseWhileRequired(tx, latest);
    const hidden = { ...withoutRevision(latest), deletedAt: at, updatedAt: at, updatedBy: principal.name };
    return {
      changes: [
        {
          action: 'DELETED',
          before: latest,
          after: null,
          inserts: [],
          updates: [{ toolId: latest.toolId, version: null, deletedAt: at, updatedAt: at, updatedBy: principal.name }],
        },
      ],
      answer: (revision) => numbered(hidden, revision, latest),
    };
  });
}

/** Brings a deleted tool back, with all its versions. */
export async function restoreTool(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: ToolReference,
): Promise<ToolState> {
  const { principal } = caller;
  return writeTransaction(dependencies, { caller, verb: 'restoreTool', command }, async (tx, at) => {
    const { latest } = await locateTool(tx, principal, command, { deleted: true });
    requireToolVerb(principal, 'restore', null);
    requireExpected(latest, command);
    if (latest.deletedAt === null) return { changes: [], answer: () => latest };
    const after = { ...withoutRevision(latest), deletedAt: null, updatedAt: at, updatedBy: principal.name };
    return {
      changes: [
        {
          action: 'RESTORED',
          before: null,
          after,
          inserts: [],
          updates: [
            { toolId: latest.toolId, version: null, deletedAt: null, updatedAt: at, updatedBy: principal.name },
          ],
        },
      ],
      answer: (revision) => numbered(after, revision, latest),
    };
  });
}

/** A tool that another enabled tool cannot do without stays: whoever deletes it must decide about that one first. */
async function refuseWhileRequired(tx: Transaction, tool: ToolState): Promise<void> {
  // The shared tool of the same platform and name takes its place.
  if (tool.tenant !== SHARED_TENANT && (await platformsOf(tx, SHARED_TENANT, tool.name)).includes(tool.platform))
    return;
  const dependents = await tx.$queryRaw<{ name: string; platform: string }[]>`
    select t.tool_name as name, t.platform from tool_catalog.tools t
    where t.is_latest and t.enabled and t.deleted_at is null and t.tool_id <> ${tool.toolId}::uuid and exists (
      select 1 from jsonb_to_recordset(t.dependencies) as d(name text, type text, required boolean, platform text)
      where d.type = 'tool' and d.required and d.name = ${tool.name} and coalesce(d.platform, ${tool.platform}) = ${tool.platform})
      and (t.tenant = ${tool.tenant} or not exists (
        select 1 from tool_catalog.tools own where own.tenant = ${tool.tenant} and own.platform = t.platform
          and own.tool_name = t.tool_name and own.is_latest and own.deleted_at is null))
    order by 1, 2 limit 10`;
  if (dependents.length === 0) return;
  const who = dependents.map((dependent) => `'${dependent.name}' on ${dependent.platform}`).join(', ');
  throw new ConflictError(`'${tool.name}' is required by ${who}: disable or change what needs it first.`, {
    code: 'REQUIRED_BY_TOOLS',
    currentVersion: tool.version,
    currentRevision: tool.revision,
  });
}
