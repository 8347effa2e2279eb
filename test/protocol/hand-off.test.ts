import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { WriteLoad } from '../support/write-load.js';

const SERVICES = 3;
const WRITERS = 4;
const ROUNDS = 5;
const CLIENTS = 20;
const LONGEST_DELAY_MS = 60;
/** Pages have 200 tools: three of them. */
const CATALOG = { groups: 20, toolsPerGroup: 25 };
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';

let database: TestDatabase;
let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-hand-off-'));
  fleet = await Fleet.start(SERVICES, { databaseUrl: database.url, dataDir });
});

afterAll(async () => {
  await fleet.kill();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('L-13 and C1: 100 hand-offs, each page from another instance, late, under writes, then the stream of yet another: every copy equals the database', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });
  let requests = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const load = new WriteLoad(
      Array.from(
        { length: WRITERS },
        (_, writer) =>
          new CatalogWriter({
            name: `r${round}-w${writer}`,
            urls: fleet.urls,
            catalog: CATALOG,
            persistent: true,
            ownGroup: writer,
          }),
      ),
    );
    const clients = Array.from(
      { length: CLIENTS },
      (_, index) =>
        new FollowedClient({
          url: fleet.urlOf(index),
          bootstrap: 'list',
          fetch: async (_url, init) => {
            await sleep(Math.random() * LONGEST_DELAY_MS);
            return fetch(fleet.urlOf(requests++), init);
          },
        }),
    );
    await Promise.all(clients.map(({ client }) => client.ready()));
    await load.more(20);
    await load.stop();
    const truth = await readTruth(database.url);
    await Promise.all(clients.map((client) => client.reached(truth.head)));
    for (const client of clients) expect(client.faults(truth)).toEqual([]);
    await Promise.all(clients.map(({ client }) => client.close()));
  }
  expect(requests).toBeGreaterThanOrEqual(ROUNDS * CLIENTS * 3);
}, 240_000);
