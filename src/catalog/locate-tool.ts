import type { Principal } from '../access/principal.js';
import { SHARED_TENANT } from '../access/principal.js';
import type { Transaction } from '../database/database.js';
import { AmbiguousNameError, ConflictError, ForbiddenError, NotFoundError } from '../kernel/errors.js';
import { readLatest } from '../live/tool-state-reads.js';
import type { ToolState } from '../view/catalog-change.js';
import type { ToolReference } from './catalog-commands.js';
import { lockNamed, platformsOf } from './tool-store.js';

/** A tool as it stands, locked until the transaction ends. */
export interface LocatedTool {
  readonly latest: ToolState;
  /** All version numbers, in the order in which they were stored. */
  readonly versions: readonly string[];
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
  const locked = await lockNamed(tx, principal.tenant, reference);
  // Read after the lock, in a statement of its own: what another writer committed meanwhile must be seen.
  const tools =
    locked.length === 0
      ? []
      : await readLatest(
          tx,
          locked.map((tool) => tool.toolId),
        );
  const deleted = tools.filter((tool) => tool.latest.deletedAt !== null);
  const present = tools.filter((tool) => tool.latest.deletedAt === null);
  const wanted = options.deleted && deleted.length > 0 ? deleted : present;
  const [only] = wanted;
  if (only) {
    const platforms = new Set(wanted.map((tool) => tool.latest.platform));
    if (wanted === present)
      for (const platform of await sharedPlatforms(tx, principal, reference)) platforms.add(platform);
    if (platforms.size > 1) throw new AmbiguousNameError(reference.name, [...platforms].sort());
    return only;
  }
  const [hidden] = deleted;
  if (hidden) {
    throw new NotFoundError(
      `'${reference.name}' on ${hidden.latest.platform} was deleted. Bring it back with restoreTool.`,
    );
  }
  throw await missing(tx, principal, reference);
}

/** Where a bare name stands in the shared catalog, too: a tenant sees both, and must say which one it means. */
async function sharedPlatforms(
  tx: Transaction,
  principal: Principal,
  { name, platform }: ToolReference,
): Promise<string[]> {
  return platform == null && principal.tenant !== SHARED_TENANT ? platformsOf(tx, SHARED_TENANT, name) : [];
}

async function missing(
  tx: Transaction,
  principal: Principal,
  { name, platform }: ToolReference,
): Promise<NotFoundError | ForbiddenError> {
  const where = platform == null ? '' : ` on ${platform}`;
  if (principal.tenant !== SHARED_TENANT) {
    const shared = await platformsOf(tx, SHARED_TENANT, name);
    if (platform == null ? shared.length > 0 : shared.includes(platform)) {
      return new ForbiddenError(
        `'${name}'${where} belongs to the shared catalog. Create a tool of that name and platform in '${principal.tenant}' to shadow it.`,
      );
    }
  }
  return new NotFoundError(`There is no tool '${name}'${where} in '${principal.tenant}'.`);
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
