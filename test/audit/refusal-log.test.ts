import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRefusalLog, type Refusal, type RefusalLog, recordingRefusals } from '../../src/audit/refusal-log.js';
import { ForbiddenError, NotFoundError } from '../../src/kernel/errors.js';
import { caller, silentLogger, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { failOn, openSql, type Sql } from '../support/sql.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
let log: RefusalLog;
let clock = Date.parse('2026-06-01T00:00:00Z');
const now = () => new Date(clock);
const refusal: Refusal = { action: 'deleteTool_refused', toolName: 'tool', platform: 'linux', reason: 'No.' };
let who = caller();
let count = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([openSql(testDatabase.url), startInstance(testDatabase.url)]);
});

beforeEach(() => {
  count += 1;
  who = caller({ name: `somebody-${count}` });
  log = createRefusalLog({ database: instance.database, logger: silentLogger, now });
});

afterAll(async () => {
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

const rows = () =>
  sql.rows(
    `select action, tool_name, platform, reason, tenant, ip_address, changed_at, changes, revision from tool_catalog.tool_audit_log
     where changed_by = $1 order by id`,
    [who.principal.name],
  );

test('D-9: a refusal leaves one row that says who, what, when, why and from where', async () => {
  await log.record(who, refusal);
  expect(await rows()).toEqual([
    {
      action: 'deleteTool_refused',
      tool_name: 'tool',
      platform: 'linux',
      reason: 'No.',
      tenant: 'shared',
      ip_address: '192.0.2.7',
      changed_at: now(),
      changes: [],
      revision: null,
    },
  ]);
});

test('the same refusal within a minute leaves none, any other one does', async () => {
  const others: Partial<Refusal>[] = [
    {},
    { action: 'updateTool_refused' },
    { toolName: 'other' },
    { platform: null },
    { toolName: null },
    { subject: 'a' },
    { subject: 'b' },
  ];
  const startMs = clock;
  for (const sinceMs of [0, 30_000, 59_999]) {
    clock = startMs + sinceMs;
    await Promise.all(others.map((other) => log.record(who, { ...refusal, ...other })));
    expect(await rows()).toHaveLength(others.length);
  }
  clock = startMs + 60_000;
  await log.record(who, refusal);
  expect(await rows()).toHaveLength(others.length + 1);
});

test('the audit log being away neither throws nor makes the refusal forgotten', async () => {
  const mend = await failOn(sql, 'INSERT', 'tool_audit_log');
  await log.record(who, refusal);
  await mend();
  expect(await rows()).toEqual([]);
  await log.record(who, refusal);
  expect(await rows()).toHaveLength(1);
});

test('names that are too long for a row are cut, never lost', async () => {
  await log.record(who, { ...refusal, toolName: 'x'.repeat(5_000), platform: '\u{1f600}'.repeat(60) });
  const [row] = await rows();
  expect(row).toMatchObject({ tool_name: 'x'.repeat(100), platform: '\u{1f600}'.repeat(25) });
});

test('only a ForbiddenError is a refusal, and every error reaches the caller as it is', async () => {
  const asked = { caller: who, action: 'test_refused', toolName: null, platform: null };
  const forbidden = new ForbiddenError('You may not.');
  const missing = new NotFoundError('There is none.');
  await expect(recordingRefusals(log, asked, () => Promise.reject(missing))).rejects.toBe(missing);
  expect(await rows()).toEqual([]);
  await expect(recordingRefusals(log, asked, () => Promise.reject(forbidden))).rejects.toBe(forbidden);
  expect(await rows()).toMatchObject([{ action: 'test_refused', reason: 'You may not.' }]);
  expect(await recordingRefusals(log, asked, async () => 7)).toBe(7);
});
