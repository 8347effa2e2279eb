import type { Caller } from '../access/principal.js';
import type { CreateTenant, TenantSummary } from '../access/tenants.js';
import type { ToolDefinitionInput, ToolPatchInput } from '../definition/definition-input.js';
import type { FieldChange } from '../definition/diff.js';
import type { ToolStatus } from '../definition/tool-definition.js';
import type { Issue } from '../kernel/issue.js';
import type { ToolState } from '../view/catalog-change.js';
import type { ToolFilter } from '../view/tool-filter.js';

/** Common to every change. */
export interface ChangeOptions {
  readonly reason?: string | null | undefined;
  /** At most 128 characters; a repetition with the same key within 24 h has the effect of one. */
  readonly idempotencyKey?: string | null | undefined;
}

/** Names one tool; the platform may be left out while the name is unique. */
export interface ToolReference extends ChangeOptions {
  readonly name: string;
  readonly platform?: string | null | undefined;
  /** Refused with a ConflictError when the tool has changed in any way since that revision. */
  readonly expectedRevision?: number | null | undefined;
}

export interface CreateTool extends ChangeOptions {
  readonly definition: ToolDefinitionInput;
}

export interface UpdateTool extends ToolReference {
  /** Refused with a ConflictError when the latest version is another. */
  readonly expectedVersion?: string | null | undefined;
  /** The next version when left out. */
  readonly newVersion?: string | null | undefined;
  readonly patch: ToolPatchInput;
  /** False stores the version with status TESTING without making it the latest. Default true. */
  readonly publish?: boolean | null | undefined;
}

/** For rollbackTool and setLatestVersion. */
export interface ChooseVersion extends ToolReference {
  readonly toVersion: string;
}

export interface SetToolState extends ToolReference {
  readonly status?: ToolStatus | null | undefined;
  readonly owner?: string | null | undefined;
}

export const IMPORT_CONFLICTS = ['SKIP', 'NEW_VERSION', 'FAIL'] as const;
export type ImportConflict = (typeof IMPORT_CONFLICTS)[number];

export interface ImportTools extends ChangeOptions {
  /** A YAML stream: one document a tool. */
  readonly yaml: string;
  readonly onConflict?: ImportConflict | null | undefined;
  /** True: all documents or none. Default false: every valid document. */
  readonly atomic?: boolean | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

export type ImportOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'SKIPPED' | 'FAILED';

export interface ImportResult {
  /** 0-based place of the document in the stream. */
  readonly index: number;
  readonly name: string | null;
  readonly platform: string | null;
  readonly version: string | null;
  readonly outcome: ImportOutcome;
  readonly issues: readonly Issue[];
}

export interface ImportReport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly dryRun: boolean;
  readonly results: readonly ImportResult[];
}

export interface BulkUpdateTools extends ChangeOptions {
  /** An empty filter is refused. */
  readonly filter: ToolFilter;
  readonly patch?: ToolPatchInput | null | undefined;
  readonly status?: ToolStatus | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly owner?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

export interface BulkUpdateToolResult {
  readonly name: string;
  readonly platform: string;
  readonly version: string | null;
  readonly outcome: ImportOutcome;
  readonly changes: readonly FieldChange[];
  readonly issues: readonly Issue[];
}

export interface BulkUpdateReport {
  readonly matched: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly dryRun: boolean;
  readonly results: readonly BulkUpdateToolResult[];
}

export interface VersionComparison {
  readonly from: ToolState;
  readonly to: ToolState;
  readonly changes: readonly FieldChange[];
}

/**
 * Every change to the catalog, each in one transaction with its change-log rows, audit rows and one revision. A method that
 * answers a tool answers it as of that revision, after this instance's own view has applied it (or 5 s have passed).
 *
 * @throws ValidationError, ConflictError, NotFoundError, AmbiguousNameError for expected failures; ForbiddenError for
 *   refusals; UnavailableError (retryable) while the database is away.
 */
export interface CatalogCommands {
  createTool(caller: Caller, command: CreateTool): Promise<ToolState>;
  updateTool(caller: Caller, command: UpdateTool): Promise<ToolState>;
  rollbackTool(caller: Caller, command: ChooseVersion): Promise<ToolState>;
  setLatestVersion(caller: Caller, command: ChooseVersion): Promise<ToolState>;
  setToolState(caller: Caller, command: SetToolState): Promise<ToolState>;
  enableTool(caller: Caller, command: ToolReference): Promise<ToolState>;
  disableTool(caller: Caller, command: ToolReference): Promise<ToolState>;
  deprecateTool(caller: Caller, command: ToolReference): Promise<ToolState>;
  deleteTool(caller: Caller, command: ToolReference): Promise<ToolState>;
  restoreTool(caller: Caller, command: ToolReference): Promise<ToolState>;
  importTools(caller: Caller, command: ImportTools): Promise<ImportReport>;
  bulkUpdateTools(caller: Caller, command: BulkUpdateTools): Promise<BulkUpdateReport>;
  createTenant(caller: Caller, command: CreateTenant): Promise<TenantSummary>;
}

/** Names one version of a tool. */
export interface VersionReference {
  readonly toolId: string;
  readonly version: string;
}

/** What only the database knows: old versions and deleted tools. @throws UnavailableError while the database is away. */
export interface ToolHistory {
  /** One version of a tool; undefined where there is none. */
  version(tenant: string, toolId: string, version: string): Promise<ToolState | undefined>;
  /** Many versions in one read, in no particular order; those that are not there are left out. */
  versionsByReference(tenant: string, references: readonly VersionReference[]): Promise<readonly ToolState[]>;
  /** All versions of a tool, newest first. */
  versions(tenant: string, toolId: string): Promise<readonly ToolState[]>;
  /** The latest versions of deleted tools that the tenant may see. */
  deletedTools(tenant: string): Promise<readonly ToolState[]>;
}
