import type { Transaction } from '../database/database.js';
import type { ToolStatus } from '../definition/tool-definition.js';
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
  /** Of the latest version, as is all that follows. */
  readonly status: ToolStatus;
  readonly enabled: boolean;
  readonly owner: string | null;
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
    join json_to_recordset(${keysAsJson(keys)}::json) as k(platform text, name text)
      on i.platform = k.platform and i.tool_name = k.name
    where i.tenant = ${tenant}
    order by i.tool_id
    for update of i`;
}

/** Locks the tool of a tenant that has this name, on one platform or on all of them. */
export async function lockNamed(
  tx: Transaction,
  tenant: string,
  { name, platform }: { readonly name: string; readonly platform?: string | null | undefined },
): Promise<LockedTool[]> {
  return tx.$queryRaw<LockedTool[]>`
    select tool_id as "toolId", platform, tool_name as name, imported_hash as "importedHash"
    from tool_catalog.tool_identities
    where tenant = ${tenant} and tool_name = ${name} and (${platform ?? null}::text is null or platform = ${platform ?? null})
    order by tool_id
    for update`;
}

/** The platforms of tools that are there (not deleted) under this name. */
export async function platformsOf(tx: Transaction, tenant: string, name: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ platform: string }[]>`
    select platform from tool_catalog.tools
    where tenant = ${tenant} and tool_name = ${name} and is_latest and deleted_at is null order by platform`;
  return rows.map((row) => row.platform);
}

/**
 * Claims the identities of tools that do not exist yet. One that a concurrent transaction claims first is left out of the answer,
 * after that transaction has ended.
 */
export async function claimTools(tx: Transaction, tenant: string, keys: readonly ToolKey[]): Promise<LockedTool[]> {
  return tx.$queryRaw<LockedTool[]>`
    insert into tool_catalog.tool_identities (tool_id, tenant, platform, tool_name)
    select gen_random_uuid(), ${tenant}, k.platform, k.name
    from json_to_recordset(${keysAsJson(keys)}::json) as k(platform text, name text)
    order by k.platform, k.name
    on conflict (tenant, platform, tool_name) do nothing
    returning tool_id as "toolId", platform, tool_name as name, imported_hash as "importedHash"`;
}

export async function summarizeTools(tx: Transaction, toolIds: readonly string[]): Promise<ToolSummary[]> {
  return tx.$queryRaw<ToolSummary[]>`
    select tool_id as "toolId", array_agg(version order by id) as versions,
      max(version) filter (where is_latest) as "latestVersion",
      max(content_hash) filter (where is_latest) as "latestContentHash",
      bool_or(is_latest and deleted_at is not null) as deleted, upper(max(status) filter (where is_latest)) as status,
      bool_or(is_latest and enabled) as enabled, max(owner) filter (where is_latest) as owner
    from tool_catalog.tools where tool_id = any(${[...toolIds]}::uuid[]) group by tool_id`;
}

/**
 * Stores new versions with their capabilities and patterns: one statement for any number of them.
 * @returns the rows' ids by version key.
 */
export async function insertVersions(
  tx: Transaction,
  tenant: string,
  states: readonly UnnumberedState[],
): Promise<Map<string, number>> {
  if (states.length === 0) return new Map();
  const rows = states.map((state) => ({ ...state, status: state.status.toLowerCase() }));
  const inserted = await tx.$queryRaw<{ id: number; toolId: string; version: string }[]>`
    with given as (
      select * from rows from (json_to_recordset(${JSON.stringify(rows)}::json) as (
        "toolId" uuid, platform text, name text, version text, description text, category text, status text, enabled boolean,
        owner text, defaults jsonb, dependencies jsonb, metadata jsonb, extensions jsonb, "contentHash" text, "parentVersion" text,
        "isLatest" boolean, "createdAt" timestamptz, "updatedAt" timestamptz, "createdBy" text, "updatedBy" text, capabilities jsonb
      )) with ordinality as g("toolId", platform, name, version, description, category, status, enabled, owner, defaults,
        dependencies, metadata, extensions, "contentHash", "parentVersion", "isLatest", "createdAt", "updatedAt", "createdBy",
        "updatedBy", capabilities, place)
    ), stored as (
      insert into tool_catalog.tools
        (tool_id, tenant, platform, tool_name, version, description, category, status, enabled, owner, defaults, dependencies,
         metadata, extensions, content_hash, parent_version_id, is_latest, revision, created_at, updated_at, created_by, updated_by)
      select g."toolId", ${tenant}, g.platform, g.name, g.version, g.description, g.category, g.status, g.enabled, g.owner,
        g.defaults, g.dependencies, g.metadata, g.extensions, g."contentHash",
        (select p.id from tool_catalog.tools p where p.tool_id = g."toolId" and p.version = g."parentVersion"),
        g."isLatest", 0, g."createdAt", g."updatedAt", g."createdBy", g."updatedBy"
      from given g order by g.place
      returning id, tool_id, version
    ), offered as (
      select s.id as version_id, g."createdAt", g.place, c.*
      from given g join stored s on s.tool_id = g."toolId" and s.version = g.version
      cross join lateral rows from (jsonb_to_recordset(g.capabilities) as (
        name text, aliases jsonb, description text, extensions jsonb, patterns jsonb
      )) with ordinality as c(name, aliases, description, extensions, patterns, c_place)
    ), capabilities as (
      insert into tool_catalog.tool_capabilities (tool_id, tenant, capability_name, aliases, description, extensions, created_at)
      select o.version_id, ${tenant}, o.name, o.aliases, o.description, o.extensions, o."createdAt"
      from offered o order by o.place, o.c_place
      returning id, tool_id, capability_name
    ), patterns as (
      insert into tool_catalog.tool_patterns
        (capability_id, tenant, pattern_name, description, typical_use_cases, time_estimate_ms, cost_estimate, complexity_score, scope,
         completeness, limitations, policy, preference_match, required_inputs, optional_inputs, output_schema, examples, extensions,
         created_at, updated_at)
      select c.id, ${tenant}, p.name, p.description, p."typicalUseCases", p."timeEstimateMs", p."costEstimate", p."complexityScore",
        p.scope, p.completeness, p.limitations, p.policy, p."preferenceMatch", p."requiredInputs", p."optionalInputs",
        p."outputSchema", p.examples, p.extensions, o."createdAt", o."createdAt"
      from offered o join capabilities c on c.tool_id = o.version_id and c.capability_name = o.name
      cross join lateral rows from (jsonb_to_recordset(o.patterns) as (
        name text, description text, "typicalUseCases" jsonb, "timeEstimateMs" text, "costEstimate" text, "complexityScore" float8,
        scope text, completeness text, limitations jsonb, policy jsonb, "preferenceMatch" jsonb, "requiredInputs" jsonb,
        "optionalInputs" jsonb, "outputSchema" jsonb, examples jsonb, extensions jsonb
      )) with ordinality as p(name, description, "typicalUseCases", "timeEstimateMs", "costEstimate", "complexityScore", scope,
        completeness, limitations, policy, "preferenceMatch", "requiredInputs", "optionalInputs", "outputSchema", examples,
        extensions, p_place)
      order by o.place, o.c_place, p.p_place
    )
    select id, tool_id as "toolId", version from stored`;
  return new Map(inserted.map((row) => [versionKey(row.toolId, row.version), row.id]));
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

/** The keys alone: callers hand over whole tools, of which the database would read every word. */
function keysAsJson(keys: readonly ToolKey[]): string {
  return JSON.stringify(keys.map(({ platform, name }) => ({ platform, name })));
}

export function versionKey(toolId: string, version: string): string {
  return `${toolId}@${version}`;
}
