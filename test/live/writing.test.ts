import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { failOn, openSql, type Sql, tableCounts } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows, storedStates } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let one: TestInstance;
let two: TestInstance;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, one, two] = await Promise.all([
    openSql(testDatabase.url),
    startInstance(testDatabase.url),
    startInstance(testDatabase.url),
  ]);
});

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await sql.close();
  await testDatabase.drop();
});

/** All that a write may touch. */
async function everything() {
  return { counts: await tableCounts(sql), head: await one.log.head(), states: await storedStates(sql, 'true') };
}

describe('W1: one transaction holds rows, change log, audit and revision: all of it or none', () => {
  beforeEach(async () => {
    const { commands } = one;
    const names = one.follower.viewFor('shared').tools();
    if (names.some((tool) => tool.name === 'base')) return;
    await commands.createTool(ada, { definition: definitionInput({ name: 'base' }) });
    await commands.updateTool(ada, { name: 'base', patch: { category: 'automation' } });
  });

  const onCreate = [
    ['INSERT', 'idempotency_keys'],
    ['INSERT', 'tool_identities'],
    ['INSERT', 'tools'],
    ['INSERT', 'tool_capabilities'],
    ['INSERT', 'tool_patterns'],
    ['UPDATE', 'catalog_head'],
    ['INSERT', 'catalog_revisions'],
    ['INSERT', 'tool_changes'],
    ['INSERT', 'tool_audit_log'],
    ['UPDATE', 'idempotency_keys'],
  ] as const;

  test.each(onCreate)('a create that fails at %s %s leaves nothing, and no hole', async (statement, table) => {
    const before = await everything();
    const name = `w1-${table}-${statement}`.toLowerCase();
    const command = { definition: definitionInput({ name }), idempotencyKey: name };
    const mend = await failOn(sql, statement, table);
    await expect(one.commands.createTool(ada, command)).rejects.toThrow(/planted fault/);
    await mend();
    expect(await everything()).toEqual(before);
    expect(one.follower.viewFor('shared').find(name)).toBeUndefined();
    const tool = await one.commands.createTool(ada, command);
    expect(tool.revision).toBe(before.head.revision + 1);
  });

  const verbs: [string, () => Promise<unknown>][] = [
    ['updateTool', () => one.commands.updateTool(ada, { name: 'base', patch: { description: 'Another.' } })],
    ['rollbackTool', () => one.commands.rollbackTool(ada, { name: 'base', toVersion: '1.0.0' })],
    ['disableTool', () => one.commands.disableTool(ada, { name: 'base' })],
    ['deleteTool', () => one.commands.deleteTool(ada, { name: 'base' })],
    [
      'bulkUpdateTools',
      () => one.commands.bulkUpdateTools(ada, { filter: { platforms: ['linux'] }, status: 'DEPRECATED' }),
    ],
    [
      'importTools',
      () =>
        one.commands.importTools(ada, {
          yaml: 'tool_name: base\nversion: "7"\ndescription: A\nplatform: linux\ncategory: system\ncapabilities: {}',
        }),
    ],
  ];
  test.each(verbs)('%s that fails at the last table leaves nothing', async (_, run) => {
    const before = await everything();
    for (const [statement, table] of [
      ['INSERT', 'tool_audit_log'],
      ['UPDATE', 'catalog_head'],
    ] as const) {
      const mend = await failOn(sql, statement, table);
      await expect(run()).rejects.toThrow(/planted fault/);
      await mend();
      expect(await everything()).toEqual(before);
    }
  });
});

test('W2: concurrent writers in two instances leave no hole, and one transaction is one revision', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `w2-${index}`);
  const before = await one.log.head();
  const created = await Promise.all(
    names.map((name, index) =>
      (index % 2 === 0 ? one : two).commands.createTool(ada, { definition: definitionInput({ name }) }),
    ),
  );
  const revisions = created.map((tool) => tool.revision).sort((left, right) => left - right);
  expect(revisions).toEqual(names.map((_, index) => before.revision + 1 + index));
  await one.follower.waitFor(await one.log.head(), 10_000);
  const report = await one.commands.bulkUpdateTools(ada, { filter: { names }, owner: 'grace' });
  expect(report.updated).toBe(names.length);
  const [revision, ...none] = (await one.log.revisionsAfter(before.revision + names.length, 100)) ?? [];
  expect(none).toEqual([]);
  expect(revision?.changes.map((change) => change.toolName).sort()).toEqual(names);
  await expectSoundLog(sql);
  await expectViewToEqualRows(one, sql);
  await expectViewToEqualRows(two, sql);
});

test('W3: where nothing differs there is no revision, no change and no audit row, whatever the verb', async () => {
  const { commands } = one;
  const yaml =
    'tool_name: w3\nversion: "1.0"\ndescription: A\nplatform: linux\ncategory: system\nowner: grace\ncapabilities: {}';
  await commands.importTools(ada, { yaml });
  const before = await everything();
  await commands.enableTool(ada, { name: 'w3' });
  await commands.setToolState(ada, { name: 'w3', status: 'ACTIVE', owner: 'grace' });
  await commands.updateTool(ada, { name: 'w3', patch: { description: 'A' }, newVersion: '2' });
  await commands.rollbackTool(ada, { name: 'w3', toVersion: '1.0' });
  await commands.setLatestVersion(ada, { name: 'w3', toVersion: '1.0' });
  await commands.restoreTool(ada, { name: 'w3' });
  await commands.importTools(ada, { yaml: yaml.replace('"1.0"', '"4.0"') });
  await commands.bulkUpdateTools(ada, {
    filter: { names: ['w3'] },
    enabled: true,
    owner: 'grace',
    patch: { category: 'system' },
  });
  expect(await everything()).toEqual(before);
});

test('W4: the hint carries the head revision and nothing else, and travels with its transaction', async () => {
  const client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
  try {
    const payloads: (string | undefined)[] = [];
    client.on('notification', (message) => payloads.push(message.payload));
    await client.query('listen tool_catalog');
    const mend = await failOn(sql, 'UPDATE', 'idempotency_keys');
    const lost = { definition: definitionInput({ name: 'w4-lost' }), idempotencyKey: 'w4' };
    await expect(one.commands.createTool(ada, lost)).rejects.toThrow(/planted fault/);
    await mend();
    const tool = await one.commands.createTool(ada, { definition: definitionInput({ name: 'w4' }) });
    await client.query('select 1');
    expect(payloads).toEqual([String(tool.revision)]);
  } finally {
    await client.end();
  }
});

test('W5: a mutation is answered when its own view has it, a repetition of it through another instance likewise', async () => {
  const command = { definition: definitionInput({ name: 'w5' }), idempotencyKey: 'w5' };
  const deaf = await startInstance(testDatabase.url, { pollMs: 60_000 });
  try {
    await sql.rows(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tool-catalog listen' and datname = current_database()`);
    const tool = await one.commands.createTool(ada, command);
    expect(one.follower.viewFor('shared').find('w5')).toEqual(tool);
    expect(await deaf.commands.createTool(ada, command)).toEqual(tool);
    expect(deaf.follower.viewFor('shared').find('w5')).toEqual(tool);
  } finally {
    await deaf.close();
  }
});
