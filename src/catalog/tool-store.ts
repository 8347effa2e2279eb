import type { Transaction } from '../database/database.js';
import type { UnnumberedState } from '../live/revision-store.js';

/** What identifies a tool in its tenant. */
export interface ToolKey {
  readonly platform: string;
  readonly name: string;
}

/** A locked tool: no other transaction changes it until this one ends. */
export interface LockedTool extends ToolKey {
  readonly toolId: string;
  /** Content hash of the document that was last imported for it. */
  readonly importedHash: string | null;
}

/** What decides most writes, without the content. */
export interface ToolSummary {
  readonly toolId: string;
  /** All version numbers, in the order in which they were stored. */
  readonly versions: readonly string[];
  readonly latestVersion: string;
  readonly latestContentHash: string;
  readonly deleted: boolean;
}

/** In-place changes of version rows; a left-out field stays. */
export interface VersionUpdate {
  readonly toolId: string;
  /** Null: every version of the tool. */
  readonly version: string | null;
  readonly isLatest?: boolean;
  readonly status?: string;
  readonly enabled?: boolean;
  readonly owner?: string | null;
  readonly deletedAt?: string | null;
  readonly updatedAt?: string;
  readonly updatedBy?: string;
}

/** Locks the tools of a tenant that exist, in one order for everyone so that writers cannot block each other in a circle. */
export async function lockTools(tx: Transaction, tenant: string, keys: readonly ToolKey[]): Promise<LockedTool[]> {
  return tx.$queryRaw<LockedTool[]>`
    select i.tool_id as "toolId", i.platform, i.tool_name as name, i.imported_hash as "importedHash"
    from tool_catalog.tool_identities i
    join json_to_recordset(${JSON.stringify(keys)}::json) as k(platform text, name text)
      on i.platform = k.platform and i.tool_name = k.name
    where i.tenant = ${tenant}
    order by i.tool_id
    for update of i`;
}

/** All platforms on which a tenant has a tool of this name, deleted ones included. */
export async function platformsOf(
  tx: Transaction,
  tenant: string,
  name: string,
): Promise<{ platform: string; deleted: boolean }[]> {
  return tx.$queryRaw<{ platform: string; deleted: boolean }[]>`
    select platform, deleted_at is not null as deleted from tool_catalog.tools
    where tenant = ${tenant} and tool_name = ${name} and is_latest order by platform`;
}

/**
 * Claims the identities of tools that do not exist yet. One that a concurrent transaction claims first is left out of the answer,
 * after that transaction has ended.
 */
export async function claimTools(tx: Transaction, tenant: string, keys: readonly ToolKey[]): Promise<LockedTool[]> {
  return tx.$queryRaw<LockedTool[]>`
    insert into tool_catalog.tool_identities (tool_id, tenant, platform, tool_name)
    select gen_random_uuid(), ${tenant}, k.platform, k.name
    from json_to_recordset(${JSON.stringify(keys)}::json) as k(platform text, name text)
    order by k.platform, k.name
    on conflict (tenant, platform, tool_name) do nothing
    returning tool_id as "toolId", platform, tool_name as name, imported_hash as "importedHash"`;
}

export async function summarizeTools(tx: Transaction, toolIds: readonly string[]): Promise<ToolSummary[]> {
  return tx.$queryRaw<ToolSummary[]>`
    select tool_id as "toolId", array_agg(version order by id) as versions,
      max(version) filter (where is_latest) as "latestVersion",
      max(content_hash) filter (where is_latest) as "latestContentHash",
      bool_or(is_latest and deleted_at is not null) as deleted
    from tool_catalog.tools where tool_id = any(${[...toolIds]}::uuid[]) group by tool_id`;
}

/** Stores new versions with their capabilities and patterns: three statements for any number of them. */
export async function insertVersions(
  tx: Transaction,
  tenant: string,
  states: readonly UnnumberedState[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  if (states.length === 0) return ids;
  const rows = states.map(({ capabilities: _, ...row }, index) => ({
    index,
    ...row,
    status: row.status.toLowerCase(),
  }));
  const versions = await tx.$queryRaw<{ id: number; toolId: string; version: string }[]>`
    insert into tool_catalog.tools
      (tool_id, tenant, platform, tool_name, version, description, category, status, enabled, owner, defaults, dependencies, metadata,
       extensions, content_hash, parent_version_id, is_latest, revision, created_at, updated_at, created_by, updated_by)
    select r."toolId", ${tenant}, r.platform, r.name, r.version, r.description, r.category, r.status, r.enabled, r.owner, r.defaults,
      r.dependencies, r.metadata, r.extensions, r."contentHash",
      (select p.id from tool_catalog.tools p where p.tool_id = r."toolId" and p.version = r."parentVersion"),
      r."isLatest", 0, r."createdAt", r."updatedAt", r."createdBy", r."updatedBy"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(index int, "toolId" uuid, platform text, name text, version text,
      description text, category text, status text, enabled boolean, owner text, defaults jsonb, dependencies jsonb, metadata jsonb,
      extensions jsonb, "contentHash" text, "parentVersion" text, "isLatest" boolean, "createdAt" timestamptz, "updatedAt" timestamptz,
      "createdBy" text, "updatedBy" text)
    order by r.index
    returning id, tool_id as "toolId", version`;
  for (const row of versions) ids.set(versionKey(row.toolId, row.version), row.id);
  await insertCapabilities(tx, tenant, states, ids);
  return ids;
}

async function insertCapabilities(
  tx: Transaction,
  tenant: string,
  states: readonly UnnumberedState[],
  versionIds: ReadonlyMap<string, number>,
): Promise<void> {
  const capabilities = states.flatMap((state) =>
    state.capabilities.map(({ patterns, ...capability }) => ({
      ...capability,
      versionId: versionIds.get(versionKey(state.toolId, state.version)),
      patterns,
      createdAt: state.createdAt,
    })),
  );
  if (capabilities.length === 0) return;
  const rows = capabilities.map(({ patterns: _, ...row }, index) => ({ index, ...row }));
  const inserted = await tx.$queryRaw<{ id: number; versionId: number; name: string }[]>`
    insert into tool_catalog.tool_capabilities (tool_id, tenant, capability_name, aliases, description, extensions, created_at)
    select r."versionId", ${tenant}, r.name, r.aliases, r.description, r.extensions, r."createdAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(index int, "versionId" int, name text, aliases jsonb, description text, extensions jsonb, "createdAt" timestamptz)
    order by r.index
    returning id, tool_id as "versionId", capability_name as name`;
  const capabilityIds = new Map(inserted.map((row) => [`${row.versionId}/${row.name}`, row.id]));
  const patterns = capabilities.flatMap((capability) =>
    capability.patterns.map((pattern) => ({
      ...pattern,
      capabilityId: capabilityIds.get(`${capability.versionId}/${capability.name}`),
      createdAt: capability.createdAt,
    })),
  );
  await insertPatterns(tx, tenant, patterns);
}

async function insertPatterns(tx: Transaction, tenant: string, patterns: readonly object[]): Promise<void> {
  if (patterns.length === 0) return;
  const rows = patterns.map((row, index) => ({ index, ...row }));
  await tx.$executeRaw`
    insert into tool_catalog.tool_patterns
      (capability_id, tenant, pattern_name, description, typical_use_cases, time_estimate_ms, cost_estimate, complexity_score, scope,
       completeness, limitations, policy, preference_match, required_inputs, optional_inputs, output_schema, examples, extensions,
       created_at, updated_at)
    select r."capabilityId", ${tenant}, r.name, r.description, r."typicalUseCases", r."timeEstimateMs", r."costEstimate",
      r."complexityScore", r.scope, r.completeness, r.limitations, r.policy, r."preferenceMatch", r."requiredInputs",
      r."optionalInputs", r."outputSchema", r.examples, r.extensions, r."createdAt", r."createdAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(index int, "capabilityId" int, name text, description text,
      "typicalUseCases" jsonb, "timeEstimateMs" text, "costEstimate" text, "complexityScore" float8, scope text, completeness text,
      limitations jsonb, policy jsonb, "preferenceMatch" jsonb, "requiredInputs" jsonb, "optionalInputs" jsonb, "outputSchema" jsonb,
      examples jsonb, extensions jsonb, "createdAt" timestamptz)
    order by r.index`;
}

/** Changes version rows in place. @returns the rows' ids by version key. */
export async function updateVersions(tx: Transaction, updates: readonly VersionUpdate[]): Promise<Map<string, number>> {
  if (updates.length === 0) return new Map();
  const rows = updates.map((update) => ({
    ...update,
    ...(update.status === undefined ? {} : { status: update.status.toLowerCase() }),
    setOwner: update.owner !== undefined,
    setDeletedAt: update.deletedAt !== undefined,
  }));
  const changed = await tx.$queryRaw<{ id: number; toolId: string; version: string }[]>`
    update tool_catalog.tools t set
      is_latest = coalesce(r."isLatest", t.is_latest),
      status = coalesce(r.status, t.status),
      enabled = coalesce(r.enabled, t.enabled),
      owner = case when r."setOwner" then r.owner else t.owner end,
      deleted_at = case when r."setDeletedAt" then r."deletedAt" else t.deleted_at end,
      updated_at = coalesce(r."updatedAt", t.updated_at),
      updated_by = coalesce(r."updatedBy", t.updated_by)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("toolId" uuid, version text, "isLatest" boolean, status text,
      enabled boolean, owner text, "setOwner" boolean, "deletedAt" timestamptz, "setDeletedAt" boolean, "updatedAt" timestamptz,
      "updatedBy" text)
    where t.tool_id = r."toolId" and (r.version is null or t.version = r.version)
    returning t.id, t.tool_id as "toolId", t.version`;
  return new Map(changed.map((row) => [versionKey(row.toolId, row.version), row.id]));
}

export async function recordImportedHashes(
  tx: Transaction,
  hashes: readonly { toolId: string; hash: string }[],
): Promise<void> {
  if (hashes.length === 0) return;
  await tx.$executeRaw`
    update tool_catalog.tool_identities i set imported_hash = r.hash
    from json_to_recordset(${JSON.stringify(hashes)}::json) as r("toolId" uuid, hash text) where i.tool_id = r."toolId"`;
}

export function versionKey(toolId: string, version: string): string {
  return `${toolId}@${version}`;
}
