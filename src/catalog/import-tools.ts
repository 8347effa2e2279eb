import { setImmediate as pause } from 'node:timers/promises';
import { requireAdmin } from '../access/authorization.js';
import type { Caller } from '../access/principal.js';
import type { Transaction } from '../database/database.js';
import { Prisma } from '../database/generated/prisma/client.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import type { Issue } from '../kernel/issue.js';
import { sha256Hex } from '../kernel/sha256.js';
import { readVersions } from '../live/tool-state-reads.js';
import type { ImportReport, ImportResult, ImportTools } from './catalog-commands.js';
import { withEffect } from './idempotency.js';
import { decideImport, type ImportDecision, keptState } from './import-decision.js';
import { type ImportDocument, keyOf, readImport, resultOf } from './import-documents.js';
import { firstVersion, type Making, nextState } from './new-state.js';
import type { PlannedChange } from './planned-change.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import {
  claimTools,
  type LockedTool,
  lockTools,
  recordImportedHashes,
  summarizeTools,
  type ToolKey,
  type ToolSummary,
} from './tool-store.js';
import { publishChange } from './update-tool.js';
import { writeTransaction } from './write-transaction.js';

/** An import of the largest stream, with all its rows, must fit. */
const IMPORT_TIMEOUT_MS = 300_000;

/** A document that can be stored, so far as its own content goes. */
type ValidDocument = ImportDocument & { readonly definition: ToolDefinition };

interface Decided {
  readonly document: ValidDocument;
  readonly decision: ImportDecision;
  readonly tool: LockedTool | undefined;
  /** What the document states of the tool's state, and is not done. */
  readonly kept: readonly Issue[];
}

interface Existing {
  readonly identity: LockedTool;
  readonly summary: ToolSummary;
}

export async function importTools(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: ImportTools,
): Promise<ImportReport> {
  const { principal } = caller;
  requireAdmin(principal, 'import tools');
  const documents = await readImport(command.yaml, dependencies.expressions);
  const valid = documents.filter((document): document is ValidDocument => document.definition !== null);
  const bad = documents
    .filter((document) => document.definition === null)
    .map((document) => resultOf(document, 'FAILED'));
  const request = { caller, verb: 'importTools', command: withEffect(command), timeoutMs: IMPORT_TIMEOUT_MS };
  const writing = writeTransaction(dependencies, request, async (tx, at) => {
    const dryRun = command.dryRun ?? false;
    const decided = await decide(tx, { tenant: principal.tenant, valid, command, claim: !dryRun });
    const platforms = platformsByName([
      ...dependencies.source.viewFor(principal.tenant).tools(),
      ...valid.map(({ definition }) => definition),
    ]);
    const results = decided.map((entry) => describe(entry, platforms));
    const failed = bad.length > 0 || results.some((result) => result.outcome === 'FAILED');
    if ((command.atomic ?? false) && failed) {
      throw new AtomicImportAborted(reportOf([...bad, ...results.map(aborted)], dryRun));
    }
    const answer = reportOf([...bad, ...results], dryRun);
    if (dryRun) return none(answer);
    const changes = await planChanges(tx, decided, { actor: principal.name, at, tenant: principal.tenant });
    await recordImportedHashes(tx, decided.flatMap(importedHash));
    return { changes, answer: () => answer };
  });
  const report = await writing.catch((error: unknown) => {
    if (error instanceof AtomicImportAborted) return error.report;
    throw error;
  });
  if (report.failed > 0 && report.created + report.updated === 0 && !report.dryRun) {
    await dependencies.refusals.record(caller, {
      action: 'import_refused',
      toolName: null,
      platform: null,
      reason: `${report.failed} of ${report.results.length} documents cannot be imported; nothing was stored.`,
      subject: sha256Hex(command.yaml),
    });
  }
  return report;
}

/** Rolls everything back, the names that were claimed for new tools too, and carries what there is to say about it. */
class AtomicImportAborted extends Error {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    super('Another document of this atomic import failed.');
    this.report = report;
  }
}

const none = (answer: ImportReport) => ({ changes: [], answer: () => answer });

async function decide(
  tx: Transaction,
  input: { tenant: string; valid: readonly ValidDocument[]; command: ImportTools; claim: boolean },
): Promise<Decided[]> {
  const { tenant, valid, command } = input;
  const existing = await readExisting(tx, tenant, valid);
  const decided = valid.map((document): Decided => {
    const found = existing.get(keyOf(document.definition));
    const decision = decideImport({
      document: { version: document.statedVersion, hash: document.hash },
      existing: found,
      onConflict: command.onConflict ?? 'NEW_VERSION',
    });
    const kept = found ? keptState(document.definition, found.summary) : [];
    return { document, decision, tool: found?.identity, kept };
  });
  if (!input.claim) return decided;
  const created = decided.filter((entry) => entry.decision.kind === 'create');
  if (created.length === 0) return decided;
  const claimed = await claimTools(
    tx,
    tenant,
    created.map((entry) => entry.document.definition),
  );
  // Another transaction created one of them between the two statements: decide again, now that it has ended.
  if (claimed.length < created.length) return decideAfterRace(tx, input, claimed);
  const byKey = new Map(claimed.map((tool) => [keyOf(tool), tool]));
  return decided.map((entry) => ({ ...entry, tool: entry.tool ?? byKey.get(keyOf(entry.document.definition)) }));
}

async function decideAfterRace(
  tx: Transaction,
  input: { tenant: string; valid: readonly ValidDocument[]; command: ImportTools },
  claimed: readonly LockedTool[],
): Promise<Decided[]> {
  const mine = new Map(claimed.map((tool) => [keyOf(tool), tool]));
  const again = await decide(tx, {
    ...input,
    claim: true,
    valid: input.valid.filter((document) => !mine.has(keyOf(document.definition))),
  });
  const others = new Map(again.map((entry) => [entry.document.index, entry]));
  return input.valid.map(
    (document) =>
      others.get(document.index) ?? {
        document,
        decision: { kind: 'create' },
        tool: mine.get(keyOf(document.definition)),
        kept: [],
      },
  );
}

async function readExisting(
  tx: Transaction,
  tenant: string,
  valid: readonly ValidDocument[],
): Promise<Map<string, Existing>> {
  const identities = await lockTools(
    tx,
    tenant,
    valid.map(({ definition }) => ({ platform: definition.platform, name: definition.name })),
  );
  const summaries = await summarizeTools(
    tx,
    identities.map((identity) => identity.toolId),
  );
  const byId = new Map(summaries.map((summary) => [summary.toolId, summary]));
  return new Map(
    identities.flatMap((identity) => {
      const summary = byId.get(identity.toolId);
      return summary ? [[keyOf(identity), { identity, summary }] as const] : [];
    }),
  );
}

async function planChanges(
  tx: Transaction,
  decided: readonly Decided[],
  making: Making & { tenant: string },
): Promise<PlannedChange[]> {
  const updated = decided
    .filter((entry) => entry.decision.kind === 'update')
    .flatMap((entry) => entry.tool?.toolId ?? []);
  const latest = new Map(
    updated.length === 0
      ? []
      : (await readVersions(tx, Prisma.sql`t.tool_id = any(${updated}::uuid[]) and t.is_latest`)).map(({ state }) => [
          state.toolId,
          state,
        ]),
  );
  const changes: PlannedChange[] = [];
  for (const [index, { document, decision, tool }] of decided.entries()) {
    if (index % 200 === 199) await pause();
    if (decision.kind !== 'create' && decision.kind !== 'update') continue;
    if (!tool) throw new Error(`No identity was locked for document ${document.index} of the import.`);
    if (decision.kind === 'create') {
      const after = firstVersion(
        { toolId: tool.toolId, tenant: making.tenant, definition: document.definition, hash: document.hash },
        making,
      );
      changes.push({ action: 'CREATED', before: null, after, inserts: [after], updates: [] });
      continue;
    }
    const before = latest.get(tool.toolId);
    if (!before) throw new Error(`Tool ${tool.toolId} lost its latest version under its lock.`);
    const next = { version: decision.version, content: document.definition, hash: document.hash, publish: true };
    changes.push(publishChange(before, nextState(before, next, making)));
  }
  return changes;
}

function importedHash({ document, decision, tool }: Decided): { toolId: string; hash: string }[] {
  const imported =
    decision.kind === 'create' ||
    decision.kind === 'update' ||
    (decision.kind === 'unchanged' && decision.issues.length === 0);
  return imported && tool && tool.importedHash !== document.hash ? [{ toolId: tool.toolId, hash: document.hash }] : [];
}

function describe(
  { document, decision, kept }: Decided,
  platforms: ReadonlyMap<string, ReadonlySet<string>>,
): ImportResult {
  switch (decision.kind) {
    case 'create':
      return resultOf(document, 'CREATED', namedElsewhere(document.definition, platforms));
    case 'update':
      return { ...resultOf(document, 'UPDATED', [...decision.issues, ...kept]), version: decision.version };
    case 'unchanged':
      return { ...resultOf(document, 'UNCHANGED', [...decision.issues, ...kept]), version: decision.version };
    case 'skip':
      return { ...resultOf(document, 'SKIPPED'), version: decision.version };
    case 'fail':
      return resultOf(document, 'FAILED', [decision.issue]);
  }
}

function platformsByName(tools: readonly ToolKey[]): Map<string, Set<string>> {
  const platforms = new Map<string, Set<string>>();
  for (const { name, platform } of tools) platforms.set(name, (platforms.get(name) ?? new Set()).add(platform));
  return platforms;
}

function namedElsewhere(definition: ToolDefinition, known: ReadonlyMap<string, ReadonlySet<string>>): Issue[] {
  const platforms = [...(known.get(definition.name) ?? [])].filter((platform) => platform !== definition.platform);
  if (platforms.length === 0) return [];
  return [
    {
      severity: 'WARNING',
      code: 'NAME_ON_OTHER_PLATFORM',
      path: '/tool_name',
      message: `'${definition.name}' exists on ${platforms.join(', ')}, too: callers by bare name will have to name the platform.`,
    },
  ];
}

function aborted(result: ImportResult): ImportResult {
  if (result.outcome === 'FAILED') return result;
  const issue: Issue = {
    severity: 'INFO',
    code: 'ATOMIC_IMPORT_ABORTED',
    path: '',
    message: 'Not stored: another document of this atomic import failed.',
  };
  return { ...result, outcome: 'SKIPPED', issues: [...result.issues, issue] };
}

function reportOf(results: readonly ImportResult[], dryRun: boolean): ImportReport {
  const count = (outcome: ImportResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return {
    created: count('CREATED'),
    updated: count('UPDATED'),
    unchanged: count('UNCHANGED'),
    skipped: count('SKIPPED'),
    failed: count('FAILED'),
    dryRun,
    results: [...results].sort((left, right) => left.index - right.index),
  };
}
