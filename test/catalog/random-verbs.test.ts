import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/access/principal.js';
import type { CatalogCommands, ToolReference } from '../../src/catalog/catalog-commands.js';
import { CatalogError } from '../../src/kernel/errors.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows, storedHash, storedStates } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let one: TestInstance;
let two: TestInstance;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, one, two] = await Promise.all([
    openSql(testDatabase.url),
    startInstance(testDatabase.url, { recentChanges: 20 }),
    startInstance(testDatabase.url, { recentChanges: 20 }),
  ]);
  await one.commands.createTenant(ada, { name: 'acme' });
});

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await sql.close();
  await testDatabase.drop();
});

describe('W1, W3 and D-9: for every verb the answer, the rows, the log, the audit row and the view say the same', () => {
  const name = 'every-verb';
  const steps: [string, string, (commands: CatalogCommands, who: Caller) => Promise<unknown>][] = [
    ['createTool', 'created', (commands, who) => commands.createTool(who, { definition: definitionInput({ name }) })],
    [
      'updateTool',
      'updated',
      (commands, who) => commands.updateTool(who, { name, patch: { metadata: { n: 1.5e-7 } } }),
    ],
    [
      'updateTool, unpublished',
      'updated',
      (commands, who) => commands.updateTool(who, { name, patch: { category: 'x' }, publish: false }),
    ],
    ['setLatestVersion', 'updated', (commands, who) => commands.setLatestVersion(who, { name, toVersion: '1.0.2' })],
    ['rollbackTool', 'rolled_back', (commands, who) => commands.rollbackTool(who, { name, toVersion: '1.0.0' })],
    ['disableTool', 'disabled', (commands, who) => commands.disableTool(who, { name })],
    ['enableTool', 'enabled', (commands, who) => commands.enableTool(who, { name })],
    ['deprecateTool', 'deprecated', (commands, who) => commands.deprecateTool(who, { name })],
    [
      'setToolState',
      'updated',
      (commands, who) => commands.setToolState(who, { name, status: 'ACTIVE', owner: 'grace' }),
    ],
    [
      'bulkUpdateTools',
      'updated',
      (commands, who) => commands.bulkUpdateTools(who, { filter: { names: [name] }, patch: { description: 'Bulk.' } }),
    ],
    [
      'importTools',
      'updated',
      (commands, who) =>
        commands.importTools(who, {
          yaml: `tool_name: ${name}\nversion: "5"\ndescription: A\nplatform: linux\ncategory: system\ncapabilities: {}`,
        }),
    ],
    ['deleteTool', 'deleted', (commands, who) => commands.deleteTool(who, { name })],
    ['restoreTool', 'restored', (commands, who) => commands.restoreTool(who, { name })],
  ];

  test.each(steps)('%s', async (verb, action, run) => {
    const before = one.follower.viewFor('shared').find(name) ?? null;
    const head = await one.log.head();
    const answer = await run(one.commands, caller({ name: `who did ${verb}` }));
    const [revision, ...more] = (await one.log.revisionsAfter(head.revision, 10)) ?? [];
    expect(more).toEqual([]);
    expect(revision?.changes).toHaveLength(1);
    const change = revision?.changes[0];
    const view = one.follower.viewFor('shared').find(name) ?? null;
    const [row] = await storedStates(sql, `t.tool_name = '${name}' and t.is_latest`);
    expect(change?.before).toEqual(before);
    expect(change?.after).toEqual(view);
    expect(change?.action).toBe(action.toUpperCase());
    expect(row).toEqual(view ?? { ...(answer as object) });
    if ('toolId' in (answer as object)) {
      const { version } = answer as { version: string };
      const [answered] = await storedStates(sql, `t.tool_name = '${name}' and t.version = '${version}'`);
      expect(answered).toEqual(answer);
    }
    expect(verb === 'restoreTool' || verb === 'createTool').toBe(before === null);
    const audit = await sql.rows<{ action: string; changes: { path: string }[]; tool_id: number }>(
      'select action, changes, tool_id from tool_catalog.tool_audit_log where revision = $1',
      [revision?.revision],
    );
    expect(audit.map((entry) => entry.action)).toEqual([action]);
    expect(audit[0]?.changes.map(({ path }) => path)).toEqual(change?.changedFields);
    expect(audit[0]?.tool_id).not.toBeNull();
  });
});

const NAMES = ['p', 'q', 'r'] as const;
interface Step {
  readonly tenant: 'shared' | 'acme';
  readonly name: (typeof NAMES)[number];
  readonly platform: 'linux' | 'windows' | null;
  readonly verb: keyof typeof verbs;
  readonly pick: number;
}

type Run = (commands: CatalogCommands, step: Step, tool: ToolReference) => Promise<unknown>;

const who = ({ tenant, pick }: Step) => caller({ tenant, name: `admin-${pick % 3}` });
const platformOf = (step: Step) => step.platform ?? 'linux';
const yamlOf = (step: Step) =>
  NAMES.map(
    (name) =>
      `tool_name: ${name}\nversion: "1.${step.pick % 3}"\ndescription: Import ${step.pick % 4}.\nplatform: ${platformOf(step)}\ncategory: system\ncapabilities: {}\n`,
  ).join('---\n');

const verbs = {
  create: (commands, step) =>
    commands.createTool(who(step), {
      definition: definitionInput({ name: step.name, platform: platformOf(step), metadata: { pick: step.pick } }),
    }),
  update: (commands, step, tool) =>
    commands.updateTool(who(step), {
      ...tool,
      patch: { description: `Text ${step.pick % 3}.` },
      publish: step.pick % 4 !== 0,
    }),
  rollback: (commands, step, tool) => commands.rollbackTool(who(step), { ...tool, toVersion: `1.0.${step.pick % 3}` }),
  setLatest: (commands, step, tool) =>
    commands.setLatestVersion(who(step), { ...tool, toVersion: `1.0.${step.pick % 4}` }),
  state: (commands, step, tool) =>
    commands.setToolState(who(step), { ...tool, status: 'TESTING', owner: `owner-${step.pick % 2}` }),
  enable: (commands, step, tool) => commands.enableTool(who(step), tool),
  disable: (commands, step, tool) => commands.disableTool(who(step), tool),
  deprecate: (commands, step, tool) => commands.deprecateTool(who(step), tool),
  delete: (commands, step, tool) => commands.deleteTool(who(step), tool),
  restore: (commands, step, tool) => commands.restoreTool(who(step), tool),
  import: (commands, step) => commands.importTools(who(step), { yaml: yamlOf(step), atomic: step.pick % 2 === 0 }),
  bulk: (commands, step) =>
    commands.bulkUpdateTools(who(step), {
      filter: { names: [...NAMES] },
      enabled: step.pick % 2 === 0,
      patch: { metadata: { bulk: step.pick % 3 } },
    }),
} satisfies Record<string, Run>;

const step: fc.Arbitrary<Step> = fc.record({
  tenant: fc.constantFrom('shared', 'acme'),
  name: fc.constantFrom(...NAMES),
  platform: fc.constantFrom('linux', 'windows', null),
  verb: fc.constantFrom(...(Object.keys(verbs) as (keyof typeof verbs)[]), 'create', 'update', 'restore'),
  pick: fc.nat(11),
});

test('random verbs through two instances at once keep every invariant, and both copies are the rows', async () => {
  let done = 0;
  const runAll = async ({ commands }: TestInstance, steps: readonly Step[]) => {
    for (const one of steps) {
      const run: Run = verbs[one.verb];
      try {
        await run(commands, one, { name: one.name, platform: one.platform });
        done += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(CatalogError);
        expect(error).not.toMatchObject({ code: 'UNAVAILABLE' });
      }
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 25 }),
      fc.array(step, { maxLength: 25 }),
      async (left, right) => {
        await Promise.all([runAll(one, left), runAll(two, right)]);
        await expectSoundLog(sql);
        for (const tenant of ['shared', 'acme']) {
          await expectViewToEqualRows(one, sql, tenant);
          await expectViewToEqualRows(two, sql, tenant);
          expect(one.follower.viewFor(tenant).contentHash).toBe(await storedHash(sql, tenant));
        }
      },
    ),
    // Shrinking would go on with what the failed run left behind.
    { numRuns: 8, endOnFailure: true },
  );
  expect(done).toBeGreaterThan(50);
  // One that starts now reads the tables, not the log.
  const fresh = await startInstance(testDatabase.url);
  for (const tenant of ['shared', 'acme']) await expectViewToEqualRows(fresh, sql, tenant);
  await fresh.close();
});
