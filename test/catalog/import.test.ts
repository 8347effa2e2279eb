import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportReport } from '../../src/catalog/catalog-commands.js';
import { definitionOf } from '../../src/catalog/tool-types-graphql.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql, tableCounts } from '../support/sql.js';
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
  await expectSoundLog(sql);
  await expectViewToEqualRows(one, sql);
  await expectViewToEqualRows(two, sql);
  await Promise.all([one.close(), two.close()]);
  await sql.close();
  await testDatabase.drop();
});

interface Document {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly platform?: string;
}

function yamlOf({ name, version = '1.0', description = 'Does it.', platform = 'linux' }: Document): string {
  return `tool_name: ${name}\nversion: "${version}"\ndescription: ${description}\nplatform: ${platform}\ncategory: system\ncapabilities: {}\n`;
}

const stream = (...documents: Document[]) => documents.map(yamlOf).join('---\n');
const invalid = 'tool_name: broken\nversion: "1.0"\nplatform: linux\n';

function outcomes(report: ImportReport): string[] {
  return report.results.map(({ name, version, outcome, issues }) => {
    const codes = issues.map(({ code }) => code).filter((code) => code !== 'NO_CAPABILITIES');
    return [name, version, outcome, ...codes].join(' ');
  });
}

const importYaml = (yaml: string) => one.commands.importTools(ada, { yaml });

/** All that an import may write. */
const everything = async () => ({
  counts: await tableCounts(sql),
  head: await one.log.head(),
  states: await storedStates(sql, 'true'),
  hashes: await sql.rows('select * from tool_catalog.tool_identities order by tool_id'),
});

describe('what becomes of a document', () => {
  test('there is no such tool: created with its version, status and owner', async () => {
    const yaml = `${yamlOf({ name: 'fresh', version: '2.3' })}status: deprecated\nowner: grace\n`;
    const report = await one.commands.importTools(ada, { yaml, reason: 'first import' });
    expect(outcomes(report)).toEqual(['fresh 2.3 CREATED']);
    const tool = one.follower.viewFor('shared').find('fresh');
    expect(tool).toMatchObject({ version: '2.3', status: 'DEPRECATED', owner: 'grace', isLatest: true });
  });

  test('content equal to the latest: UNCHANGED, whatever its version says', async () => {
    await one.commands.importTools(ada, { yaml: stream({ name: 'equal' }) });
    const before = await everything();
    for (const version of ['1.0', '9.9', '0.1']) {
      const report = await one.commands.importTools(ada, { yaml: stream({ name: 'equal', version }) });
      expect(outcomes(report)).toEqual(['equal 1.0 UNCHANGED']);
    }
    expect(await everything()).toEqual(before);
  });

  test('a new version number is taken, an existing one with other content becomes the next: VERSION_BUMPED', async () => {
    const run = async (version: string, description: string) =>
      outcomes(await one.commands.importTools(ada, { yaml: stream({ name: 'moves', version, description }) }));
    expect(await run('1.0', 'A')).toEqual(['moves 1.0 CREATED']);
    await one.commands.setToolState(ada, { name: 'moves', owner: 'grace', status: 'DEPRECATED' });
    expect(await run('3.0', 'B')).toEqual(['moves 3.0 UPDATED']);
    expect(await run('1.0', 'C')).toEqual(['moves 3.1 UPDATED VERSION_BUMPED']);
    expect(one.follower.viewFor('shared').find('moves')).toMatchObject({
      version: '3.1',
      parentVersion: '3.0',
      owner: 'grace',
      status: 'DEPRECATED',
    });
  });

  test('SKIP leaves a tool as it is, FAIL fails its document; new tools are created in both modes', async () => {
    await one.commands.importTools(ada, { yaml: stream({ name: 'modes' }) });
    const changed = { name: 'modes', description: 'Other.' };
    const skipped = await one.commands.importTools(ada, {
      yaml: stream(changed, { name: 'modes-s' }),
      onConflict: 'SKIP',
    });
    expect(outcomes(skipped)).toEqual(['modes 1.0 SKIPPED', 'modes-s 1.0 CREATED']);
    const failed = await one.commands.importTools(ada, {
      yaml: stream(changed, { name: 'modes-f' }),
      onConflict: 'FAIL',
    });
    expect(outcomes(failed)).toEqual(['modes 1.0 FAILED ALREADY_EXISTS', 'modes-f 1.0 CREATED']);
    expect(one.follower.viewFor('shared').find('modes')).toMatchObject({ version: '1.0', description: 'Does it.' });
  });

  test('a document without a version: 1.0.0 for a new tool, the next version for one that exists', async () => {
    const unversioned = (description: string) =>
      yamlOf({ name: 'unversioned', description }).replace('version: "1.0"\n', '');
    expect(outcomes(await importYaml(unversioned('First.')))).toEqual(['unversioned 1.0.0 CREATED']);
    await importYaml(yamlOf({ name: 'unversioned', version: '2.3', description: 'Second.' }));
    expect(outcomes(await importYaml(unversioned('Third.')))).toEqual(['unversioned 2.4 UPDATED']);
    expect(outcomes(await importYaml(unversioned('Third.')))).toEqual(['unversioned 2.4 UNCHANGED']);
  });

  test('STATE_KEPT: what a document states of the state of a tool that exists is not done, and said', async () => {
    const stating = (version: string, ...lines: string[]) =>
      `${yamlOf({ name: 'stating', version, description: `Of version ${version}.` })}${lines.join('\n')}\n`;
    const created = await importYaml(stating('1.0', 'enabled: false', 'owner: ada'));
    expect(outcomes(created)).toEqual(['stating 1.0 CREATED']);
    const same = await importYaml(stating('1.0', 'enabled: false', 'owner: ada'));
    expect(outcomes(same)).toEqual(['stating 1.0 UNCHANGED']);
    const others = await importYaml(stating('1.0', 'enabled: true', 'status: deprecated', 'owner: bob'));
    expect(outcomes(others)).toEqual(['stating 1.0 UNCHANGED STATE_KEPT STATE_KEPT STATE_KEPT']);
    const updated = await importYaml(stating('1.1', 'enabled: true'));
    expect(outcomes(updated)).toEqual(['stating 1.1 UPDATED STATE_KEPT']);
    expect(updated.results[0]?.issues.at(-1)).toMatchObject({ severity: 'WARNING', path: '/enabled' });
    expect(await importYaml(stating('1.2'))).toMatchObject({ updated: 1 });
    expect(one.follower.viewFor('shared').find('stating')).toMatchObject({ enabled: false, owner: 'ada' });
    // A warning is not an edit: what was imported is known all the same.
    expect(outcomes(await importYaml(stating('1.2', 'enabled: true')))).toEqual(['stating 1.2 UNCHANGED STATE_KEPT']);
  });

  test('a document equal to what was last imported never undoes edits: EDITED_SINCE_IMPORT', async () => {
    const yaml = stream({ name: 'edited' });
    await one.commands.importTools(ada, { yaml });
    await one.commands.updateTool(ada, { name: 'edited', patch: { description: 'By hand.' } });
    const again = await one.commands.importTools(ada, { yaml });
    expect(outcomes(again)).toEqual(['edited 1.1 UNCHANGED EDITED_SINCE_IMPORT']);
    const newer = await one.commands.importTools(ada, { yaml: stream({ name: 'edited', description: 'New.' }) });
    expect(outcomes(newer)).toEqual(['edited 1.2 UPDATED VERSION_BUMPED']);
    const oldAgain = await one.commands.importTools(ada, { yaml });
    expect(outcomes(oldAgain)).toEqual(['edited 1.3 UPDATED VERSION_BUMPED']);
  });

  test('a version that was stored for review is not what a document of it becomes, and the finding does not say otherwise', async () => {
    await one.commands.importTools(ada, { yaml: stream({ name: 'reviewed', version: '1.0', description: 'A' }) });
    const patch = { description: 'B' };
    await one.commands.updateTool(ada, { name: 'reviewed', newVersion: '2.0', publish: false, patch });
    const report = await one.commands.importTools(ada, {
      yaml: stream({ name: 'reviewed', version: '2.0', description: 'B' }),
    });
    expect(outcomes(report)).toEqual(['reviewed 2.1 UPDATED VERSION_BUMPED']);
    expect(report.results[0]?.issues.at(-1)?.message).toBe(
      'There is a version 2.0 already, and it is not the latest with this content: this one is 2.1.',
    );
  });

  test('two documents of one tool in a stream: the second fails', async () => {
    const report = await one.commands.importTools(ada, {
      yaml: stream({ name: 'double' }, { name: 'double', version: '2.0', description: 'Other.' }, { name: 'single' }),
    });
    expect(outcomes(report)).toEqual([
      'double 1.0 CREATED',
      'double 2.0 FAILED DUPLICATE_IN_STREAM',
      'single 1.0 CREATED',
    ]);
  });

  test('a stroke in a platform or a name makes no two tools one', async () => {
    const report = await one.commands.importTools(ada, {
      yaml: stream({ platform: 'mesh', name: 'edge/route' }, { platform: 'mesh/edge', name: 'route' }),
    });
    expect(outcomes(report)).toEqual([
      'edge/route 1.0 CREATED PLATFORM_UNLISTED',
      'route 1.0 CREATED PLATFORM_UNLISTED',
    ]);
  });

  test('a name that exists on another platform is allowed, with a warning, also within one stream', async () => {
    await one.commands.importTools(ada, { yaml: stream({ name: 'probe' }) });
    const report = await one.commands.importTools(ada, {
      yaml: stream({ name: 'probe', platform: 'windows' }, { name: 'trace' }, { name: 'trace', platform: 'windows' }),
    });
    expect(outcomes(report)).toEqual([
      'probe 1.0 CREATED NAME_ON_OTHER_PLATFORM',
      'trace 1.0 CREATED NAME_ON_OTHER_PLATFORM',
      'trace 1.0 CREATED NAME_ON_OTHER_PLATFORM',
    ]);
    expect(report.results[0]?.issues.find(({ code }) => code === 'NAME_ON_OTHER_PLATFORM')?.message).toContain('linux');
  });

  test('a deleted tool is not brought back by an import', async () => {
    await one.commands.importTools(ada, { yaml: stream({ name: 'buried' }) });
    await one.commands.deleteTool(ada, { name: 'buried' });
    const report = await one.commands.importTools(ada, { yaml: stream({ name: 'buried', description: 'New.' }) });
    expect(outcomes(report)).toEqual(['buried 1.0 FAILED DELETED']);
  });
});

describe('what an import writes', () => {
  test('all documents in one revision, one audit row for each tool that changed', async () => {
    await one.commands.importTools(ada, { yaml: stream({ name: 'batch-0' }, { name: 'batch-1' }) });
    const before = await one.log.head();
    const documents = Array.from({ length: 6 }, (_, index) => ({ name: `batch-${index}`, description: 'Changed.' }));
    const yaml = `${stream(...documents)}---\n${yamlOf({ name: 'equal' })}---\n${invalid}`;
    const report = await one.commands.importTools(ada, { yaml, reason: 'the batch' });
    expect(report).toMatchObject({ created: 4, updated: 2, unchanged: 1, failed: 1 });
    expect((await one.log.head()).revision).toBe(before.revision + 1);
    const audit = await sql.rows(
      'select tool_name, action, reason from tool_catalog.tool_audit_log where revision = $1 order by tool_name',
      [before.revision + 1],
    );
    expect(audit).toEqual(
      documents.map(({ name }, index) => ({
        tool_name: name,
        action: index < 2 ? 'updated' : 'created',
        reason: 'the batch',
      })),
    );
  });

  test('a dry run writes nothing, with an idempotency key neither, and says what would be', async () => {
    const before = await everything();
    const command = {
      yaml: `${stream({ name: 'dry' }, { name: 'equal', description: 'Other.' })}---\n${invalid}`,
      idempotencyKey: 'dry-then-real',
    };
    const dry = await one.commands.importTools(ada, { ...command, dryRun: true });
    expect(dry).toMatchObject({ created: 1, updated: 1, failed: 1, dryRun: true });
    expect(await everything()).toEqual(before);
    const real = await one.commands.importTools(ada, command);
    expect({ ...real, dryRun: true }).toEqual(dry);
    expect((await everything()).head.revision).toBe(before.head.revision + 1);
  });

  test('atomic: all or nothing; nothing is nothing at all, and the names stay free', async () => {
    const before = await everything();
    const yaml = `${stream({ name: 'atom-a' }, { name: 'equal', description: 'Third.' })}---\n${invalid}`;
    const report = await one.commands.importTools(ada, { yaml, atomic: true });
    expect(report).toMatchObject({ created: 0, updated: 0, skipped: 2, failed: 1 });
    expect(outcomes(report).slice(0, 2)).toEqual([
      'atom-a 1.0 SKIPPED ATOMIC_IMPORT_ABORTED',
      'equal 1.2 SKIPPED VERSION_BUMPED ATOMIC_IMPORT_ABORTED',
    ]);
    expect(JSON.stringify(report)).not.toContain('stored as');
    const after = await everything();
    const refusal = before.counts['tool_audit_log'] ?? 0;
    expect(after).toEqual({ ...before, counts: { ...before.counts, tool_audit_log: refusal + 1 } });
    await one.commands.createTool(ada, { definition: definitionInput({ name: 'atom-a' }) });
    const good = await one.commands.importTools(ada, {
      yaml: stream({ name: 'atom-b' }, { name: 'atom-c' }),
      atomic: true,
    });
    expect(good).toMatchObject({ created: 2, failed: 0 });
  });

  test('D-9: an import that is refused as a whole leaves one audit row, another one its own', async () => {
    const refusals = () =>
      sql.rows(
        "select changed_by, reason from tool_catalog.tool_audit_log where action = 'import_refused' order by id",
      );
    const before = (await refusals()).length;
    await one.commands.importTools(ada, { yaml: invalid });
    await one.commands.importTools(ada, { yaml: invalid });
    await one.commands.importTools(ada, { yaml: '- not\n- a tool\n' });
    await one.commands.importTools(ada, { yaml: invalid, dryRun: true });
    await one.commands.importTools(ada, { yaml: `${invalid}---\n${yamlOf({ name: 'with-a-good-one' })}` });
    const rows = (await refusals()).slice(before);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ changed_by: 'ada', reason: expect.stringContaining('1 of 1') });
  });

  test('two instances that import the same new tools at once: one creates them, the other finds them unchanged', async () => {
    for (let round = 0; round < 3; round += 1) {
      const yaml = stream(...Array.from({ length: 20 }, (_, index) => ({ name: `race-${round}-${index}` })));
      const reversed = yaml.split('---\n').reverse().join('---\n');
      const before = await one.log.head();
      const reports = await Promise.all([
        one.commands.importTools(ada, { yaml }),
        two.commands.importTools(ada, { yaml: round === 1 ? reversed : yaml }),
      ]);
      expect(reports.map((report) => report.created + report.unchanged)).toEqual([20, 20]);
      expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(20);
      expect((await one.log.head()).revision - before.revision).toBe(
        reports.filter((report) => report.created > 0).length,
      );
    }
    const failing = stream({ name: 'race-0-0', description: 'Other.' }, { name: 'race-new' });
    const reports = await Promise.all(
      [one, two].map(({ commands }) => commands.importTools(ada, { yaml: failing, onConflict: 'FAIL', atomic: true })),
    );
    expect(reports.map(({ created }) => created)).toEqual([0, 0]);
  });
});

describe('round trips', () => {
  const folder = path.join(import.meta.dirname, '../fixtures/yaml/irregular');

  test('files as they exist import as far as they are whole, again UNCHANGED, and no bad one holds up another', async () => {
    const files = (await readdir(folder)).sort();
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    for (const yaml of texts) {
      const first = await one.commands.importTools(ada, { yaml });
      const again = await one.commands.importTools(ada, { yaml });
      expect(again.failed).toBe(first.failed);
      expect(again.created + again.updated).toBe(0);
    }
    expect(one.follower.viewFor('shared').find('ping', 'windows')).toBeDefined();
  });

  test('an export of everything imports back UNCHANGED, and into an empty catalog as the same content', async () => {
    const tools = one.follower.viewFor('shared').tools();
    expect(tools.length).toBeGreaterThan(60);
    const yaml = toYamlStream(tools.map(definitionOf));
    const before = await one.log.head();
    const report = await one.commands.importTools(ada, { yaml, atomic: true });
    expect(report).toMatchObject({ unchanged: tools.length, failed: 0 });
    expect(await one.log.head()).toEqual(before);
    const tenant = caller({ tenant: 'acme', name: 'tom' });
    await one.commands.createTenant(ada, { name: 'acme' });
    expect(await one.commands.importTools(tenant, { yaml, atomic: true })).toMatchObject({ created: tools.length });
    const content = (tenantName: string) =>
      one.follower
        .viewFor('acme')
        .tools({ includeShadowed: true })
        .filter((tool) => tool.tenant === tenantName)
        .map(({ name, platform, version, contentHash, status, owner }) => ({
          name,
          platform,
          version,
          contentHash,
          status,
          owner,
        }));
    expect(content('acme')).toEqual(content('shared'));
  });
});
