import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ToolState } from '../../src/view/catalog-change.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let instance: TestInstance;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  instance = await startInstance(testDatabase.url);
});

afterAll(async () => {
  await instance.close();
  await testDatabase.drop();
});

const ada = caller();

async function stored(tool: ToolState): Promise<ToolState | undefined> {
  return instance.history.version('shared', tool.toolId, tool.version);
}

test('a created tool is in the view at once, and the row says the same as the change log', async () => {
  const tool = await instance.commands.createTool(ada, { definition: definitionInput({ name: 'created' }) });
  expect(tool).toMatchObject({
    name: 'created',
    version: '1.0.0',
    status: 'ACTIVE',
    enabled: true,
    isLatest: true,
    createdBy: 'ada',
  });
  const seen = instance.follower.viewFor('shared').find('created');
  expect(seen).toEqual(tool);
  expect(await stored(tool)).toEqual(tool);
  const [revision] = (await instance.log.revisionsAfter(tool.revision - 1, 1)) ?? [];
  expect(revision?.changes).toHaveLength(1);
  expect(revision?.changes[0]).toMatchObject({ action: 'CREATED', before: null, actor: 'ada' });
  expect(revision?.changes[0]?.after).toEqual(tool);
});

test('an update makes the next version, its parent the one before, and carries the state over', async () => {
  const first = await instance.commands.createTool(ada, {
    definition: definitionInput({ name: 'updated', owner: 'grace' }),
  });
  await instance.commands.disableTool(ada, { name: 'updated' });
  const second = await instance.commands.updateTool(ada, { name: 'updated', patch: { description: 'Another text.' } });
  expect(second).toMatchObject({
    version: '1.0.1',
    parentVersion: '1.0.0',
    enabled: false,
    owner: 'grace',
    isLatest: true,
    toolId: first.toolId,
  });
  expect(await stored(second)).toEqual(second);
  expect(await stored(first)).toMatchObject({ isLatest: false, revision: second.revision });
  const [revision] = (await instance.log.revisionsAfter(second.revision - 1, 1)) ?? [];
  expect(revision?.changes[0]?.changedFields).toEqual(['/description', '/version']);
  const audit = await instance.database.system.auditEntry.findMany({
    where: { toolName: 'updated' },
    orderBy: { id: 'asc' },
  });
  expect(
    audit.map((entry) => [entry.action, entry.toolVersion, entry.changedBy, entry.ipAddress, Number(entry.revision)]),
  ).toEqual([
    ['created', '1.0.0', 'ada', '192.0.2.7', first.revision],
    ['disabled', '1.0.0', 'ada', '192.0.2.7', first.revision + 1],
    ['updated', '1.0.1', 'ada', '192.0.2.7', second.revision],
  ]);
});

test('equal content stores nothing, whatever else is asked', async () => {
  const tool = await instance.commands.createTool(ada, { definition: definitionInput({ name: 'equal' }) });
  const head = await instance.log.head();
  const same = await instance.commands.updateTool(ada, {
    name: 'equal',
    newVersion: '9.0',
    patch: { description: tool.description, defaults: { freshness: 'live' } },
  });
  expect(same).toEqual(tool);
  expect(await instance.log.head()).toEqual(head);
});

test('the whole life of a tool', async () => {
  const { commands } = instance;
  await commands.createTool(ada, { definition: definitionInput({ name: 'life' }) });
  const trial = await commands.updateTool(ada, { name: 'life', patch: { category: 'automation' }, publish: false });
  expect(trial).toMatchObject({ version: '1.0.1', status: 'TESTING', isLatest: false });
  expect(instance.follower.viewFor('shared').find('life')).toMatchObject({
    version: '1.0.0',
    revision: trial.revision,
  });
  const published = await commands.setLatestVersion(ada, { name: 'life', toVersion: '1.0.1' });
  expect(published).toMatchObject({ version: '1.0.1', status: 'ACTIVE', isLatest: true });
  await expect(commands.rollbackTool(ada, { name: 'life', toVersion: '3' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const back = await commands.rollbackTool(ada, { name: 'life', toVersion: '1.0.0' });
  expect(back).toMatchObject({ version: '1.0.0', isLatest: true });
  await expect(commands.rollbackTool(ada, { name: 'life', toVersion: '1.0.1' })).rejects.toMatchObject({
    code: 'NOT_EARLIER',
  });
  expect(await commands.deprecateTool(ada, { name: 'life' })).toMatchObject({ status: 'DEPRECATED' });
  const gone = await commands.deleteTool(ada, { name: 'life' });
  expect(gone.deletedAt).not.toBeNull();
  expect(instance.follower.viewFor('shared').find('life')).toBeUndefined();
  await expect(commands.createTool(ada, { definition: definitionInput({ name: 'life' }) })).rejects.toMatchObject({
    code: 'DELETED',
  });
  await expect(commands.enableTool(ada, { name: 'life' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const restored = await commands.restoreTool(ada, { name: 'life' });
  expect(restored).toMatchObject({ deletedAt: null, status: 'DEPRECATED', version: '1.0.0' });
  expect(instance.follower.viewFor('shared').find('life')).toEqual(restored);
  const actions = (await instance.log.revisionsAfter(trial.revision - 2, 100))?.flatMap((revision) =>
    revision.changes.map((change) => change.action),
  );
  expect(actions).toEqual(['CREATED', 'UPDATED', 'UPDATED', 'ROLLED_BACK', 'DEPRECATED', 'DELETED', 'RESTORED']);
});

test('an idempotency key has one effect, and refuses another request', async () => {
  const command = { definition: definitionInput({ name: 'once' }), idempotencyKey: 'k1' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => instance.commands.createTool(ada, command)));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  await expect(
    instance.commands.createTool(ada, { definition: definitionInput({ name: 'twice' }), idempotencyKey: 'k1' }),
  ).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('an import reports each document, and a second one changes nothing', async () => {
  const yaml = [
    'tool_name: imp_a\nversion: "1.0"\ndescription: A\nplatform: linux\ncategory: system\ncapabilities: {}',
    'tool_name: imp_b\nversion: "1.0"\nplatform: linux',
  ].join('\n---\n');
  const report = await instance.commands.importTools(ada, { yaml });
  expect(report).toMatchObject({ created: 1, failed: 1 });
  expect(report.results.map((result) => result.outcome)).toEqual(['CREATED', 'FAILED']);
  const again = await instance.commands.importTools(ada, { yaml });
  expect(again).toMatchObject({ created: 0, unchanged: 1, failed: 1 });
  const atomic = await instance.commands.importTools(ada, { yaml: yaml.replaceAll('imp_', 'atom_'), atomic: true });
  expect(atomic).toMatchObject({ created: 0, skipped: 1, failed: 1 });
  expect(instance.follower.viewFor('shared').find('atom_a')).toBeUndefined();
});
