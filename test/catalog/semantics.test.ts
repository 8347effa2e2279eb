import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pointerSegments } from '../../src/definition/json-pointer.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { capabilityInput, definitionInput, patternInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import { expectSoundLog, expectViewToEqualRows } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
const ada = caller();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([openSql(testDatabase.url), startInstance(testDatabase.url)]);
});

afterAll(async () => {
  await expectSoundLog(sql);
  await expectViewToEqualRows(instance, sql);
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

const create = (name: string, over: Parameters<typeof definitionInput>[0] = {}) =>
  instance.commands.createTool(ada, { definition: definitionInput({ name, ...over }) });
const found = (name: string, platform?: string) => instance.follower.viewFor('shared').find(name, platform);
let texts = 0;
/** New content for a tool. */
const edit = (name: string, over: object = {}): Promise<ToolState> => {
  texts += 1;
  return instance.commands.updateTool(ada, { name, patch: { description: `Text ${texts}.` }, ...over });
};

describe('what identifies a tool', () => {
  test('(tenant, platform, name): the same name on another platform is another tool', async () => {
    const linux = await create('twin');
    const windows = await create('twin', { platform: 'windows' });
    expect(windows.toolId).not.toBe(linux.toolId);
    await expect(create('twin')).rejects.toMatchObject({ code: 'NAME_TAKEN', currentVersion: '1.0.0' });
    expect(() => found('twin')).toThrow(/linux and windows/);
    for (const verb of ['enableTool', 'disableTool', 'deprecateTool', 'deleteTool'] as const) {
      const refused = instance.commands[verb](ada, { name: 'twin' });
      await expect(refused).rejects.toMatchObject({ code: 'AMBIGUOUS_NAME', platforms: ['linux', 'windows'] });
    }
    await instance.commands.disableTool(ada, { name: 'twin', platform: 'windows' });
    expect(found('twin', 'linux')?.enabled).toBe(true);
    expect(found('twin', 'windows')?.enabled).toBe(false);
    await instance.commands.deleteTool(ada, { name: 'twin', platform: 'linux' });
    expect((await instance.commands.enableTool(ada, { name: 'twin' })).platform).toBe('windows');
    const restored = await instance.commands.restoreTool(ada, { name: 'twin' });
    expect(restored).toMatchObject({ platform: 'linux', toolId: linux.toolId });
  });

  test.each(['search', 'platform', 'category', 'import', 'export', 'validate'])(
    '%s is reserved: NAME_RESERVED',
    async (name) => {
      const refused = create(name);
      await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
      const issues = await refused.catch((error) => error.issues);
      expect(issues).toContainEqual(
        expect.objectContaining({ severity: 'ERROR', code: 'NAME_RESERVED', path: '/tool_name' }),
      );
    },
  );
});

describe('what makes a new version, and what changes in place', () => {
  test('every field of the content does; its hash knows neither version, status, owner nor order', async () => {
    const first = await create('content');
    const patches = [
      { description: 'Else.' },
      { category: 'automation' },
      { defaults: { freshness: null } },
      { dependencies: [{ name: 'systemd', type: 'service' }] },
      { metadata: { author: 'others' } },
      { extensions: { vendor_key: [1, { deep: true }] } },
      { capabilities: [capabilityInput({ patterns: [patternInput({ complexityScore: 0.4 })] })] },
    ];
    const hashes = new Set([first.contentHash]);
    for (const [index, patch] of patches.entries()) {
      const tool = await instance.commands.updateTool(ada, { name: 'content', patch });
      expect(tool.version).toBe(`1.0.${index + 1}`);
      hashes.add(tool.contentHash);
    }
    expect(hashes.size).toBe(patches.length + 1);
    const other = await create('content-2', { version: '7.7', status: 'TESTING', owner: 'grace' });
    expect(other.contentHash).toBe(first.contentHash);
  });

  test('1.0 and 1 are one number, the order of keys is none: equal content makes no version', async () => {
    const first = await create('numbers', { metadata: { a: 1, b: { c: 2, d: 3 } } });
    const same = await instance.commands.updateTool(ada, {
      name: 'numbers',
      patch: { metadata: JSON.parse('{"b": {"d": 3.0, "c": 2e0}, "a": 1.0}') },
      publish: false,
      newVersion: '2.0',
    });
    expect(same).toEqual(first);
  });

  test.each(['a\nb', ' lead', '  ', 'bell\u0007'])(
    'an owner that no definition may hold is refused: %j',
    async (owner) => {
      await create('owned').catch(() => undefined);
      const setting = instance.commands.setToolState(ada, { name: 'owned', owner });
      await expect(setting).rejects.toMatchObject({ issues: [{ code: 'TEXT_FORM', path: '/owner' }] });
      const inBulk = instance.commands.bulkUpdateTools(ada, { filter: { names: ['owned'] }, owner });
      await expect(inBulk).rejects.toMatchObject({ issues: [{ code: 'TEXT_FORM', path: '/owner' }] });
    },
  );

  test('a reason of more than 1,000 characters is refused', async () => {
    await create('reasoned');
    const disable = (length: number) =>
      instance.commands.disableTool(ada, { name: 'reasoned', reason: 'x'.repeat(length) });
    await expect(disable(1_001)).rejects.toMatchObject({ issues: [{ code: 'TOO_LONG', path: '/reason' }] });
    expect((await disable(1_000)).enabled).toBe(false);
  });

  test('status, enabled and owner belong to the tool: a new version and a rollback carry them over', async () => {
    await create('carried');
    await instance.commands.setToolState(ada, { name: 'carried', status: 'DEPRECATED', owner: 'grace' });
    await instance.commands.disableTool(ada, { name: 'carried' });
    const expected = { status: 'DEPRECATED', enabled: false, owner: 'grace' };
    expect(await edit('carried')).toMatchObject({ version: '1.0.1', ...expected });
    await instance.commands.enableTool(ada, { name: 'carried' });
    await instance.commands.setToolState(ada, { name: 'carried', status: 'ACTIVE', owner: '' });
    const back = await instance.commands.rollbackTool(ada, { name: 'carried', toVersion: '1.0.0' });
    expect(back).toMatchObject({ version: '1.0.0', status: 'ACTIVE', enabled: true, owner: null });
  });

  test('status and enabled are two things', async () => {
    const { commands } = instance;
    await create('two-things', { status: 'TESTING' });
    expect(await commands.disableTool(ada, { name: 'two-things' })).toMatchObject({
      status: 'TESTING',
      enabled: false,
    });
    expect(await commands.deprecateTool(ada, { name: 'two-things' })).toMatchObject({
      status: 'DEPRECATED',
      enabled: false,
    });
    expect(await commands.enableTool(ada, { name: 'two-things' })).toMatchObject({
      status: 'DEPRECATED',
      enabled: true,
    });
    const disabled = await commands.setToolState(ada, { name: 'two-things', status: 'DISABLED' });
    expect(disabled).toMatchObject({ status: 'DISABLED', enabled: true });
    await expect(commands.setToolState(ada, { name: 'two-things' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });

  test('publish: false stores a TESTING version beside the latest; setLatestVersion publishes it', async () => {
    const { commands } = instance;
    await create('trial', { owner: 'grace' });
    await commands.disableTool(ada, { name: 'trial' });
    const trial = await edit('trial', { publish: false });
    expect(trial).toMatchObject({ version: '1.0.1', status: 'TESTING', isLatest: false, parentVersion: '1.0.0' });
    expect(found('trial')).toMatchObject({ version: '1.0.0', status: 'ACTIVE', revision: trial.revision });
    const [revision] = (await instance.log.revisionsAfter(trial.revision - 1, 1)) ?? [];
    expect(revision?.changes).toMatchObject([{ action: 'UPDATED', changedFields: ['/versions/1.0.1'] }]);
    expect(await edit('trial')).toMatchObject({ version: '1.0.2', parentVersion: '1.0.0' });
    const published = await commands.setLatestVersion(ada, { name: 'trial', toVersion: '1.0.1' });
    expect(published).toMatchObject({
      version: '1.0.1',
      status: 'ACTIVE',
      enabled: false,
      owner: 'grace',
      isLatest: true,
    });
    const versions = await instance.history.versions('shared', trial.toolId);
    expect(versions.map(({ version, isLatest }) => [version, isLatest])).toEqual([
      ['1.0.2', false],
      ['1.0.1', true],
      ['1.0.0', false],
    ]);
  });

  test('what was stored is named by a JSON Pointer, whatever its version holds', async () => {
    await create('pointed');
    const { revision } = await edit('pointed', { publish: false, newVersion: '1.1~rc1' });
    const [stored] = (await instance.log.revisionsAfter(revision - 1, 1)) ?? [];
    expect(stored?.changes).toMatchObject([{ changedFields: ['/versions/1.1~0rc1'] }]);
    expect(pointerSegments('/versions/1.1~0rc1')).toEqual(['versions', '1.1~rc1']);
  });
});

describe('the next version number', () => {
  test.each([
    ['1.2.3', '1.2.4'],
    ['1.0', '1.1'],
    ['7', '8'],
    ['2024-rc', '2024-rc.1'],
  ])('after %s comes %s', async (version, next) => {
    const name = `next-${version}`;
    await create(name, { version });
    expect((await edit(name)).version).toBe(next);
  });

  test('from the newest in the history, by creation, skipping numbers that exist', async () => {
    await create('history', { version: '1.0' });
    await edit('history', { newVersion: '1.2' });
    await edit('history', { newVersion: '1.1' });
    expect((await edit('history')).version).toBe('1.3');
    await instance.commands.rollbackTool(ada, { name: 'history', toVersion: '1.0' });
    expect(await edit('history')).toMatchObject({ version: '1.4', parentVersion: '1.0' });
    for (const newVersion of ['1.0', '1.4']) {
      await expect(edit('history', { newVersion })).rejects.toMatchObject({
        code: 'VERSION_TAKEN',
        currentVersion: '1.4',
      });
    }
    // What no definition may have as its version could be exported, and not imported again.
    for (const newVersion of ['', ' 2', 'x'.repeat(21), 'v 1/2', '1\n2', '-1', '1.0\u200b', '../1']) {
      await expect(edit('history', { newVersion })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        issues: [{ code: 'VERSION_INVALID', path: '/version' }],
      });
    }
  });
});

describe('rollback', () => {
  test('makes an earlier version the latest: no new row, one revision, what differs is told', async () => {
    await create('back');
    const second = await instance.commands.updateTool(ada, { name: 'back', patch: { category: 'automation' } });
    const rows = () => sql.number('select count(*) from tool_catalog.tools where tool_name = $1', ['back']);
    const before = await rows();
    const back = await instance.commands.rollbackTool(ada, { name: 'back', toVersion: '1.0.0', reason: 'it broke' });
    expect(await rows()).toBe(before);
    expect(back).toMatchObject({ version: '1.0.0', isLatest: true, revision: second.revision + 1 });
    const [revision] = (await instance.log.revisionsAfter(second.revision, 1)) ?? [];
    expect(revision?.changes).toMatchObject([
      {
        action: 'ROLLED_BACK',
        changedFields: ['/category', '/version'],
        reason: 'it broke',
        before: second,
        after: back,
      },
    ]);
    const forward = instance.commands.rollbackTool(ada, { name: 'back', toVersion: '1.0.1' });
    await expect(forward).rejects.toMatchObject({ code: 'NOT_EARLIER', currentVersion: '1.0.0' });
    await expect(instance.commands.rollbackTool(ada, { name: 'back', toVersion: '0' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const again = await instance.commands.setLatestVersion(ada, { name: 'back', toVersion: '1.0.1' });
    expect(again).toMatchObject({ version: '1.0.1', isLatest: true });
  });
});

describe('delete and restore', () => {
  test('delete hides all versions and keeps them; restore brings them back; the name stays taken', async () => {
    const { commands, history } = instance;
    const tool = await create('gone');
    await edit('gone');
    const versions = (await history.versions('shared', tool.toolId)).length;
    const deleted = await commands.deleteTool(ada, { name: 'gone' });
    expect(deleted).toMatchObject({ version: '1.0.1', deletedAt: expect.stringMatching(/Z$/) });
    expect(found('gone')).toBeUndefined();
    expect((await history.deletedTools('shared')).map(({ name }) => name)).toContain('gone');
    expect(await history.versions('shared', tool.toolId)).toHaveLength(versions);
    expect((await history.versions('shared', tool.toolId)).every(({ deletedAt }) => deletedAt !== null)).toBe(true);
    await expect(create('gone')).rejects.toMatchObject({
      code: 'DELETED',
      message: expect.stringContaining('restoreTool'),
    });
    await expect(commands.deleteTool(ada, { name: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(edit('gone')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('restoreTool'),
    });
    const restored = await commands.restoreTool(ada, { name: 'gone' });
    expect(found('gone')).toEqual(restored);
    const [, last] = (await instance.log.revisionsAfter(deleted.revision - 1, 2)) ?? [];
    expect(last?.changes).toMatchObject([{ action: 'RESTORED', before: null, after: restored }]);
    await expect(commands.restoreTool(ada, { name: 'never-was' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a tool that another enabled tool requires is not deleted, and who requires it is said', async () => {
    const { commands } = instance;
    await create('base');
    const needs = (name: string, over: object) =>
      create(name, { dependencies: [{ name: 'base', type: 'tool', ...over }] });
    await needs('optional', { required: false });
    await needs('elsewhere', { platform: 'windows' });
    await needs('a-service', { type: 'service' });
    await needs('dependent', { platform: 'linux' });
    const refused = commands.deleteTool(ada, { name: 'base' });
    await expect(refused).rejects.toMatchObject({ code: 'REQUIRED_BY_TOOLS' });
    const message = await refused.catch((error) => String(error.message));
    expect(message).toContain("'dependent' on linux");
    for (const other of ['optional', 'elsewhere', 'a-service']) expect(message).not.toContain(other);
    await commands.disableTool(ada, { name: 'dependent' });
    expect((await commands.deleteTool(ada, { name: 'base' })).deletedAt).not.toBeNull();
  });
});
