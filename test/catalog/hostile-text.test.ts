import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import { CatalogError } from '../../src/kernel/errors.js';
import { arbitraryTool } from '../definition/arbitrary-tool.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql, tableCounts } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows, storedStates } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([openSql(testDatabase.url), startInstance(testDatabase.url)]);
  await instance.commands.createTool(ada, { definition: definitionInput({ name: 'target' }) });
});

afterAll(async () => {
  await expectSoundLog(sql);
  await expectViewToEqualRows(instance, sql);
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

describe('text that the database cannot hold is refused with a typed error, wherever it stands', () => {
  const verbs: [string, (text: string) => Promise<unknown>][] = [
    ['name', (text) => instance.commands.enableTool(ada, { name: text })],
    ['platform', (text) => instance.commands.enableTool(ada, { name: 'target', platform: text })],
    ['reason', (text) => instance.commands.disableTool(ada, { name: 'target', reason: text })],
    ['idempotencyKey', (text) => instance.commands.disableTool(ada, { name: 'target', idempotencyKey: text })],
    ['owner', (text) => instance.commands.setToolState(ada, { name: 'target', owner: text })],
    ['toVersion', (text) => instance.commands.rollbackTool(ada, { name: 'target', toVersion: text })],
    [
      'newVersion',
      (text) => instance.commands.updateTool(ada, { name: 'target', patch: { category: 'x' }, newVersion: text }),
    ],
    ['patch', (text) => instance.commands.updateTool(ada, { name: 'target', patch: { metadata: { note: text } } })],
    ['key', (text) => instance.commands.updateTool(ada, { name: 'target', patch: { metadata: { [text]: 1 } } })],
    [
      'definition',
      (text) => instance.commands.createTool(ada, { definition: definitionInput({ name: 'x', owner: text }) }),
    ],
    ['new name', (text) => instance.commands.createTool(ada, { definition: definitionInput({ name: text }) })],
    ['bulk owner', (text) => instance.commands.bulkUpdateTools(ada, { filter: { names: ['target'] }, owner: text })],
    [
      'bulk reason',
      (text) => instance.commands.bulkUpdateTools(ada, { filter: { names: ['target'] }, enabled: false, reason: text }),
    ],
    ['tenant', (text) => instance.commands.createTenant(ada, { name: 'fine', displayName: text })],
    ['tenant name', (text) => instance.commands.createTenant(ada, { name: text })],
  ];
  test.each(verbs)('%s', async (_, run) => {
    const before = await tableCounts(sql);
    for (const text of ['a\0b', 'a\ud800b', '\udc00']) {
      await expect(run(text)).rejects.toBeInstanceOf(CatalogError);
      await expect(run(text)).rejects.toMatchObject({ retryable: false });
    }
    expect(await tableCounts(sql)).toEqual(before);
  });

  test('in an import it fails its document alone', async () => {
    const yaml = (description: string) =>
      `tool_name: import-${description.length}\nversion: "1"\ndescription: ${description}\nplatform: linux\ncategory: system\ncapabilities: {}\n`;
    const report = await instance.commands.importTools(ada, {
      yaml: [yaml('"a\\0b"'), yaml('fine'), yaml('"a\\ud800 c"')].join('---\n'),
    });
    expect(report.results.map(({ outcome }) => outcome)).toEqual(['FAILED', 'CREATED', 'FAILED']);
  });

  test.each([
    ['a key with U+0000', '"a\\0b": 1'],
    ['a key with half of a surrogate pair', '"a\\ud800b": 1'],
    ['a text whose pair is cut where it is quoted', `platform: "${'\u{1f600}'.repeat(40)}"`],
  ])('in an import with an idempotency key, %s fails its document alone, and is answered again', async (what, line) => {
    const yaml = (name: string, platform: string) =>
      `tool_name: ${name}\nversion: "1"\ndescription: fine\n${platform}\ncategory: system\ncapabilities: {}\n`;
    const bad = line.startsWith('platform') ? line : `platform: linux\n${line}`;
    const command = {
      yaml: [yaml('bad', bad), yaml(`good-${what.length}`, 'platform: linux')].join('---\n'),
      idempotencyKey: what,
    };
    const report = await instance.commands.importTools(ada, command);
    expect(report.results.map(({ outcome }) => outcome)).toEqual(['FAILED', 'CREATED']);
    expect(await instance.commands.importTools(ada, command)).toEqual(report);
  });

  test('in what a refusal tells of, it keeps the refusal neither from its caller nor from the audit log', async () => {
    const viewer = caller({ name: 'vera', role: 'VIEWER' });
    const refused = instance.commands.createTool(viewer, { definition: definitionInput({ name: 'a\0b' }) });
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const rows = await sql.rows("select tool_name from tool_catalog.tool_audit_log where changed_by = 'vera'");
    expect(rows).toEqual([{ tool_name: 'a\ufffdb' }]);
  });
});

test('whatever else a definition may say comes back from the rows, the log and the view as it went in', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(arbitraryTool, { minLength: 1, maxLength: 4, selector: (tool) => tool.name }),
      async (tools) => {
        const report = await instance.commands.importTools(ada, { yaml: toYamlStream(tools), dryRun: false });
        const known = new Set(['CREATED', 'UPDATED', 'UNCHANGED', 'FAILED']);
        for (const { outcome } of report.results) expect(known).toContain(outcome);
        const view = instance.follower.viewFor('shared');
        for (const [index, { outcome, name, platform }] of report.results.entries()) {
          if (outcome !== 'CREATED' || name === null) continue;
          const tool = view.find(name, platform);
          for (const [field, value] of Object.entries(tools[index] ?? {})) expect(tool).toHaveProperty(field, value);
          const [row] = await storedStates(sql, `t.tool_id = '${tool?.toolId}' and t.is_latest`);
          expect(row).toEqual(tool);
          expect(await instance.history.version('shared', tool?.toolId ?? '', tool?.version ?? '')).toEqual(tool);
          const [logged] = (await instance.log.revisionsAfter((tool?.revision ?? 0) - 1, 1)) ?? [];
          expect(logged?.changes.find(({ toolId }) => toolId === tool?.toolId)?.after).toEqual(tool);
          compared += 1;
        }
      },
    ),
    { numRuns: 25 },
  );
  expect(compared).toBeGreaterThan(10);
});
