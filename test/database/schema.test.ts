import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { differenceToPrismaSchema } from '../support/prisma-schema-engine.js';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function lines(sql: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(sql);
  return rows.map((row) => row.line);
}

describe('the migrated schema', () => {
  it('is what schema.prisma says, in all that Prisma can say', async () => {
    expect(await differenceToPrismaSchema(database.url)).toBe('-- This is an empty migration.');
  });

  it.each([
    ['a column', 'ALTER TABLE tool_catalog.tools ADD COLUMN extra int'],
    ['nullability', 'ALTER TABLE tool_catalog.tools ALTER COLUMN owner SET NOT NULL'],
    ['a default', "ALTER TABLE tool_catalog.tools ALTER COLUMN status SET DEFAULT 'testing'"],
    ['an index', 'DROP INDEX tool_catalog.idx_tools_name'],
    ['a foreign key', 'ALTER TABLE tool_catalog.tools DROP CONSTRAINT tools_tool_id_fkey'],
  ])('would be found to differ by %s', async (_what, sql) => {
    const changed = await createTestDatabase();
    try {
      const other = new pg.Client({ connectionString: changed.url });
      await other.connect();
      await other.query(sql);
      await other.end();
      expect(await differenceToPrismaSchema(changed.url)).not.toBe('-- This is an empty migration.');
    } finally {
      await changed.drop();
    }
  });

  it('has the constraints, indexes, triggers, policies and privileges that were reviewed', async () => {
    const sections: string[] = [];
    for (const [title, sql] of Object.entries(REVIEWED))
      sections.push(`# ${title}\n${(await lines(sql)).join('\n')}\n`);
    await expect(sections.join('\n')).toMatchFileSnapshot('reviewed-schema.txt');
  });

  it('forces row-level security on every table with rows of tenants', async () => {
    const free = await lines(`
      SELECT c.relname AS line FROM pg_class c
      WHERE c.relnamespace = 'tool_catalog'::regnamespace AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
      ORDER BY 1`);
    expect(free).toEqual(['catalog_head', 'catalog_revisions']);
    const withTenant = await lines(`
      SELECT c.relname AS line FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
      WHERE c.relnamespace = 'tool_catalog'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`);
    expect(withTenant).toHaveLength(11);
  });

  it('starts with the shared tenant, and with one head of a history that has a random name', async () => {
    expect(await lines('SELECT name AS line FROM tool_catalog.tenants')).toEqual(['shared']);
    const heads = await lines(
      "SELECT concat_ws(' ', epoch, revision, chain, low_revision) AS line FROM tool_catalog.catalog_head",
    );
    expect(heads).toEqual([expect.stringMatching(/^[0-9a-f]{32} 0 0{64} 0$/)]);
  });
});

const IN_CATALOG = "= 'tool_catalog'::regnamespace";
const REVIEWED = {
  constraints: `
    SELECT conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid) AS line FROM pg_constraint
    WHERE connamespace ${IN_CATALOG} AND contype <> 'n' ORDER BY 1`,
  indexes: `SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'tool_catalog' ORDER BY 1`,
  triggers: `
    SELECT pg_get_triggerdef(t.oid) AS line FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace ${IN_CATALOG} AND NOT t.tgisinternal ORDER BY 1`,
  functions: `
    SELECT oid::regprocedure || ' volatility=' || provolatile::text || ' definer=' || prosecdef AS line FROM pg_proc
    WHERE pronamespace ${IN_CATALOG} ORDER BY 1`,
  policies: `
    SELECT concat_ws(' ', tablename, policyname, permissive, roles, cmd) || E'\\n  using ' || coalesce(qual, '-') ||
           E'\\n  check ' || coalesce(with_check, '-') AS line FROM pg_policies WHERE schemaname = 'tool_catalog' ORDER BY 1`,
  privileges: `
    SELECT line FROM (
      SELECT c.relname || ': ' || acl.grantee::regrole || ' ' || string_agg(acl.privilege_type, ', ' ORDER BY acl.privilege_type) AS line
      FROM pg_class c, aclexplode(c.relacl) acl
      WHERE c.relnamespace ${IN_CATALOG} AND acl.grantee <> c.relowner GROUP BY c.relname, acl.grantee
      UNION ALL
      SELECT c.relname || ' (' || string_agg(a.attname, ', ' ORDER BY a.attname) || '): ' || acl.grantee::regrole || ' ' || acl.privilege_type
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) acl
      WHERE c.relnamespace ${IN_CATALOG} GROUP BY c.relname, acl.grantee, acl.privilege_type
      UNION ALL
      SELECT 'schema ' || n.nspname || ': ' || acl.grantee::regrole || ' ' || acl.privilege_type
      FROM pg_namespace n, aclexplode(n.nspacl) acl WHERE n.oid ${IN_CATALOG} AND acl.grantee <> n.nspowner
    ) found ORDER BY 1`,
  roles: `
    SELECT concat_ws(' ', rolname, 'login=' || rolcanlogin, 'superuser=' || rolsuper, 'createrole=' || rolcreaterole,
                     'createdb=' || rolcreatedb, 'bypassrls=' || rolbypassrls) AS line
    FROM pg_roles WHERE rolname LIKE 'catalog\\_%' ORDER BY 1`,
};
