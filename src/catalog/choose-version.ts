import { requireToolVerb } from '../access/authorization.js';
import type { Caller } from '../access/principal.js';
import { Prisma } from '../database/generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../kernel/errors.js';
import type { UnnumberedState } from '../live/revision-store.js';
import { readVersions } from '../live/tool-state-reads.js';
import type { ToolState } from '../view/catalog-change.js';
import type { ChooseVersion } from './catalog-commands.js';
import { locateTool, requireExpected } from './locate-tool.js';
import { numbered, withoutRevision } from './new-state.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { writeTransaction } from './write-transaction.js';

/** Makes another stored version the latest: an earlier one (ROLLED_BACK) or any one (UPDATED). */
export async function chooseVersion(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: ChooseVersion,
  verb: 'rollbackTool' | 'setLatestVersion',
): Promise<ToolState> {
  const { principal } = caller;
  return writeTransaction(dependencies, { caller, verb, command }, async (tx, at) => {
    const { latest, versions } = await locateTool(tx, principal, command);
    requireToolVerb(principal, verb === 'rollbackTool' ? 'roll back' : 'choose the latest version of', null);
    requireExpected(latest, command);
    if (command.toVersion === latest.version) return { changes: [], answer: () => latest };
    if (!versions.includes(command.toVersion)) {
      throw new NotFoundError(
        `'${latest.name}' has no version ${command.toVersion}. It has ${versions.slice(-10).join(', ')}.`,
      );
    }
    if (verb === 'rollbackTool' && versions.indexOf(command.toVersion) > versions.indexOf(latest.version)) {
      throw new ConflictError(
        `Version ${command.toVersion} was stored after ${latest.version}: publish it with setLatestVersion.`,
        { code: 'NOT_EARLIER', currentVersion: latest.version, currentRevision: latest.revision },
      );
    }
    const [stored] = await readVersions(
      tx,
      Prisma.sql`t.tool_id = ${latest.toolId}::uuid and t.version = ${command.toVersion}`,
    );
    if (!stored) throw new Error(`Version ${command.toVersion} of ${latest.toolId} vanished under its lock.`);
    const after: UnnumberedState = {
      ...withoutRevision(stored.state),
      isLatest: true,
      status: latest.status,
      enabled: latest.enabled,
      owner: latest.owner,
      updatedAt: at,
      updatedBy: principal.name,
    };
    return {
      changes: [
        {
          action: verb === 'rollbackTool' ? 'ROLLED_BACK' : 'UPDATED',
          before: latest,
          after,
          inserts: [],
          updates: [
            { toolId: latest.toolId, version: latest.version, isLatest: false },
            {
              toolId: latest.toolId,
              version: after.version,
              isLatest: true,
              status: after.status,
              enabled: after.enabled,
              owner: after.owner,
              updatedAt: at,
              updatedBy: principal.name,
            },
          ],
        },
      ],
      answer: (revision) => numbered(after, revision, latest),
    };
  });
}
