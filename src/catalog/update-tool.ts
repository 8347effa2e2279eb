import { requireToolVerb } from '../access/authorization.js';
import type { Caller } from '../access/principal.js';
import { applyPatch } from '../definition/apply-patch.js';
import { contentHash } from '../definition/content-hash.js';
import type { ToolPatchInput } from '../definition/definition-input.js';
import { LIMITS } from '../definition/limits.js';
import { nextVersion } from '../definition/next-version.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import { isVersion } from '../definition/tool-schema.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import { ConflictError, ValidationError } from '../kernel/errors.js';
import type { UnnumberedState } from '../live/revision-store.js';
import type { ToolState } from '../view/catalog-change.js';
import type { UpdateTool } from './catalog-commands.js';
import { requireValid } from './check-content.js';
import { locateTool, requireExpected } from './locate-tool.js';
import { nextState, numbered, withoutRevision } from './new-state.js';
import type { PlannedChange } from './planned-change.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { writeTransaction } from './write-transaction.js';

export async function updateTool(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: UpdateTool,
): Promise<ToolState> {
  const { principal } = caller;
  return writeTransaction(dependencies, { caller, verb: 'updateTool', command }, async (tx, at) => {
    const { latest, versions } = await locateTool(tx, principal, command);
    requireToolVerb(principal, 'update', latest.owner);
    requireExpected(latest, command);
    const content = patchedContent(latest, command.patch, dependencies.expressions);
    const hash = contentHash(content);
    if (hash === latest.contentHash) return { changes: [], answer: () => latest };
    const version = chooseVersion(command.newVersion ?? null, latest, versions);
    const publish = command.publish ?? true;
    const next = nextState(latest, { version, content, hash, publish }, { actor: principal.name, at });
    return {
      changes: [publish ? publishChange(latest, next) : storeChange(latest, next)],
      answer: (revision) => numbered(next, revision, latest),
    };
  });
}

/** @throws ValidationError with every issue. */
export function patchedContent(latest: ToolState, patch: ToolPatchInput, expressions: ExpressionCache): ToolDefinition {
  const { content, issues } = applyPatch(latest, patch);
  const definition = content && { ...content, name: latest.name, version: latest.version, platform: latest.platform };
  return requireValid({ definition, issues }, expressions);
}

function chooseVersion(wanted: string | null, latest: ToolState, versions: readonly string[]): string {
  const newest = versions.at(-1) ?? latest.version;
  if (wanted === null) return nextVersion(newest, (version) => versions.includes(version));
  if (!isVersion(wanted)) {
    throw new ValidationError(
      `A version has 1 to ${LIMITS.versionLength} letters, digits and . _ - + ~, and begins with a letter or digit.`,
      [{ severity: 'ERROR', code: 'VERSION_INVALID', path: '/version', message: `'${wanted}' is not a version.` }],
    );
  }
  if (versions.includes(wanted)) {
    throw new ConflictError(
      `'${latest.name}' has a version ${wanted} already. Leave newVersion out to get the next one.`,
      {
        code: 'VERSION_TAKEN',
        currentVersion: latest.version,
        currentRevision: latest.revision,
      },
    );
  }
  return wanted;
}

/** A new version becomes the latest. */
export function publishChange(latest: ToolState, next: UnnumberedState): PlannedChange {
  return {
    action: 'UPDATED',
    before: latest,
    after: next,
    inserts: [next],
    updates: [{ toolId: latest.toolId, version: latest.version, isLatest: false }],
  };
}

/** A version is stored beside the latest one, which itself stays as it is but for its revision. */
function storeChange(latest: ToolState, next: UnnumberedState): PlannedChange {
  return {
    action: 'UPDATED',
    before: latest,
    after: withoutRevision(latest),
    inserts: [next],
    updates: [{ toolId: latest.toolId, version: latest.version }],
  };
}
