import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToolState } from '../../src/view/catalog-change.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql, tableCounts } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows } from '../support/stored-catalog.js';

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
  await expectSoundLog(sql);
  await expectViewToEqualRows(one, sql);
  await expectViewToEqualRows(two, sql);
  await Promise.all([one.close(), two.close()]);
  await sql.close();
  await testDatabase.drop();
});

const create = (name: string) => one.commands.createTool(ada, { definition: definitionInput({ name }) });

describe('somebody else changed it first', () => {
  test('expectedVersion and expectedRevision: refused with what is there now, and nothing is done', async () => {
    const { commands } = one;
    const first = await create('expected');
    const second = await commands.updateTool(ada, {
      name: 'expected',
      patch: { category: 'automation' },
      expectedVersion: first.version,
      expectedRevision: first.revision,
    });
    const stale = [
      () => commands.updateTool(ada, { name: 'expected', patch: { category: 'x' }, expectedVersion: first.version }),
      ...(['enableTool', 'disableTool', 'deprecateTool', 'deleteTool', 'restoreTool'] as const).map(
        (verb) => () => commands[verb](ada, { name: 'expected', expectedRevision: first.revision }),
      ),
      () => commands.setToolState(ada, { name: 'expected', owner: 'x', expectedRevision: first.revision }),
      () => commands.rollbackTool(ada, { name: 'expected', toVersion: '1.0.0', expectedRevision: first.revision }),
      () => commands.setLatestVersion(ada, { name: 'expected', toVersion: '1.0.0', expectedRevision: first.revision }),
    ];
    const before = await tableCounts(sql);
    for (const run of stale) {
      await expect(run()).rejects.toMatchObject({
        name: 'ConflictError',
        code: 'CONFLICT',
        currentVersion: second.version,
        currentRevision: second.revision,
      });
    }
    expect(await tableCounts(sql)).toEqual(before);
    expect(one.follower.viewFor('shared').find('expected')).toEqual(second);
  });

  test('expectedRevision notices every kind of change, a stored trial version too', async () => {
    const { commands } = one;
    let { revision } = await create('any-change');
    const changes = [
      () => commands.updateTool(ada, { name: 'any-change', patch: { category: 'x' }, publish: false }),
      () => commands.setToolState(ada, { name: 'any-change', owner: 'grace' }),
      () => commands.disableTool(ada, { name: 'any-change' }),
    ];
    for (const change of changes) {
      const tool = await change();
      expect(tool.revision).toBeGreaterThan(revision);
      const stale = commands.deprecateTool(ada, { name: 'any-change', expectedRevision: revision });
      await expect(stale).rejects.toMatchObject({ code: 'CONFLICT', currentRevision: tool.revision });
      revision = tool.revision;
    }
  });

  test('D-1: 16 writers in two instances on one tool lose no update, and each success is one version', async () => {
    const WRITERS = 16;
    const SUCCESSES = 25;
    await one.commands.createTool(ada, { definition: definitionInput({ name: 'counter', metadata: { count: 0 } }) });
    const before = await one.log.head();
    // The other instance may not have heard of it yet, and a writer needs a count to begin with.
    await two.follower.waitFor(before, 5_000);
    let successes = 0;
    let conflicts = 0;
    const countOf = (tool: ToolState | undefined) => Number(tool?.metadata['count']);
    const write = async (instance: TestInstance) => {
      while (successes < SUCCESSES) {
        const seen = instance.follower.viewFor('shared').find('counter');
        try {
          await instance.commands.updateTool(ada, {
            name: 'counter',
            patch: { metadata: { count: countOf(seen) + 1 } },
            expectedVersion: seen?.version,
          });
          successes += 1;
        } catch (error) {
          expect(error).toMatchObject({ name: 'ConflictError', code: 'CONFLICT' });
          conflicts += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, index) => write(index % 2 === 0 ? one : two)));
    expect(conflicts).toBeGreaterThan(0);
    // The last success may have been the other instance's.
    await one.follower.waitFor(await one.log.head(), 5_000);
    const tool = one.follower.viewFor('shared').find('counter');
    expect(countOf(tool)).toBe(successes);
    const versions = await one.history.versions('shared', tool?.toolId ?? '');
    expect(versions).toHaveLength(successes + 1);
    expect(versions.filter(({ isLatest }) => isLatest)).toHaveLength(1);
    expect((await one.log.head()).revision).toBe(before.revision + successes);
    expect(new Set(versions.map(({ metadata }) => metadata['count'])).size).toBe(successes + 1);
  });

  test('of many who create one tool at once, one does', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? one : two).commands.createTool(ada, { definition: definitionInput({ name: 'contested' }) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({ code: 'NAME_TAKEN', currentVersion: '1.0.0' });
    }
  });
});

describe('idempotency keys', () => {
  test('D-3: 20 with one key through two instances have the effect of one, and the same answer', async () => {
    for (let round = 0; round < 3; round += 1) {
      const name = `once-${round}`;
      const before = await tableCounts(sql);
      const command = { definition: definitionInput({ name }), idempotencyKey: name };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).commands.createTool(ada, command)),
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      const after = await tableCounts(sql);
      for (const table of ['tools', 'catalog_revisions', 'tool_audit_log', 'idempotency_keys']) {
        expect(after[table]).toBe((before[table] ?? 0) + 1);
      }
    }
  });

  test('every verb answers a repetition as it answered first, also when the tool has moved on', async () => {
    const { commands } = one;
    await create('replayed');
    const runs: [string, (key: string) => Promise<unknown>][] = [
      [
        'update',
        (idempotencyKey) => commands.updateTool(ada, { name: 'replayed', patch: { category: 'x' }, idempotencyKey }),
      ],
      [
        'rollback',
        (idempotencyKey) => commands.rollbackTool(ada, { name: 'replayed', toVersion: '1.0.0', idempotencyKey }),
      ],
      [
        'setLatest',
        (idempotencyKey) => commands.setLatestVersion(ada, { name: 'replayed', toVersion: '1.0.1', idempotencyKey }),
      ],
      ['disable', (idempotencyKey) => commands.disableTool(ada, { name: 'replayed', idempotencyKey })],
      ['enable', (idempotencyKey) => commands.enableTool(ada, { name: 'replayed', idempotencyKey })],
      ['deprecate', (idempotencyKey) => commands.deprecateTool(ada, { name: 'replayed', idempotencyKey })],
      [
        'setState',
        (idempotencyKey) => commands.setToolState(ada, { name: 'replayed', owner: 'grace', idempotencyKey }),
      ],
      [
        'bulk',
        (idempotencyKey) =>
          commands.bulkUpdateTools(ada, { filter: { names: ['replayed'] }, enabled: false, idempotencyKey }),
      ],
      ['import', (idempotencyKey) => commands.importTools(ada, { yaml: 'tool_name: broken\n', idempotencyKey })],
      ['delete', (idempotencyKey) => commands.deleteTool(ada, { name: 'replayed', idempotencyKey })],
      ['restore', (idempotencyKey) => commands.restoreTool(ada, { name: 'replayed', idempotencyKey })],
    ];
    const answers = [];
    for (const [key, run] of runs) answers.push(await run(key));
    const before = await tableCounts(sql);
    for (const [index, [key, run]] of runs.entries()) expect(await run(key)).toEqual(answers[index]);
    expect(await tableCounts(sql)).toEqual(before);
  });

  test('the same key with another request is an error, for another principal it is another key', async () => {
    const { commands } = one;
    const first = { definition: definitionInput({ name: 'keyed' }), idempotencyKey: 'k' };
    await commands.createTool(ada, first);
    const others = [
      () => commands.createTool(ada, { ...first, definition: definitionInput({ name: 'keyed-2' }) }),
      () => commands.createTool(ada, { ...first, reason: 'because' }),
      () => commands.disableTool(ada, { name: 'keyed', idempotencyKey: 'k' }),
    ];
    for (const run of others) await expect(run()).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    const grace = caller({ name: 'grace' });
    expect(await commands.disableTool(grace, { name: 'keyed', idempotencyKey: 'k' })).toMatchObject({ enabled: false });
  });

  test('a request that failed leaves its key free', async () => {
    const { commands } = one;
    const early = commands.disableTool(ada, { name: 'not-yet', idempotencyKey: 'again' });
    await expect(early).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await create('not-yet');
    expect(await commands.disableTool(ada, { name: 'not-yet', idempotencyKey: 'again' })).toMatchObject({
      enabled: false,
    });
  });

  test.each([
    ['empty', ''],
    ['longer than 128', 'x'.repeat(129)],
    ['with NUL', 'a\0b'],
  ])('a key that is %s is refused', async (_, idempotencyKey) => {
    const refused = one.commands.enableTool(ada, { name: 'keyed', idempotencyKey });
    await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});
