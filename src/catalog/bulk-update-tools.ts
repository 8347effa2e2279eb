import { setImmediate as pause } from 'node:timers/promises';
import { requireAdmin } from '../access/authorization.js';
import type { Caller } from '../access/principal.js';
import { contentHash } from '../definition/content-hash.js';
import { nextVersion } from '../definition/next-version.js';
import { ValidationError } from '../kernel/errors.js';
import type { Issue } from '../kernel/issue.js';
import { readLatest } from '../live/tool-state-reads.js';
import type { ToolState } from '../view/catalog-change.js';
import { isEmptyFilter, matchesFilter } from '../view/tool-filter.js';
import type { BulkUpdateReport, BulkUpdateToolResult, BulkUpdateTools } from './catalog-commands.js';
import { withEffect } from './idempotency.js';
import { type Making, nextState } from './new-state.js';
import { describeChange, type PlannedChange } from './planned-change.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { type InPlaceState, planInPlace, wantedState } from './set-tool-state.js';
import { lockTools } from './tool-store.js';
import { patchedContent, publishChange } from './update-tool.js';
import { writeTransaction } from './write-transaction.js';

const BULK_TIMEOUT_MS = 300_000;
const OWN_COPY_MS = 5_000;
/** Tools that are checked and hashed before other requests get their turn: some milliseconds. */
const TOOLS_A_TURN = 50;

interface Outcome {
  readonly change: PlannedChange | undefined;
  readonly result: BulkUpdateToolResult;
}

/** One change for many tools of the caller's tenant: one transaction, one revision. A tool that cannot take it fails alone. */
export async function bulkUpdateTools(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: BulkUpdateTools,
): Promise<BulkUpdateReport> {
  const { principal } = caller;
  requireAdmin(principal, 'update tools in bulk');
  const wanted = requireSomething(command);
  const request = { caller, verb: 'bulkUpdateTools', command: withEffect(command), timeoutMs: BULK_TIMEOUT_MS };
  await catchUp(dependencies);
  return writeTransaction(dependencies, request, async (tx, at) => {
    const candidates = dependencies.source
      .viewFor(principal.tenant)
      .tools({ includeShadowed: true })
      .filter((tool) => tool.tenant === principal.tenant && matchesFilter(tool, command.filter));
    const identities = await lockTools(tx, principal.tenant, candidates);
    // The filter was asked of this instance's copy: ask it again of what the lock now holds still.
    const tools = (
      await readLatest(
        tx,
        identities.map((identity) => identity.toolId),
      )
    ).filter(({ latest }) => latest.deletedAt === null && matchesFilter(latest, command.filter));
    const making = { actor: principal.name, at };
    const outcomes: Outcome[] = [];
    for (const [index, { latest, versions }] of tools.entries()) {
      if (index % TOOLS_A_TURN === TOOLS_A_TURN - 1) await pause();
      outcomes.push(updateOne(dependencies, { tool: latest, command, wanted, versions, making }));
    }
    const dryRun = command.dryRun ?? false;
    const report = reportOf(
      outcomes.map((outcome) => outcome.result),
      dryRun,
    );
    const changes = dryRun ? [] : outcomes.flatMap((outcome) => outcome.change ?? []);
    return { changes, answer: () => report };
  });
}

/** The candidates come from this instance's copy: it must not lag behind what was committed before this request came. */
async function catchUp({ database, source }: CatalogServiceDependencies): Promise<void> {
  const head = await database.guard(() => database.system.catalogHead.findUniqueOrThrow({ where: { id: 1 } }));
  await source.waitFor({ epoch: head.epoch, revision: Number(head.revision) }, OWN_COPY_MS);
}

function requireSomething(command: BulkUpdateTools): Partial<InPlaceState> {
  const refuse = (message: string, path: string) => {
    throw new ValidationError(message, [{ severity: 'ERROR', code: 'REQUIRED', path, message }]);
  };
  if (isEmptyFilter(command.filter)) refuse('An empty filter would change every tool: say which ones.', '/filter');
  if (command.filter.deleted)
    refuse('Deleted tools cannot be updated: leave `deleted` out of the filter.', '/filter/deleted');
  const wanted = wantedState(command);
  if (Object.keys(wanted).length === 0 && !command.patch) refuse('Give a patch, a status, enabled or an owner.', '');
  return wanted;
}

interface UpdateOne {
  readonly tool: ToolState;
  readonly command: BulkUpdateTools;
  readonly wanted: Partial<InPlaceState>;
  readonly versions: readonly string[];
  readonly making: Making;
}

function updateOne(dependencies: CatalogServiceDependencies, input: UpdateOne): Outcome {
  const { tool, command, wanted, making } = input;
  try {
    const inPlace = planInPlace(tool, wanted, making);
    const change = command.patch ? (withPatch(dependencies, input, inPlace) ?? inPlace) : inPlace;
    const fields = change ? describeChange(change) : [];
    const outcome = change ? 'UPDATED' : 'UNCHANGED';
    return { change, result: { ...naming(tool, change), outcome, changes: fields, issues: [] } };
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const issues: readonly Issue[] = error.issues;
    return { change: undefined, result: { ...naming(tool, undefined), outcome: 'FAILED', changes: [], issues } };
  }
}

/** A new version with the patched content, which takes the in-place changes with it. */
function withPatch(
  dependencies: CatalogServiceDependencies,
  { tool, command, wanted, versions, making }: UpdateOne,
  inPlace: PlannedChange | undefined,
): PlannedChange | undefined {
  const content = patchedContent(tool, command.patch ?? {}, dependencies.expressions);
  const hash = contentHash(content);
  if (hash === tool.contentHash) return undefined;
  const version = nextVersion(versions.at(-1) ?? tool.version, (candidate) => versions.includes(candidate));
  const next = { ...nextState(tool, { version, content, hash, publish: true }, making), ...wanted };
  const change = publishChange(tool, next);
  return inPlace ? { ...change, action: inPlace.action } : change;
}

function naming(tool: ToolState, change: PlannedChange | undefined) {
  return { name: tool.name, platform: tool.platform, version: change?.after?.version ?? tool.version };
}

function reportOf(results: readonly BulkUpdateToolResult[], dryRun: boolean): BulkUpdateReport {
  const count = (outcome: BulkUpdateToolResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    matched: results.length,
    updated: count('UPDATED'),
    unchanged: count('UNCHANGED'),
    failed: count('FAILED'),
    dryRun,
    results,
  };
}
