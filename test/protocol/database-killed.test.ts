import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, writeFaults } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { silentLog } from '../support/postgres.js';
import { wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { openSql } from '../support/sql.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

const KILLS = 3;
const WRITERS = 4;
const SUBSCRIBERS = 4;
const CATALOG = { groups: 4, toolsPerGroup: 10 };
/** From a PostgreSQL that takes connections again to writes that are acknowledged: 10 s are wanted. */
const RECOVERED_MS = 5 * 10_000;
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';

let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-embedded-'));
  // Under root the server is another user's process.
  await chmod(dataDir, 0o755);
  // One directory, so one PostgreSQL for both, which each of them looks after.
  fleet = await Fleet.start(2, { dataDir });
}, 120_000);

afterAll(async () => {
  await fleet.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('L-4: PostgreSQL killed under writes: it comes back by itself, with everything acknowledged, and no stream notices', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const range = Array.from({ length: SUBSCRIBERS }, (_, index) => index);
  const stock = range.map((index) => new StockSubscriber({ url: fleet.urlOf(index) }));
  const clients = range.map((index) => new FollowedClient({ url: fleet.urlOf(index) }));
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(0)));
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });

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
  const adopted = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const connection = adopted.connectionString;
  await adopted.stop();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await load.more(100);
    await someTransaction(connection);
    process.kill(await postmaster(), 'SIGKILL');
    // Lookups do not need the database.
    for (const url of fleet.urls) {
      expect(await graphql(url, '{ catalog { toolCount } }')).toEqual({
        data: { catalog: { toolCount: expect.any(Number) } },
      });
    }
    await accepts(connection);
    const acceptsMs = performance.now();
    await load.more(20);
    const recoveredMs = performance.now() - acceptsMs;
    console.info(`L-4: written again ${Math.round(recoveredMs)} ms after PostgreSQL takes connections`);
    expect(recoveredMs).toBeLessThanOrEqual(RECOVERED_MS);
  }
  await load.more(100);
  await load.stop();

  const server = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const truth = await readTruth(server.connectionString).finally(() => server.stop());
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(truth.head)));
  const changes = truth.changes.filter((change) => change.reason !== 'setup');
  expect(writeFaults(load.records, changes)).toEqual([]);
  expect(load.records.some((record) => record.acknowledged === null)).toBe(true);
  for (const subscriber of stock) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.tools).toEqual(truth.tools);
    expect(subscriber.closeCodes).toEqual([]);
  }
  for (const client of clients) {
    expect(client.faults(truth)).toEqual([]);
    expect(client.states).toEqual(['syncing', 'live']);
  }
  await Promise.all([...stock.map((subscriber) => subscriber.close()), ...clients.map(({ client }) => client.close())]);
}, 240_000);

/** Waits until some transaction has written something and is not committed. */
async function someTransaction(connection: string): Promise<void> {
  const sql = await openSql(connection);
  const writing = 'select count(*) from pg_stat_activity where backend_xid is not null';
  while ((await sql.number(writing)) === 0);
  await sql.close();
}

async function accepts(connection: string): Promise<void> {
  for (;;) {
    const sql = await openSql(connection).catch(() => undefined);
    if (sql) return sql.close();
    await sleep(20);
  }
}

async function postmaster(): Promise<number> {
  const file = await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}
