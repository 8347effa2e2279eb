import type { Principal } from '../access/principal.js';
import { SHARED_TENANT } from '../access/principal.js';
import type { Transaction } from '../database/database.js';
import { Prisma } from '../database/generated/prisma/client.js';
import { AmbiguousNameError, ConflictError, ForbiddenError, NotFoundError } from '../kernel/errors.js';
import { readVersions } from '../live/tool-state-reads.js';
import type { ToolState } from '../view/catalog-change.js';
import type { ToolReference } from './catalog-commands.js';
import { type LockedTool, lockTools, platformsOf, summarizeTools, type ToolSummary } from './tool-store.js';

/** A tool as it stands, locked until the transaction ends. */
export interface LocatedTool {
  readonly identity: LockedTool;
  readonly latest: ToolState;
  readonly summary: ToolSummary;
}

export interface LocateOptions {
  /** True to find deleted tools, too, and rather than others of that name. */
  readonly deleted?: boolean;
}

/**
 * Finds and locks the tool that a command names, in the principal's own tenant.
 * @throws NotFoundError, AmbiguousNameError, ForbiddenError (the tool is the shared catalog's).
 */
export async function locateTool(
  tx: Transaction,
  principal: Principal,
  reference: ToolReference,
  options: LocateOptions = {},
): Promise<LocatedTool> {
  const { name } = reference;
  const platform = reference.platform ?? (await onlyPlatform(tx, principal, name, options));
  const [identity] = await lockTools(tx, principal.tenant, [{ platform, name }]);
  if (!identity) throw await missing(tx, principal, { name, platform });
  const [summary] = await summarizeTools(tx, [identity.toolId]);
  const [stored] = await readVersions(tx, Prisma.sql`t.tool_id = ${identity.toolId}::uuid and t.is_latest`);
  if (!summary || !stored) throw new Error(`Tool ${identity.toolId} has an identity and no latest version.`);
  if (summary.deleted && !options.deleted) {
    throw new NotFoundError(`'${name}' on ${platform} was deleted. Bring it back with restoreTool.`);
  }
  return { identity, latest: stored.state, summary };
}

async function onlyPlatform(
  tx: Transaction,
  principal: Principal,
  name: string,
  options: LocateOptions,
): Promise<string> {
  const all = await platformsOf(tx, principal.tenant, name);
  const deleted = all.filter((tool) => tool.deleted);
  const present = all.filter((tool) => !tool.deleted);
  const wanted = options.deleted && deleted.length > 0 ? deleted : present;
  if (wanted.length > 1)
    throw new AmbiguousNameError(
      name,
      wanted.map((tool) => tool.platform),
    );
  const only = wanted[0] ?? deleted[0];
  if (!only) throw await missing(tx, principal, { name, platform: null });
  return only.platform;
}

async function missing(
  tx: Transaction,
  principal: Principal,
  tool: { name: string; platform: string | null },
): Promise<NotFoundError | ForbiddenError> {
  const where = tool.platform === null ? '' : ` on ${tool.platform}`;
  if (principal.tenant !== SHARED_TENANT) {
    const shared = await platformsOf(tx, SHARED_TENANT, tool.name);
    if (shared.some((entry) => !entry.deleted && (tool.platform === null || entry.platform === tool.platform))) {
      return new ForbiddenError(
        `'${tool.name}'${where} belongs to the shared catalog. Create a tool of that name and platform in '${principal.tenant}' to shadow it.`,
      );
    }
  }
  return new NotFoundError(`There is no tool '${tool.name}'${where} in '${principal.tenant}'.`);
}

/** @throws ConflictError when the tool is not as the command expects it. */
export function requireExpected(
  latest: ToolState,
  expected: {
    readonly expectedVersion?: string | null | undefined;
    readonly expectedRevision?: number | null | undefined;
  },
): void {
  const now = { currentVersion: latest.version, currentRevision: latest.revision };
  if (expected.expectedVersion != null && expected.expectedVersion !== latest.version) {
    throw new ConflictError(
      `'${latest.name}' is at version ${latest.version}, not ${expected.expectedVersion}: read it again and repeat the change on what is there now.`,
      now,
    );
  }
  if (expected.expectedRevision != null && expected.expectedRevision !== latest.revision) {
    throw new ConflictError(
      `'${latest.name}' has changed since revision ${expected.expectedRevision} (now ${latest.revision}): read it again and repeat the change on what is there now.`,
      now,
    );
  }
}
