import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, writeFaults } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { toolName, wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { openSql, type Sql } from '../support/sql.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

const WRITERS = 16;
const SUBSCRIBERS = 4;
const CHANGES = 1_500;
/** The database's lock_timeout, with fivefold slack. */
const LONGEST_WAIT_MS = 5 * 5_000;
const CATALOG = { groups: 16, toolsPerGroup: 20 };
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';
const UPDATE = `mutation ($input: UpdateToolInput!) { updateTool(input: $input) {
  __typename ... on Tool { revision } ... on UserError { code message } } }`;
/** Transactions stay open for a while after their events were written, one for long, one for longer than any statement may take. */
const HOLD = `
  create function public.hold() returns trigger language plpgsql as $$
    begin
      if exists (select from new_rows where reason = 'held') then perform pg_sleep(4);
      elsif exists (select from new_rows where reason = 'stuck') then perform pg_sleep(30);
      elsif not exists (select from new_rows where reason = 'setup') then perform pg_sleep(random() * 0.03);
      end if;
      return null;
    end $$;
  create trigger hold after insert on tool_catalog.tool_changes referencing new table as new_rows
    for each statement execute function public.hold();`;

let database: TestDatabase;
let sql: Sql;
let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
  await sql.rows(HOLD);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-held-'));
  fleet = await Fleet.start(2, { databaseUrl: database.url, dataDir });
});

afterAll(async () => {
  await fleet.kill();
  await sql.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What becomes of the usual design under such a load, naive-cursor.test.ts and naive-position.test.ts show. */
test('L-2: 16 writers whose transactions are held open, one for 4 s, one for too long: nothing is lost, and who cannot wait is told so', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const stock = Array.from({ length: SUBSCRIBERS }, (_, index) => new StockSubscriber({ url: fleet.urlOf(index) }));
  await Promise.all(stock.map((subscriber) => subscriber.reached(0)));
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });
  // A writer throws for every answer that is neither the expected one nor a typed refusal that may be sent again.
  const writers = Array.from(
    { length: WRITERS },
    (_, writer) =>
      new CatalogWriter({
        name: `w${writer}`,
        urls: fleet.urls,
        catalog: CATALOG,
        persistent: true,
        ownGroup: writer,
      }),
  );
  const load = new WriteLoad(writers);
  await load.more(CHANGES / 2);
  const held = await hold('held');
  expect(held).toMatchObject({ data: { updateTool: { __typename: 'Tool' } } });
  await load.more(CHANGES / 4);
  const stuck = await hold('stuck');
  expect(stuck.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
  await load.more(CHANGES / 4);
  await load.stop();
  // The writers have thrown for everything but answers and refusals that say to try again; none of them waited for longer.
  expect(Math.max(...writers.map(({ longestMs }) => longestMs))).toBeLessThan(LONGEST_WAIT_MS);

  const truth = await readTruth(database.url);
  await Promise.all(stock.map((subscriber) => subscriber.reached(truth.head)));
  expect(truth.changes.filter(({ reason }) => reason === 'held')).toHaveLength(1);
  const changes = truth.changes.filter(({ reason }) => reason !== 'setup' && reason !== 'held');
  expect(writeFaults(load.records, changes)).toEqual([]);
  for (const subscriber of stock) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.tools).toEqual(truth.tools);
  }
  await Promise.all(stock.map((subscriber) => subscriber.close()));
}, 240_000);

/** A write whose transaction stays open. */
function hold(reason: 'held' | 'stuck') {
  const input = { name: toolName(0, 0), patch: { description: `It is ${reason}.` }, reason, idempotencyKey: reason };
  return graphql<{ updateTool: { __typename: string } }>(fleet.urlOf(0), UPDATE, { input });
}
