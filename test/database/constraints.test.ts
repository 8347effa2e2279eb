import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  admin = new pg.Client({ connectionString: testDatabase.url });
  await admin.connect();
  const hash = `repeat('a', 64)`;
  const toolId = randomUUID();
  await admin.query(`
    INSERT INTO tool_catalog.tool_identities VALUES ('${toolId}', 'shared', 'linux', 'ls');
    INSERT INTO tool_catalog.tools (id, tool_id, tenant, platform, tool_name, version, description, category, content_hash, is_latest, revision)
      VALUES (1, '${toolId}', 'shared', 'linux', 'ls', '1.0', '', 'system', ${hash}, false, 1),
             (2, '${toolId}', 'shared', 'linux', 'ls', '2.0', '', 'system', ${hash}, true, 1),
             (3, '${toolId}', 'shared', 'linux', 'ls', '3.0', '', 'system', ${hash}, false, 1);
    INSERT INTO tool_catalog.tool_capabilities (id, tool_id, tenant, capability_name, description) VALUES (1, 2, 'shared', 'list', '');
    INSERT INTO tool_catalog.tool_patterns (id, capability_id, tenant, pattern_name, description, time_estimate_ms, cost_estimate,
        complexity_score, scope, completeness, policy, preference_match)
      VALUES (1, 1, 'shared', 'all', '', '1', '1', 0.5, 's', 'c', '{}', '{}');
    INSERT INTO tool_catalog.tool_telemetry (tenant, tool_id, actual_time_ms, success) VALUES ('shared', 2, 1, true);
    INSERT INTO tool_catalog.tool_ab_tests (tenant, test_name, tool_a_id, tool_b_id) VALUES ('shared', 't', 1, 2);
    INSERT INTO tool_catalog.tool_audit_log (tenant, action, changes, changed_by) VALUES ('shared', 'created', '{}', 'me');
    INSERT INTO tool_catalog.catalog_revisions VALUES (1, ${hash}, 1, now());
    INSERT INTO tool_catalog.tool_changes VALUES (1, 0, 'shared', '${toolId}', 'linux', 'ls', 'created', NULL, '{}', '{}', 'me', NULL, now());
    INSERT INTO tool_catalog.api_tokens (id, tenant, name, role, token_hash) VALUES ('${toolId}', 'shared', 'me', 'ADMIN', ${hash});
    INSERT INTO tool_catalog.idempotency_keys VALUES ('shared', 'me', 'k', ${hash}, '{}')`);
});

afterAll(async () => {
  await admin?.end();
  await testDatabase?.drop();
});

async function constraintAgainst(sql: string): Promise<string | undefined> {
  try {
    await admin.query(`BEGIN; ${sql}`);
    return undefined;
  } catch (error) {
    return error instanceof pg.DatabaseError ? error.constraint : String(error);
  } finally {
    await admin.query('ROLLBACK');
  }
}

describe('the database itself refuses', () => {
  it.each([
    ['tenants', 'tenants_name_check', `name = ''`],
    ['tool_identities', 'tool_identities_imported_hash_check', `imported_hash = repeat('A', 64)`],
    ['tools', 'tools_one_latest', 'is_latest = true'],
    ['tools', 'tools_status_check', `status = 'ACTIVE'`],
    ['tools', 'tools_defaults_check', `defaults = '[]'`],
    ['tools', 'tools_dependencies_check', `dependencies = '{}'`],
    ['tools', 'tools_metadata_check', `metadata = 'null'`],
    ['tools', 'tools_extensions_check', `extensions = '1'`],
    ['tools', 'tools_parent_version_id_check', 'parent_version_id = id'],
    ['tools', 'tools_revision_check', 'revision = -1'],
    ['tools', 'tools_fixed', `content_hash = repeat('b', 64)`],
    ['tool_capabilities', 'tool_capabilities_aliases_check', `aliases = '{}'`],
    ['tool_capabilities', 'tool_capabilities_fixed', 'tool_id = 1'],
    ['tool_patterns', 'tool_patterns_complexity_score_check', 'complexity_score = 1.01'],
    ['tool_patterns', 'tool_patterns_complexity_score_check', 'complexity_score = -0.01'],
    ['tool_patterns', 'tool_patterns_complexity_score_check', `complexity_score = 'NaN'`],
    ['tool_patterns', 'tool_patterns_policy_check', `policy = '[]'`],
    ['tool_patterns', 'tool_patterns_preference_match_check', `preference_match = '"fast"'`],
    ['tool_patterns', 'tool_patterns_output_schema_check', `output_schema = '[]'`],
    ['tool_telemetry', 'tool_telemetry_actual_time_ms_check', 'actual_time_ms = -1'],
    ['tool_telemetry', 'tool_telemetry_actual_cost_check', 'actual_cost = -0.01'],
    ['tool_telemetry', 'tool_telemetry_context_variables_check', `context_variables = '[]'`],
    ['tool_ab_tests', 'tool_ab_tests_variants_check', 'tool_b_id = tool_a_id'],
    ['tool_ab_tests', 'tool_ab_tests_winner_check', 'winner_tool_id = 3'],
    ['tool_ab_tests', 'tool_ab_tests_traffic_split_check', 'traffic_split = 1.01'],
    ['tool_ab_tests', 'tool_ab_tests_status_check', `status = 'running'`],
    ['tool_audit_log', 'tool_audit_log_changes_check', `changes = 'null'`],
    ['catalog_head', 'catalog_head_one_row_check', 'id = 2'],
    ['catalog_head', 'catalog_head_chain_check', `chain = 'x'`],
    ['catalog_head', 'catalog_head_revision_check', 'low_revision = revision + 1'],
    ['catalog_revisions', 'catalog_revisions_change_count_check', 'change_count = 0'],
    ['tool_changes', 'tool_changes_states_check', 'state_after = NULL'],
    ['tool_changes', 'tool_changes_state_before_check', `state_before = 'null'`],
    ['api_tokens', 'api_tokens_role_check', `role = 'ROOT'`],
    ['api_tokens', 'api_tokens_token_hash_check', `token_hash = 'secret'`],
    ['idempotency_keys', 'idempotency_keys_request_hash_check', `request_hash = 'x'`],
  ])('in %s, by %s: %s', async (table, constraint, change) => {
    expect(await constraintAgainst(`UPDATE tool_catalog.${table} SET ${change}`)).toBe(constraint);
  });

  it.each([
    ['tools', 'is_latest = (version = $$3.0$$)'],
    ['tools', `status = 'testing', deleted_at = now(), owner = 'me', parent_version_id = NULL`],
    ['tool_patterns', 'complexity_score = 1'],
    ['tool_patterns', 'complexity_score = 0'],
    ['tool_ab_tests', 'winner_tool_id = tool_b_id, traffic_split = 1'],
    ['tool_telemetry', `context_variables = '"encrypted"'`],
  ])('but not, in %s: %s', async (table, change) => {
    const sql = `UPDATE tool_catalog.tools SET is_latest = false; UPDATE tool_catalog.${table} SET ${change}`;
    expect(await constraintAgainst(sql)).toBeUndefined();
  });
});
