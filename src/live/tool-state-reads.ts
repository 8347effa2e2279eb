import type { Transaction } from '../database/database.js';
import { Prisma } from '../database/generated/prisma/client.js';
import { deepFreeze } from '../kernel/json.js';
import type { ToolState } from '../view/catalog-change.js';

const utc = (column: string) => Prisma.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/**
 * One row of `tools` (alias t) with its capabilities and patterns as the JSON text of a ToolState, built by PostgreSQL: the one
 * mapping from rows to the domain, for one tool and for a hundred thousand alike.
 */
const STATE_JSON = Prisma.sql`json_build_object(
  'toolId', t.tool_id, 'tenant', t.tenant, 'platform', t.platform, 'name', t.tool_name, 'version', t.version,
  'status', upper(t.status), 'enabled', t.enabled, 'isLatest', t.is_latest, 'owner', t.owner, 'deletedAt', ${utc('t.deleted_at')},
  'contentHash', t.content_hash,
  'parentVersion', (select p.version from tool_catalog.tools p where p.id = t.parent_version_id),
  'revision', t.revision, 'createdAt', ${utc('t.created_at')}, 'updatedAt', ${utc('t.updated_at')},
  'createdBy', t.created_by, 'updatedBy', t.updated_by,
  'description', t.description, 'category', t.category, 'defaults', t.defaults, 'dependencies', t.dependencies,
  'metadata', t.metadata, 'extensions', t.extensions,
  'capabilities', coalesce((
    select json_agg(json_build_object(
      'name', c.capability_name, 'aliases', c.aliases, 'description', c.description, 'extensions', c.extensions,
      'patterns', coalesce((
        select json_agg(json_build_object(
          'name', p.pattern_name, 'description', p.description, 'typicalUseCases', p.typical_use_cases,
          'timeEstimateMs', p.time_estimate_ms, 'costEstimate', p.cost_estimate, 'complexityScore', p.complexity_score,
          'scope', p.scope, 'completeness', p.completeness, 'limitations', p.limitations, 'policy', p.policy,
          'preferenceMatch', p.preference_match, 'requiredInputs', p.required_inputs, 'optionalInputs', p.optional_inputs,
          'outputSchema', p.output_schema, 'examples', p.examples, 'extensions', p.extensions) order by p.id)
        from tool_catalog.tool_patterns p where p.capability_id = c.id), '[]'::json)) order by c.id)
    from tool_catalog.tool_capabilities c where c.tool_id = t.id), '[]'::json))::text`;

/** A stored version: its row's id beside its state. */
export interface StoredVersion {
  readonly id: number;
  readonly state: ToolState;
}

/** @param where a condition over `tools`, alias t. Rows come in the order in which they were created. */
export async function readVersions(tx: Transaction, where: Prisma.Sql): Promise<StoredVersion[]> {
  const rows = await tx.$queryRaw<{ id: number; state: string }[]>(
    Prisma.sql`select t.id, ${STATE_JSON} as state from tool_catalog.tools t where ${where} order by t.id`,
  );
  return rows.map((row) => ({ id: row.id, state: deepFreeze(JSON.parse(row.state) as ToolState) }));
}

/** The latest version of each tool, with the numbers of all its versions in the order in which they were stored. */
export async function readLatest(
  tx: Transaction,
  toolIds: readonly string[],
): Promise<{ readonly latest: ToolState; readonly versions: readonly string[] }[]> {
  const rows = await tx.$queryRaw<{ state: string; versions: string[] }[]>(Prisma.sql`
    select ${STATE_JSON} as state,
      array(select v.version from tool_catalog.tools v where v.tool_id = t.tool_id order by v.id) as versions
    from tool_catalog.tools t
    where t.tool_id = any(${[...toolIds]}::uuid[]) and t.is_latest
    order by t.platform, t.tool_name`);
  return rows.map((row) => ({ latest: deepFreeze(JSON.parse(row.state) as ToolState), versions: row.versions }));
}
