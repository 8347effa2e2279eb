import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilityInput, definitionInput, patternInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql, tableCounts } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows, storedStates } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
const ada = caller();
const names = ['bulk-a', 'bulk-b', 'bulk-c'];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([openSql(testDatabase.url), startInstance(testDatabase.url)]);
  await instance.commands.createTenant(ada, { name: 'acme' });
  for (const name of names) {
    const definition = definitionInput({ name, version: '1.0', metadata: { tags: ['bulk'], note: 'x' } });
    await instance.commands.createTool(ada, { definition });
  }
  const acme = caller({ tenant: 'acme', name: 'tom' });
  await instance.commands.createTool(acme, {
    definition: definitionInput({ name: 'bulk-a', metadata: { tags: ['bulk'] } }),
  });
});

afterAll(async () => {
  await expectSoundLog(sql);
  await expectViewToEqualRows(instance, sql);
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

const everything = async () => ({
  counts: await tableCounts(sql),
  head: await instance.log.head(),
  states: await storedStates(sql, 'true'),
});

test.each([
  ['an empty filter', { filter: {} }, '/filter'],
  ['a filter of nulls', { filter: { names: null, text: '', deleted: false } }, '/filter'],
  ['deleted tools', { filter: { deleted: true } }, '/filter/deleted'],
  ['nothing to do', { filter: { tags: ['bulk'] } }, ''],
])('%s is refused, and nothing is changed', async (_, command, path) => {
  const before = await everything();
  const change = path === '' ? {} : { enabled: false };
  const refused = instance.commands.bulkUpdateTools(ada, { ...command, ...change });
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ severity: 'ERROR', path }] });
  expect(await everything()).toEqual(before);
});

test('a dry run tells what would happen, writes nothing, and takes no idempotency key', async () => {
  const before = await everything();
  const command = {
    filter: { tags: ['bulk'] },
    patch: { category: 'automation' },
    owner: 'grace',
    idempotencyKey: 'dry',
  };
  const dry = await instance.commands.bulkUpdateTools(ada, { ...command, dryRun: true });
  expect(dry).toMatchObject({ matched: 3, updated: 3, unchanged: 0, failed: 0, dryRun: true });
  expect(dry.results[0]).toMatchObject({
    name: 'bulk-a',
    version: '1.1',
    outcome: 'UPDATED',
    changes: [
      { path: '/category', before: 'system', after: 'automation' },
      { path: '/version', before: '1.0', after: '1.1' },
      { path: '/owner', before: null, after: 'grace' },
    ],
  });
  expect(await everything()).toEqual(before);
  const real = await instance.commands.bulkUpdateTools(ada, command);
  expect({ ...real, dryRun: true }).toEqual(dry);
  expect(await instance.commands.bulkUpdateTools(ada, command)).toEqual(real);
});

test("one revision, one audit row for each tool that changed, and the caller's tenant alone", async () => {
  const before = await instance.log.head();
  const report = await instance.commands.bulkUpdateTools(ada, {
    filter: { tags: ['bulk'] },
    status: 'DEPRECATED',
    enabled: false,
    reason: 'the end of bulk',
  });
  expect(report).toMatchObject({ matched: 3, updated: 3 });
  const revisions = (await instance.log.revisionsAfter(before.revision, 10)) ?? [];
  expect(revisions).toHaveLength(1);
  expect(revisions[0]?.changes.map(({ tenant, action }) => `${tenant} ${action}`)).toEqual(
    names.map(() => 'shared DEPRECATED'),
  );
  const audit = await sql.rows(
    'select tool_name, reason from tool_catalog.tool_audit_log where revision = $1 order by 1',
    [before.revision + 1],
  );
  expect(audit).toEqual(names.map((name) => ({ tool_name: name, reason: 'the end of bulk' })));
  expect(instance.follower.viewFor('acme').find('bulk-a')).toMatchObject({ tenant: 'acme', status: 'ACTIVE' });
});

test('a patch makes new versions that take the in-place changes with them; equal content makes none', async () => {
  await instance.commands.updateTool(ada, { name: 'bulk-c', patch: { metadata: { note: 'y' } } });
  const report = await instance.commands.bulkUpdateTools(ada, {
    filter: { names },
    patch: { metadata: { note: 'y' } },
    enabled: true,
  });
  expect(report.results.map(({ name, version }) => [name, version])).toEqual([
    ['bulk-a', '1.2'],
    ['bulk-b', '1.2'],
    ['bulk-c', '1.2'],
  ]);
  for (const name of names) {
    const tool = instance.follower.viewFor('shared').find(name);
    expect(tool).toMatchObject({ enabled: true, status: 'DEPRECATED', owner: 'grace', metadata: { note: 'y' } });
  }
  const again = await instance.commands.bulkUpdateTools(ada, { filter: { names }, patch: { metadata: { note: 'y' } } });
  expect(again).toMatchObject({ updated: 0, unchanged: 3 });
});

test('a tool that cannot take the patch fails alone, with its issues', async () => {
  const large = 'x'.repeat(700_000);
  const capabilities = [capabilityInput({ patterns: [patternInput({ outputSchema: { large } })] })];
  await instance.commands.createTool(ada, { definition: definitionInput({ name: 'bulk-large', capabilities }) });
  const report = await instance.commands.bulkUpdateTools(ada, {
    filter: { names: [...names, 'bulk-large'] },
    patch: { metadata: { more: 'y'.repeat(400_000) } },
  });
  expect(report).toMatchObject({ matched: 4, updated: 3, failed: 1 });
  const failed = report.results.find(({ outcome }) => outcome === 'FAILED');
  expect(failed).toMatchObject({ name: 'bulk-large', version: '1.0.0', changes: [] });
  expect(failed?.issues).toContainEqual(expect.objectContaining({ severity: 'ERROR' }));
  const bad = await instance.commands.bulkUpdateTools(ada, { filter: { names }, patch: { category: '' } });
  expect(bad).toMatchObject({ updated: 0, failed: 3 });
});

test('a filter is asked again of what the lock holds', async () => {
  const other = await startInstance(testDatabase.url, { pollMs: 60_000 });
  try {
    await sql.rows(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tool-catalog listen' and datname = current_database()`);
    await instance.commands.setToolState(ada, { name: 'bulk-a', owner: 'someone-else' });
    const report = await other.commands.bulkUpdateTools(ada, { filter: { owner: 'grace', names }, status: 'ACTIVE' });
    expect(report.results.map(({ name }) => name)).toEqual(['bulk-b', 'bulk-c']);
  } finally {
    await other.close();
  }
});

test('only admins update in bulk', async () => {
  const grace = caller({ name: 'grace', role: 'ORCHESTRATOR' });
  const refused = instance.commands.bulkUpdateTools(grace, { filter: { owner: 'grace' }, enabled: false });
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
