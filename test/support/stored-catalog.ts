import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { canonicalJson } from '../../src/kernel/json.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import type { TestInstance } from './instance.js';
import type { Sql } from './sql.js';

type Row = Record<string, unknown>;

/**
 * The latest versions as the tables hold them, put together here row by row: by none of the code under test.
 *
 * @param where a condition over `tool_catalog.tools t`.
 */
export async function storedStates(sql: Sql, where = 't.is_latest and t.deleted_at is null'): Promise<ToolState[]> {
  const tools = await sql.rows<Row>(
    `select t.*, p.version as parent from tool_catalog.tools t left join tool_catalog.tools p on p.id = t.parent_version_id
     where ${where} order by t.id`,
  );
  const capabilities = await sql.rows<Row>('select * from tool_catalog.tool_capabilities order by id');
  const patterns = await sql.rows<Row>('select * from tool_catalog.tool_patterns order by id');
  const below = (rows: readonly Row[], column: string) => {
    const groups = new Map<unknown, Row[]>();
    for (const row of rows) groups.set(row[column], [...(groups.get(row[column]) ?? []), row]);
    return (id: unknown) => groups.get(id) ?? [];
  };
  const capabilitiesOf = below(capabilities, 'tool_id');
  const patternsOf = below(patterns, 'capability_id');
  return tools.map((tool) => ({
    ...toolFields(tool),
    capabilities: capabilitiesOf(tool['id']).map((capability) => ({
      ...capabilityFields(capability),
      patterns: patternsOf(capability['id']).map(patternFields),
    })),
  })) as unknown as ToolState[];
}

function toolFields(row: Row): object {
  return {
    toolId: row['tool_id'],
    tenant: row['tenant'],
    platform: row['platform'],
    name: row['tool_name'],
    version: row['version'],
    status: String(row['status']).toUpperCase(),
    enabled: row['enabled'],
    isLatest: row['is_latest'],
    owner: row['owner'],
    deletedAt: time(row['deleted_at']),
    contentHash: row['content_hash'],
    parentVersion: row['parent'],
    revision: Number(row['revision']),
    createdAt: time(row['created_at']),
    updatedAt: time(row['updated_at']),
    createdBy: row['created_by'],
    updatedBy: row['updated_by'],
    description: row['description'],
    category: row['category'],
    defaults: row['defaults'],
    dependencies: row['dependencies'],
    metadata: row['metadata'],
    extensions: row['extensions'],
  };
}

function capabilityFields(row: Row): object {
  return {
    name: row['capability_name'],
    aliases: row['aliases'],
    description: row['description'],
    extensions: row['extensions'],
  };
}

function patternFields(row: Row): object {
  return {
    name: row['pattern_name'],
    description: row['description'],
    typicalUseCases: row['typical_use_cases'],
    timeEstimateMs: row['time_estimate_ms'],
    costEstimate: row['cost_estimate'],
    complexityScore: row['complexity_score'],
    scope: row['scope'],
    completeness: row['completeness'],
    limitations: row['limitations'],
    policy: row['policy'],
    preferenceMatch: row['preference_match'],
    requiredInputs: row['required_inputs'],
    optionalInputs: row['optional_inputs'],
    outputSchema: row['output_schema'],
    examples: row['examples'],
    extensions: row['extensions'],
  };
}

function time(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Rule H1, computed here from scratch. */
export function catalogHash(states: readonly ToolState[]): string {
  let sum = 0n;
  for (const state of states) {
    const { toolId, tenant, platform, name, version, status, enabled, owner, contentHash, revision } = state;
    const covered = [toolId, tenant, platform, name, version, status, enabled, owner, contentHash, revision];
    sum += BigInt(`0x${sha256(JSON.stringify(covered))}`);
  }
  return (sum % 2n ** 256n).toString(16).padStart(64, '0');
}

/** The hash of what a tenant sees, from the rows. */
export async function storedHash(sql: Sql, tenant = 'shared'): Promise<string> {
  const states = await storedStates(sql);
  return catalogHash(states.filter((state) => state.tenant === 'shared' || state.tenant === tenant));
}

/** The view of an instance that has caught up holds exactly what the tables hold, and so says its hash. */
export async function expectViewToEqualRows(instance: TestInstance, sql: Sql, tenant = 'shared'): Promise<void> {
  const head = await instance.log.head();
  await instance.follower.waitFor({ epoch: instance.follower.position.epoch, revision: head.revision }, 20_000);
  const view = instance.follower.viewFor(tenant);
  const rows = (await storedStates(sql)).filter((state) => state.tenant === 'shared' || state.tenant === tenant);
  const byId = (states: readonly ToolState[]) => new Map(states.map((state) => [state.toolId, state]));
  expect(byId(view.tools({ includeShadowed: true }))).toEqual(byId(rows));
  expect(view.contentHash).toBe(catalogHash(rows));
}

/** The rules that every log holds to (W1, W2, W3, D-9): no holes, nothing missing, each change audited, the chain unbroken. */
export async function expectSoundLog(sql: Sql): Promise<void> {
  const [head] = await sql.rows<{ revision: string; low_revision: string; chain: string }>(
    'select * from tool_catalog.catalog_head',
  );
  const revisions = await sql.rows<{ revision: string; change_count: number; chain: string; at: Date }>(
    'select * from tool_catalog.catalog_revisions order by revision',
  );
  const changes = await sql.rows<Row>('select * from tool_catalog.tool_changes order by revision, change_index');
  const audited = await sql.rows<{ revision: string; count: string }>(
    'select revision, count(*) from tool_catalog.tool_audit_log where revision is not null group by 1 order by revision',
  );
  expect(Number(head?.low_revision)).toBe(0);
  expect(revisions.map((row) => Number(row.revision))).toEqual(revisions.map((_, index) => index + 1));
  expect(Number(head?.revision)).toBe(revisions.length);
  expect(head?.chain).toBe(revisions.at(-1)?.chain ?? '0'.repeat(64));
  expect(audited.map((row) => [Number(row.revision), Number(row.count)])).toEqual(
    revisions.map((row) => [Number(row.revision), row.change_count]),
  );
  let chain = '0'.repeat(64);
  for (const row of revisions) {
    const own = changes.filter((change) => change['revision'] === row.revision);
    expect(own.map((change) => change['change_index'])).toEqual(own.map((_, index) => index));
    expect(own).toHaveLength(row.change_count);
    chain = sha256(chain + digestOf(row.at, own));
    expect(row.chain).toBe(chain);
  }
  const twice = await sql.rows(`select tool_id from tool_catalog.tools group by tool_id
    having count(*) filter (where is_latest) <> 1 or count(distinct version) <> count(*)`);
  expect(twice).toEqual([]);
  const empty = await sql.rows(
    'select tool_id from tool_catalog.tool_identities where tool_id not in (select tool_id from tool_catalog.tools)',
  );
  expect(empty).toEqual([]);
}

/** The digest that the chained hash covers for one revision, from its rows. */
function digestOf(at: Date, changes: readonly Row[]): string {
  const state = (value: unknown) => value as Partial<ToolState> | null;
  const listed = changes.map((change) => {
    const [before, after] = [state(change['state_before']), state(change['state_after'])];
    return [
      change['tool_id'],
      change['action'],
      before?.revision ?? null,
      after && [after.version, after.status, after.enabled, after.owner, after.contentHash],
    ];
  });
  const first = changes[0];
  return sha256(canonicalJson([first?.['tenant'], first?.['actor'], at.toISOString(), listed]));
}
