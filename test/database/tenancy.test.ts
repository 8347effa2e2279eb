import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../src/database/database.js';
import { isUniqueViolation, sqlState } from '../../src/database/database-errors.js';
import { createTestDatabase, silentLog, type TestDatabase } from '../support/postgres.js';

const HASH = 'a'.repeat(64);
const TABLES = [
  'tenants',
  'tool_identities',
  'tools',
  'tool_capabilities',
  'tool_patterns',
  'tool_telemetry',
  'tool_ab_tests',
  'tool_audit_log',
  'tool_changes',
  'api_tokens',
  'idempotency_keys',
  'consumers',
];
/** Shared rows of these are nobody else's to see. */
const PRIVATE = ['tool_telemetry', 'tool_audit_log', 'api_tokens', 'idempotency_keys', 'consumers'];

let testDatabase: TestDatabase;
let database: Database;
let admin: pg.Client;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connection: testDatabase.url, poolSize: 8, log: silentLog });
  admin = new pg.Client({ connectionString: testDatabase.url });
  await admin.connect();
  for (const tenant of ['acme', 'globex']) {
    await database.withTenant('shared', (tx) => tx.tenant.create({ data: { name: tenant } }));
  }
  for (const [index, tenant] of ['shared', 'acme', 'globex'].entries()) {
    await database.withTenant(tenant, (tx) => fill(tx, tenant, index + 1));
  }
});

afterAll(async () => {
  await admin?.end();
  await database?.close();
  await testDatabase?.drop();
});

function versionOf(tenant: string, toolId: string, version: string) {
  const naming = { tenant, platform: 'linux', name: 'ls', version, toolId };
  return { ...naming, description: 'lists', category: 'system', contentHash: HASH, revision: 1n };
}

/** One row at least in every table, through the application's own role. */
async function fill(tx: Transaction, tenant: string, revision: number): Promise<void> {
  const toolId = randomUUID();
  await tx.toolIdentity.create({ data: { toolId, tenant, platform: 'linux', name: 'ls' } });
  const first = await tx.toolVersion.create({ data: { ...versionOf(tenant, toolId, '1.0'), isLatest: false } });
  const second = await tx.toolVersion.create({ data: versionOf(tenant, toolId, '2.0') });
  const capability = await tx.capability.create({
    data: { tenant, versionId: second.id, name: 'list', description: 'lists' },
  });
  const estimates = {
    timeEstimateMs: '10',
    costEstimate: '1',
    complexityScore: 0.1,
    scope: 'file',
    completeness: 'full',
  };
  const pattern = await tx.pattern.create({
    data: {
      tenant,
      capabilityId: capability.id,
      name: 'all',
      description: '',
      policy: {},
      preferenceMatch: {},
      ...estimates,
    },
  });
  const ids = { versionId: second.id, capabilityId: capability.id, patternId: pattern.id };
  await tx.telemetry.create({ data: { tenant, ...ids, actualTimeMs: 5, success: true } });
  await tx.abTest.create({ data: { tenant, name: 'test', versionAId: first.id, versionBId: second.id } });
  await tx.auditEntry.create({
    data: { tenant, action: 'created', changes: {}, changedBy: 'me', versionId: second.id },
  });
  await tx.catalogRevision.create({ data: { revision, chain: HASH, changeCount: 1, at: new Date() } });
  const change = { tenant, toolId, platform: 'linux', toolName: 'ls', action: 'created', actor: 'me', at: new Date() };
  await tx.toolChange.create({ data: { ...change, revision, index: 0, after: {}, changedFields: ['status'] } });
  await tx.$executeRaw`UPDATE tool_catalog.catalog_head SET revision = ${revision} WHERE id = 1`;
  const tokenHash = String(revision).repeat(64);
  await tx.apiToken.create({ data: { id: randomUUID(), tenant, name: 'me', role: 'ADMIN', tokenHash } });
  await tx.idempotencyKey.create({ data: { tenant, principal: 'me', key: 'k', requestHash: HASH, response: {} } });
  await tx.consumerPosition.create({ data: { tenant, principal: 'me', name: 'planner', epoch: 'e', revision } });
}

async function tenantsIn(table: string, tx: Pick<Transaction, '$queryRawUnsafe'>): Promise<string[]> {
  const column = table === 'tenants' ? 'name' : 'tenant';
  const sql = `SELECT DISTINCT ${column} AS tenant FROM tool_catalog.${table} ORDER BY 1`;
  return (await tx.$queryRawUnsafe<{ tenant: string }[]>(sql)).map((row) => row.tenant);
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return sqlState(error);
  }
}

describe('row-level security', () => {
  it('is tried on every table that has it', async () => {
    const { rows } = await admin.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'tool_catalog'::regnamespace AND relrowsecurity ORDER BY 1",
    );
    expect(rows.map((row) => row.relname)).toEqual([...TABLES].sort());
  });

  it.each(TABLES)('T-1: shows a tenant of %s what is its own and what is shared, without any filter', async (table) => {
    const seen = await database.withTenant('acme', (tx) => tenantsIn(table, tx));
    expect(seen).toEqual(PRIVATE.includes(table) ? ['acme'] : ['acme', 'shared']);
    expect(await tenantsIn(table, database.system)).toEqual(['acme', 'globex', 'shared']);
  });

  it.each(TABLES)('T-2: shows nothing of %s where no tenant is set', async (table) => {
    expect(await tenantsIn(table, database.app)).toEqual([]);
    // After a transaction the setting is '' on the pooled connection, not null.
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => database.withTenant('acme', (tx) => tx.tenant.count())));
    const seen = await Promise.all([1, 2, 3, 4, 5, 6].map(() => tenantsIn(table, database.app)));
    expect(seen.flat()).toEqual([]);
  });

  it('T-2: lets nobody write where no tenant is set, and refuses an empty one', async () => {
    const data = { tenant: 'acme', action: 'created', changes: {}, changedBy: 'me' };
    expect(await codeOf(database.app.auditEntry.create({ data }))).toBe('42501');
    expect(() => database.withTenant('', (tx) => tx.tenant.count())).toThrow(/needs a tenant/);
  });

  it.each(['globex', 'shared'])('lets a tenant write no rows of %s', async (other) => {
    const asAcme = <T>(work: (tx: Transaction) => Promise<T>) => database.withTenant('acme', work);
    const toolId = randomUUID();
    const audit = { tenant: other, action: 'created', changes: {}, changedBy: 'me' };
    const inserts = [
      asAcme((tx) => tx.toolIdentity.create({ data: { toolId, tenant: other, platform: 'linux', name: 'cat' } })),
      asAcme((tx) => tx.auditEntry.create({ data: audit })),
      asAcme((tx) => tx.tenant.create({ data: { name: `${other}2` } })),
    ];
    expect(await Promise.all(inserts.map(codeOf))).toEqual(['42501', '42501', '42501']);
    const updated = await asAcme((tx) =>
      tx.toolVersion.updateMany({ where: { tenant: other }, data: { enabled: false } }),
    );
    expect(updated.count).toBe(0);
    const deleted = await asAcme((tx) => tx.idempotencyKey.deleteMany({ where: { tenant: other } }));
    expect(deleted.count).toBe(0);
  });

  it('lets no row change its tenant, and no row be hung below another tenant', async () => {
    const moved = database.withTenant(
      'acme',
      (tx) => tx.$executeRaw`UPDATE tool_catalog.idempotency_keys SET tenant = 'globex'`,
    );
    expect(await codeOf(moved)).toBe('42501');
    const [foreign] = await database.system.toolVersion.findMany({ where: { tenant: 'globex', isLatest: true } });
    const capability = { tenant: 'acme', versionId: foreign?.id ?? 0, name: 'stray', description: '' };
    expect(await codeOf(database.withTenant('acme', (tx) => tx.capability.create({ data: capability })))).toBe('23503');
    expect(await codeOf(database.system.capability.create({ data: capability }))).toBe('23503');
    const version = { ...versionOf('acme', foreign?.toolId ?? '', '9.9'), isLatest: false };
    expect(await codeOf(database.withTenant('acme', (tx) => tx.toolVersion.create({ data: version })))).toBe('23503');
    const rename = database.systemTransaction((tx) => tx.toolVersion.updateMany({ data: { name: 'other' } }));
    expect(await codeOf(rename)).toBe('23000');
  });

  it('T-3: keeps tenants apart on connections that they share, whatever ends their transactions', async () => {
    const small = await openDatabase({ connection: testDatabase.url, poolSize: 3, log: silentLog });
    const tenants = Array.from({ length: 16 }, (_, index) => `bleed-${index}`);
    await database.systemTransaction((tx) => tx.tenant.createMany({ data: tenants.map((name) => ({ name })) }));
    const failures = { ofOthers: 0, aborted: 0 };
    const visit = async (tenant: string, round: number): Promise<void> => {
      try {
        await small.withTenant(tenant, async (tx) => {
          const key = `${round}`;
          await tx.idempotencyKey.create({ data: { tenant, principal: 'p', key, requestHash: HASH, response: {} } });
          const seen = await tenantsIn('idempotency_keys', tx);
          if (seen.length !== 1 || seen[0] !== tenant) failures.ofOthers++;
          if (round % 3 === 0) throw new Error('abort');
          if (round % 3 === 1) await tx.$executeRaw`SELECT 1 / 0`;
        });
      } catch {
        failures.aborted++;
      }
    };
    for (let round = 0; round < 9; round++) {
      await Promise.all(tenants.map((tenant) => visit(tenant, round)));
      if ((await tenantsIn('idempotency_keys', small.app)).length > 0) failures.ofOthers++;
    }
    expect(failures).toEqual({ ofOthers: 0, aborted: 16 * 6 });
    await small.close();
  });

  it('T-5: tells nothing of the keys of other tenants', async () => {
    const used = await database.withTenant('shared', async (tx) => {
      await tx.tenant.create({ data: { name: 'initech' } });
    });
    expect(used).toBeUndefined();
    await expect(database.withTenant('initech', (tx) => fill(tx, 'initech', 4))).resolves.toBeUndefined();
    const again = database.withTenant('initech', (tx) =>
      tx.idempotencyKey.create({
        data: { tenant: 'initech', principal: 'me', key: 'k', requestHash: HASH, response: {} },
      }),
    );
    const refusal = await again.catch((error: unknown) => error);
    expect(isUniqueViolation(refusal)).toBe(true);
    expect(isUniqueViolation(refusal, 'idempotency_keys_pkey')).toBe(true);
    expect(isUniqueViolation(refusal, 'tools_one_latest')).toBe(false);
  });
});

describe('what the roles may do', () => {
  it.each([
    ['audit entries', `UPDATE tool_catalog.tool_audit_log SET action = 'x'`, ['42501', '42501']],
    ['audit entries', 'DELETE FROM tool_catalog.tool_audit_log', ['42501', '42501']],
    ['audit entries', 'TRUNCATE tool_catalog.tool_audit_log', ['42501', '42501']],
    ['the change log', `UPDATE tool_catalog.tool_changes SET actor = 'x'`, ['42501', '42501']],
    ['the change log', 'DELETE FROM tool_catalog.tool_changes WHERE false', ['42501', 'no error']],
    ['the revisions', 'DELETE FROM tool_catalog.catalog_revisions WHERE false', ['42501', 'no error']],
    ['the epoch', `UPDATE tool_catalog.catalog_head SET epoch = epoch`, ['42501', 'no error']],
    [
      'a second head',
      `INSERT INTO tool_catalog.catalog_head (id, epoch, chain) VALUES (2, 'x', '')`,
      ['42501', '42501'],
    ],
    ["a version's content", `UPDATE tool_catalog.tools SET description = 'x' WHERE false`, ['42501', 'no error']],
    ["a token's hash", `UPDATE tool_catalog.api_tokens SET token_hash = token_hash`, ['42501', 'no error']],
    ['the tables themselves', 'ALTER TABLE tool_catalog.tools DISABLE ROW LEVEL SECURITY', ['42501', '42501']],
    ['the migrations', 'DELETE FROM public._prisma_migrations', ['42501', '42501']],
  ])('%s: %s', async (_what, sql, expected) => {
    const codes = [
      await codeOf(database.withTenant('acme', (tx) => tx.$executeRawUnsafe(sql))),
      await codeOf(database.systemTransaction((tx) => tx.$executeRawUnsafe(sql))),
    ];
    expect(codes).toEqual(expected);
  });

  it('lets the application lock the rows that its writers lock first', async () => {
    const sql = 'SELECT FROM tool_catalog.tool_identities FOR UPDATE';
    expect(await codeOf(database.withTenant('acme', (tx) => tx.$executeRawUnsafe(sql)))).toBe('no error');
  });
});
