import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, writeFaults } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { openSql, type Sql } from '../support/sql.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

/** How long each service that is killed stays away. */
const AWAY_MS = [0, 3_000, 500, 1_500, 0];
/** From a service that serves again to the last subscriber that has everything: 5 s are wanted. */
const CAUGHT_UP_MS = 5 * 5_000;
const WRITERS = 6;
const SUBSCRIBERS = 4;
const CATALOG = { groups: 6, toolsPerGroup: 10 };
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';

let database: TestDatabase;
let sql: Sql;
let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-kills-'));
  fleet = await Fleet.start(2, { databaseUrl: database.url, dataDir });
});

afterAll(async () => {
  await fleet.kill();
  await sql.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('L-3: services killed under writes: nothing acknowledged is lost, nothing is lost or doubled on any stream', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const range = Array.from({ length: SUBSCRIBERS }, (_, index) => index);
  const stock = range.map((index) => new StockSubscriber({ url: fleet.urlOf(index) }));
  const clients = range.map((index) => new FollowedClient({ url: fleet.urlOf(index) }));
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(0)));
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });

  // Half of the writers send again what got no answer, the others give it up.
  const load = new WriteLoad(
    Array.from(
      { length: WRITERS },
      (_, writer) =>
        new CatalogWriter({
          name: `writer${writer}`,
          urls: fleet.urls,
          catalog: CATALOG,
          persistent: writer % 2 === 0,
          ownGroup: writer,
        }),
    ),
  );
  for (const [kill, awayMs] of AWAY_MS.entries()) {
    await load.more(150);
    await fleet.killOne(kill);
    await Promise.all([load.more(50), sleep(awayMs)]);
    await fleet.restart(kill);
    const servesMs = performance.now();
    const head = await sql.number('select revision from tool_catalog.catalog_head');
    await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(head)));
    const caughtUpMs = performance.now() - servesMs;
    console.info(`L-3: everyone caught up ${Math.round(caughtUpMs)} ms after the service serves again`);
    expect(caughtUpMs).toBeLessThanOrEqual(CAUGHT_UP_MS);
  }
  await load.more(150);
  await load.stop();

  const truth = await readTruth(database.url);
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(truth.head)));
  const changes = truth.changes.filter((change) => change.reason !== 'setup');
  expect(writeFaults(load.records, changes)).toEqual([]);
  expect(load.records.some((record) => record.acknowledged === null)).toBe(true);
  for (const [index, subscriber] of stock.entries()) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    // Every kill of its service cost it one connection at least, and none was the end.
    expect(subscriber.sessions.length).toBeGreaterThan(index % 2 === 0 ? 3 : 2);
    expect(subscriber.ended).toBeUndefined();
    expect(subscriber.tools).toEqual(truth.tools);
  }
  for (const client of clients) expect(client.faults(truth)).toEqual([]);
  await Promise.all([...stock.map((subscriber) => subscriber.close()), ...clients.map(({ client }) => client.close())]);
}, 240_000);
