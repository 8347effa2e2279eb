import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.js';
import { type ChangeLog, createChangeLog } from '../../src/live/change-log.js';
import { silentLogger } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';

let testDatabase: TestDatabase;
let sql: Sql;
let database: Database;
let log: ChangeLog;
/** Changes of each revision: the second and the fourth are larger than what one statement reads. */
const COUNTS = [3, 4_500, 1, 2_000, 2];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, database] = await Promise.all([
    openSql(testDatabase.url),
    openDatabase({ connection: testDatabase.url, poolSize: 4, log: silentLogger }),
  ]);
  log = createChangeLog(database);
  await sql.rows(
    `insert into tool_catalog.catalog_revisions (revision, chain, change_count, at)
     select place, lpad(place::text, 64, '0'), n, '2026-01-01T00:00:00Z' from unnest($1::int[]) with ordinality as u(n, place)`,
    [COUNTS],
  );
  await sql.rows(
    `insert into tool_catalog.tool_changes (revision, change_index, tenant, tool_id, platform, tool_name, action, state_after, changed_fields, actor, at)
     select place, i, 'shared', gen_random_uuid(), 'linux', place || '-' || i, 'UPDATED', '{}', '{/owner}', 'ada', '2026-01-01T00:00:00Z'
     from unnest($1::int[]) with ordinality as u(n, place), generate_series(0, n - 1) i order by random()`,
    [COUNTS],
  );
  await sql.rows('update tool_catalog.catalog_head set revision = $1', [COUNTS.length]);
});

afterAll(async () => {
  await database.close();
  await sql.close();
  await testDatabase.drop();
});

test('F1: revisions come whole and in order, however many changes they hold', async () => {
  for (let after = 0; after <= COUNTS.length; after += 1) {
    const revisions = await log.revisionsAfter(after, 1_000_000);
    expect(revisions?.map(({ revision }) => revision)).toEqual(
      COUNTS.slice(after).map((_, index) => after + 1 + index),
    );
    for (const { revision, chain, changes } of revisions ?? []) {
      expect(chain).toBe(String(revision).padStart(64, '0'));
      const names = Array.from({ length: COUNTS[revision - 1] ?? 0 }, (_, index) => `${revision}-${index}`);
      expect(changes.map(({ toolName }) => toolName)).toEqual(names);
    }
  }
});

test('a read brings about as many changes as asked for: whole revisions, and one at least', async () => {
  const read = async (after: number, maxChanges: number) =>
    (await log.revisionsAfter(after, maxChanges))?.map(({ revision }) => revision);
  expect(await read(0, 1)).toEqual([1]);
  expect(await read(0, 4_502)).toEqual([1]);
  expect(await read(0, 4_503)).toEqual([1, 2]);
  expect(await read(1, 1)).toEqual([2]);
  expect(await read(2, 2_003)).toEqual([3, 4, 5]);
  expect(await read(5, 10)).toEqual([]);
  expect(await read(99, 10)).toEqual([]);
});

test('F3: a revision with a change missing is never handed out as whole', async () => {
  await sql.rows('delete from tool_catalog.tool_changes where revision = 2 and change_index = 4321');
  expect(await log.revisionsAfter(1, 1)).toBeNull();
  expect((await log.revisionsAfter(2, 1_000_000))?.length).toBe(3);
});
