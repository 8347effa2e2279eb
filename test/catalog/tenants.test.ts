import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/access/principal.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql, tableCounts } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
let clock = Date.parse('2026-01-01T00:00:00Z');
const ada = caller();
const tom = caller({ tenant: 'acme', name: 'tom' });
const uma = caller({ tenant: 'umbra', name: 'uma' });

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([
    openSql(testDatabase.url),
    startInstance(testDatabase.url, { now: () => new Date(clock) }),
  ]);
  await instance.commands.createTenant(ada, { name: 'acme', displayName: 'Acme' });
  await instance.commands.createTenant(ada, { name: 'umbra' });
});

afterAll(async () => {
  await expectSoundLog(sql);
  for (const tenant of ['shared', 'acme', 'umbra']) await expectViewToEqualRows(instance, sql, tenant);
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

const create = (who: Caller, name: string, over: object = {}) =>
  instance.commands.createTool(who, { definition: definitionInput({ name, ...over }) });

describe('layers', () => {
  test("a tenant's tool hides the shared one of its platform and name; deleting it brings the shared one back", async () => {
    const shared = await create(ada, 'shadowed');
    const own = await create(tom, 'shadowed', { category: 'custom' });
    expect(instance.follower.viewFor('acme').find('shadowed')).toEqual(own);
    expect(instance.follower.viewFor('umbra').find('shadowed')).toEqual(shared);
    await instance.commands.updateTool(tom, { name: 'shadowed', patch: { description: 'Ours.' } });
    expect(instance.follower.viewFor('shared').find('shadowed')).toEqual(shared);
    await instance.commands.deleteTool(tom, { name: 'shadowed' });
    expect(instance.follower.viewFor('acme').find('shadowed')).toEqual(shared);
  });

  test('a tool of its own may be deleted although something shared needs one of that name: the shared one is back then', async () => {
    await create(ada, 'needed');
    await create(ada, 'needs-it', { dependencies: [{ name: 'needed', type: 'tool' }] });
    await create(tom, 'needed');
    await create(tom, 'needs-it-too', { dependencies: [{ name: 'needed', type: 'tool' }] });
    expect((await instance.commands.deleteTool(tom, { name: 'needed' })).deletedAt).not.toBeNull();
    await create(tom, 'only-ours');
    await create(tom, 'needs-ours', { dependencies: [{ name: 'only-ours', type: 'tool' }] });
    await expect(instance.commands.deleteTool(tom, { name: 'only-ours' })).rejects.toMatchObject({
      code: 'REQUIRED_BY_TOOLS',
      message: expect.stringContaining('needs-ours'),
    });
    // What the tenant's own tool of the name no longer needs is not asked of the shared one that it hides.
    await create(ada, 'hidden', { dependencies: [{ name: 'only-ours', type: 'tool' }] });
    await create(tom, 'hidden');
    await instance.commands.disableTool(tom, { name: 'needs-ours' });
    expect((await instance.commands.deleteTool(tom, { name: 'only-ours' })).deletedAt).not.toBeNull();
  });

  test('a bare name that a tenant sees on several platforms, of either catalog, is ambiguous to its verbs as to its queries', async () => {
    await create(ada, 'two-layers', { platform: 'windows' });
    await create(tom, 'two-layers');
    expect(() => instance.follower.viewFor('acme').find('two-layers')).toThrow('exists on linux and windows');
    const { commands } = instance;
    const attempts = [
      () => commands.deleteTool(tom, { name: 'two-layers' }),
      () => commands.disableTool(tom, { name: 'two-layers' }),
      () => commands.updateTool(tom, { name: 'two-layers', patch: { category: 'x' } }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'AMBIGUOUS_NAME', platforms: ['linux', 'windows'] });
    }
    await commands.deleteTool(tom, { name: 'two-layers', platform: 'linux' });
    // Of deleted ones there is one alone.
    expect(await commands.restoreTool(tom, { name: 'two-layers' })).toMatchObject({
      platform: 'linux',
      deletedAt: null,
    });
    await create(tom, 'two-layers', { platform: 'windows' });
    await commands.deleteTool(ada, { name: 'two-layers' });
    await commands.deleteTool(tom, { name: 'two-layers', platform: 'windows' });
    // The tenant sees the one on linux and nothing else.
    expect(await commands.disableTool(tom, { name: 'two-layers' })).toMatchObject({
      platform: 'linux',
      enabled: false,
    });
  });

  test('the shared catalog is changed by its own admins alone, and a tenant is told how to shadow it', async () => {
    await create(ada, 'common');
    const { commands } = instance;
    const attempts = [
      () => commands.updateTool(tom, { name: 'common', patch: { category: 'x' } }),
      () => commands.rollbackTool(tom, { name: 'common', toVersion: '1.0.0' }),
      () => commands.setLatestVersion(tom, { name: 'common', toVersion: '1.0.0' }),
      () => commands.setToolState(tom, { name: 'common', status: 'DISABLED' }),
      () => commands.enableTool(tom, { name: 'common' }),
      () => commands.disableTool(tom, { name: 'common', platform: 'linux' }),
      () => commands.deprecateTool(tom, { name: 'common' }),
      () => commands.deleteTool(tom, { name: 'common' }),
      () => commands.restoreTool(tom, { name: 'common' }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('shadow') });
    }
    const bulk = await commands.bulkUpdateTools(tom, { filter: { names: ['common'] }, enabled: false });
    expect(bulk.matched).toBe(0);
    expect(instance.follower.viewFor('shared').find('common')).toMatchObject({ enabled: true, version: '1.0.0' });
  });
});

describe('walls', () => {
  test("T-2 and T-5: another tenant's tools are as if they were not, and their names are free", async () => {
    const secret = await create(tom, 'secret');
    const { commands, history } = instance;
    for (const verb of ['enableTool', 'deleteTool', 'restoreTool'] as const) {
      await expect(commands[verb](uma, { name: 'secret' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(commands[verb](ada, { name: 'secret' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await history.version('umbra', secret.toolId, '1.0.0')).toBeUndefined();
    expect(await history.versions('umbra', secret.toolId)).toEqual([]);
    expect(instance.follower.viewFor('umbra').byId(secret.toolId)).toBeUndefined();
    const own = await create(uma, 'secret');
    expect(own.toolId).not.toBe(secret.toolId);
    await commands.deleteTool(tom, { name: 'secret' });
    const deleted = (tenant: string) => history.deletedTools(tenant).then((tools) => tools.map(({ toolId }) => toolId));
    expect(await deleted('acme')).toContain(secret.toolId);
    expect(await deleted('umbra')).not.toContain(secret.toolId);
    expect(await deleted('shared')).not.toContain(secret.toolId);
  });

  test('T-1: a dependency on it, an idempotency key and an audit row of one tenant are nothing to another', async () => {
    await create(tom, 'pillar');
    await create(uma, 'pillar');
    await create(uma, 'leans', { dependencies: [{ name: 'pillar', type: 'tool' }] });
    const key = { name: 'pillar', idempotencyKey: 'same-key' };
    const namesake = caller({ tenant: 'umbra', name: 'tom' });
    expect((await instance.commands.disableTool(tom, key)).tenant).toBe('acme');
    expect((await instance.commands.disableTool(namesake, key)).tenant).toBe('umbra');
    expect((await instance.commands.deleteTool(tom, { name: 'pillar' })).tenant).toBe('acme');
    const seen = await instance.database.withTenant('umbra', (tx) => tx.auditEntry.findMany());
    expect(new Set(seen.map(({ tenant }) => tenant))).toEqual(new Set(['umbra']));
  });

  test('T-2: a tenant that there is not can be given nothing', async () => {
    const ghost = caller({ tenant: 'ghost', name: 'gil' });
    const before = await tableCounts(sql);
    await expect(create(ghost, 'nothing')).rejects.toThrow();
    expect(await tableCounts(sql)).toEqual(before);
  });

  test('tenants are made by admins of the shared one, once each', async () => {
    const { commands } = instance;
    await expect(commands.createTenant(tom, { name: 'mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(commands.createTenant(caller({ role: 'ORCHESTRATOR' }), { name: 'mine' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(commands.createTenant(ada, { name: 'acme' })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    for (const name of ['', 'A', 'a b', '-a', 'a-', 'x'.repeat(101), 'shared/x']) {
      await expect(commands.createTenant(ada, { name })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
    const made = await sql.rows(
      "select changes, changed_by from tool_catalog.tool_audit_log where action = 'tenant_created'",
    );
    expect(made).toHaveLength(2);
  });
});

describe('roles and owners', () => {
  test('an owner updates, enables, disables and deprecates its tool; everything else is for admins', async () => {
    const grace = caller({ name: 'grace', role: 'ORCHESTRATOR' });
    const eve = caller({ name: 'eve', role: 'ORCHESTRATOR' });
    const namesake = caller({ name: 'grace', role: 'ORCHESTRATOR', tenant: 'acme' });
    await create(ada, 'owned', { owner: 'grace' });
    const { commands } = instance;
    const may = (who: Caller) => [
      () => commands.updateTool(who, { name: 'owned', patch: { category: 'automation' } }),
      () => commands.disableTool(who, { name: 'owned' }),
      () => commands.enableTool(who, { name: 'owned' }),
      () => commands.deprecateTool(who, { name: 'owned' }),
    ];
    const mayNot = (who: Caller) => [
      () => create(who, 'another'),
      () => commands.rollbackTool(who, { name: 'owned', toVersion: '1.0.0' }),
      () => commands.setLatestVersion(who, { name: 'owned', toVersion: '1.0.0' }),
      () => commands.setToolState(who, { name: 'owned', owner: who.principal.name }),
      () => commands.deleteTool(who, { name: 'owned' }),
      () => commands.restoreTool(who, { name: 'owned' }),
      () => commands.importTools(who, { yaml: 'x' }),
      () => commands.bulkUpdateTools(who, { filter: { names: ['owned'] }, enabled: false }),
    ];
    for (const run of [...may(eve), ...mayNot(eve), ...may(namesake), ...mayNot(grace)]) {
      await expect(run()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const run of may(grace)) await run();
    expect(instance.follower.viewFor('shared').find('owned')).toMatchObject({
      status: 'DEPRECATED',
      updatedBy: 'grace',
    });
  });

  test('D-9: a refusal leaves one audit row a minute for what was refused, and changes nothing', async () => {
    const viewer = caller({ name: 'vera', role: 'VIEWER', tenant: 'acme' });
    const refusals = () =>
      sql.rows(
        "select action, tool_name, platform, tenant, ip_address, revision from tool_catalog.tool_audit_log where changed_by = 'vera' order by id",
      );
    const attempt = (name: string) =>
      instance.commands.deleteTool(viewer, { name, platform: 'linux' }).catch(() => undefined);
    await create(tom, 'guarded');
    const before = await instance.log.head();
    for (let round = 0; round < 3; round += 1) await attempt('guarded');
    await instance.commands.importTools(viewer, { yaml: 'x' }).catch(() => undefined);
    const rows = [
      {
        action: 'deleteTool_refused',
        tool_name: 'guarded',
        platform: 'linux',
        tenant: 'acme',
        ip_address: '192.0.2.7',
        revision: null,
      },
      {
        action: 'importTools_refused',
        tool_name: null,
        platform: null,
        tenant: 'acme',
        ip_address: '192.0.2.7',
        revision: null,
      },
    ];
    expect(await refusals()).toEqual(rows);
    clock += 59_999;
    await attempt('guarded');
    expect(await refusals()).toEqual(rows);
    clock += 1;
    await attempt('guarded');
    expect(await refusals()).toEqual([...rows, rows[0]]);
    expect(await instance.log.head()).toEqual(before);
  });
});
