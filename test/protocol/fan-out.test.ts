import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type CatalogTruth, readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, type WriteRecord, writeFaults } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { type Delivery, StockSubscriber, type StreamSession } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

const WRITERS = 8;
const SUBSCRIBERS = 20;
const CHANGES = 10_000;
const CATALOG = { groups: 10, toolsPerGroup: 25 };
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';

let database: TestDatabase;
let dataDir: string;
let fleet: Fleet;
/** What one subscriber was sent in the first test, and what was true then. */
let recorded: {
  readonly session: StreamSession;
  readonly truth: CatalogTruth;
  readonly writes: readonly WriteRecord[];
};

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-fan-out-'));
  fleet = await Fleet.start(2, { databaseUrl: database.url, dataDir });
});

afterAll(async () => {
  await fleet.kill();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('L-1: 8 writers, 20 subscribers, two processes: every change reaches everyone once, in order and whole', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const half = Array.from({ length: SUBSCRIBERS / 2 }, (_, index) => index);
  const stock = half.map((index) => new StockSubscriber({ url: fleet.urlOf(index) }));
  const clients = half.map((index) => new FollowedClient({ url: fleet.urlOf(index) }));
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(0)));

  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });
  const writers = Array.from(
    { length: WRITERS },
    (_, writer) =>
      new CatalogWriter({
        name: `writer${writer}`,
        urls: fleet.urls,
        catalog: CATALOG,
        persistent: true,
        ownGroup: writer,
      }),
  );
  const load = new WriteLoad(writers);
  await load.more(CHANGES / 2);
  stock.push(new StockSubscriber({ url: fleet.urlOf(0), snapshot: true }));
  clients.push(
    new FollowedClient({ url: fleet.urlOf(1), bootstrap: 'snapshot' }),
    new FollowedClient({ url: fleet.urlOf(0), bootstrap: 'list' }),
  );
  await load.more(CHANGES / 2);
  await load.stop();

  const truth = await readTruth(database.url);
  expect(truth.changes.length).toBeGreaterThan(CHANGES);
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(truth.head)));
  const [first] = stock;
  recorded = { session: first?.sessions[0] as StreamSession, truth, writes: load.records };

  const changes = truth.changes.filter((change) => change.reason !== 'setup');
  expect(writeFaults(load.records, changes)).toEqual([]);
  for (const subscriber of stock) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.sessions.length).toBe(1);
    expect(subscriber.tools).toEqual(truth.tools);
  }
  for (const client of clients) expect(client.faults(truth)).toEqual([]);
  for (const url of fleet.urls) expect(await announcedHash(url, truth)).toBe(truth.contentHash);
  await Promise.all([...stock.map((subscriber) => subscriber.close()), ...clients.map(({ client }) => client.close())]);
}, 240_000);

test('the checks can fail: they find a lost, a doubled, a reordered and a half-told revision, and a write that is not there', () => {
  const { session, truth, writes } = recorded;
  const { deliveries } = session;
  const index = deliveries.findIndex((delivery, place) => place > 100 && !delivery.lastInRevision);
  const [one, two] = deliveries.slice(index, index + 2) as [Delivery, Delivery];
  const faultsOf = (...replacement: Delivery[]) =>
    streamFaults([{ ...session, deliveries: deliveries.toSpliced(index, 2, ...replacement) }], truth);
  expect(faultsOf(one, two)).toEqual([]);
  expect(faultsOf(one)).not.toEqual([]);
  expect(faultsOf(one, one, two)).not.toEqual([]);
  expect(faultsOf(two, one)).not.toEqual([]);
  expect(faultsOf({ ...one, lastInRevision: true }, two)).not.toEqual([]);
  expect(faultsOf(one, { ...two, previousPosition: `${truth.epoch}:${truth.head}` })).not.toEqual([]);
  expect(streamFaults([{ ...session, deliveries: deliveries.slice(0, -1) }], truth)).not.toEqual([]);

  const changes = truth.changes.filter((change) => change.reason !== 'setup');
  expect(writeFaults([...writes, { key: 'lost', acknowledged: 1 }], changes)).not.toEqual([]);
  expect(writeFaults(writes.slice(1), changes)).not.toEqual([]);
  expect(writeFaults(writes, changes.slice(1))).not.toEqual([]);
});

/** The hash in the bookmark of a stream that begins at the head, and in the catalog's own answer. */
async function announcedHash(url: string, { epoch, head }: CatalogTruth): Promise<string | null> {
  const subscriber = new StockSubscriber({ url, after: `${epoch}:${head}` });
  const bookmark = await subscriber.nextBookmark();
  await subscriber.close();
  const { data } = await graphql<{ catalog: { contentHash: string } }>(url, '{ catalog { contentHash } }');
  return data?.catalog.contentHash === bookmark.contentHash ? bookmark.contentHash : null;
}
