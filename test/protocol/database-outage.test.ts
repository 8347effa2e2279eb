import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { Random } from '../../scripts/lib/generator/random.js';
import { FaultProxy } from '../soak/fault-proxy.js';
import { freePorts } from '../soak/free-ports.js';
import { SoakPostgres } from '../soak/soak-postgres.js';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, writeFaults } from '../support/catalog-writer.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { groupYaml, wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

const SERVICES = 2;
const WRITERS = 4;
/** Of each kind. */
const SUBSCRIBERS = 50;
const OUTAGE_MS = 3_000;
/** After the database is back. */
const RESUBSCRIBED_MS = 35_000;
/** From one request of a writer to its next: so many subscribers share one process here. */
const EVERY_MS = 150;
const CATALOG = { groups: 4, toolsPerGroup: 2 };
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';

let work: string;
let postgres: SoakPostgres;
let fleet: Fleet;
let proxies: FaultProxy[];
let urls: string[];

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'tool-catalog-outage-'));
  // Under root the server is another user's process.
  await chmod(work, 0o755);
  const [port = 0, ...proxyPorts] = await freePorts(2 + SERVICES);
  postgres = await SoakPostgres.create(path.join(work, 'database'), port);
  fleet = await Fleet.start(SERVICES, { databaseUrl: postgres.url(), dataDir: path.join(work, 'data') });
  const servicePorts = fleet.urls.map((url) => Number(new URL(url).port));
  // One in front of each, and one in front of all: who is cut off there comes back to another one.
  proxies = [...servicePorts.map((servicePort) => [servicePort]), servicePorts].map((ports) => new FaultProxy(ports));
  await Promise.all(proxies.map((proxy, index) => proxy.listen(proxyPorts[index] ?? 0)));
  urls = proxyPorts.map((proxyPort) => `http://127.0.0.1:${proxyPort}/graphql`);
}, 120_000);

afterAll(async () => {
  await fleet.kill();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await postgres.remove();
  await rm(work, { recursive: true, force: true });
});

/** What an outage is, and how it ends. */
const OUTAGES = [
  { begin: () => void postgres.signalAll('SIGSTOP'), end: async () => void postgres.signalAll('SIGCONT') },
  {
    begin: () => {
      postgres.kill();
      // The others, too, before they answer one more question.
      postgres.signalAll('SIGKILL');
    },
    end: () => postgres.restart(),
  },
];

/** Whoever reconnects in the midst of an outage is the one who could be told an error, or be closed with 4500. */
test('L-22: the database stopped and killed, and every connection cut meanwhile: everyone follows again, nobody is closed with 4500', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const range = Array.from({ length: SUBSCRIBERS }, (_, index) => urls[index % urls.length] ?? '');
  const stock = range.map((url) => new StockSubscriber({ url }));
  const clients = range.map((url) => new FollowedClient({ url }));
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(0)));
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });
  const load = new WriteLoad(
    Array.from(
      { length: WRITERS },
      (_, writer) =>
        new CatalogWriter({
          name: `w${writer}`,
          urls: fleet.urls,
          catalog: CATALOG,
          persistent: true,
          ownGroup: writer,
        }),
    ),
    { everyMs: EVERY_MS },
  );
  for (const [outage, { begin, end }] of OUTAGES.entries()) {
    await load.more(30);
    const ahead = await leaveBehind(outage);
    await Promise.all(stock.filter((_, index) => index % urls.length === 0).map((each) => each.reached(ahead)));
    begin();
    fleet.signal(1, 'SIGCONT');
    for (let cut = 0; cut < 3; cut += 1) {
      await sleep(OUTAGE_MS / 3);
      for (const proxy of proxies) {
        await proxy.disturb('network.cut', { share: 1, durationMs: 0, random: new Random(cut) });
      }
    }
    await end();
    const backMs = performance.now();
    await load.more(10);
    const head = await readHead();
    await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(head)));
    const resubscribedMs = performance.now() - backMs;
    console.info(`L-22: ${2 * SUBSCRIBERS} follow again ${Math.round(resubscribedMs)} ms after the database is back`);
    expect(resubscribedMs).toBeLessThanOrEqual(RESUBSCRIBED_MS);
  }
  await load.stop();

  const truth = await readTruth(postgres.url());
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(truth.head)));
  const changes = truth.changes.filter((change) => change.reason !== 'setup');
  expect(writeFaults(load.records, changes)).toEqual([]);
  for (const subscriber of stock) {
    expect(subscriber.ended).toBeUndefined();
    expect(subscriber.closeCodes).not.toContain(4500);
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.sessions.length).toBeGreaterThan(OUTAGES.length);
    expect(subscriber.tools).toEqual(truth.tools);
  }
  for (const client of clients) expect(client.faults(truth)).toEqual([]);
  await Promise.all([...stock.map((subscriber) => subscriber.close()), ...clients.map(({ client }) => client.close())]);
}, 240_000);

/** A revision that the second instance, which is stopped for it, does not know when the outage begins. */
async function leaveBehind(outage: number): Promise<number> {
  fleet.signal(1, 'SIGSTOP');
  const input = { yaml: groupYaml(0, 1, `Ahead ${outage}.`), atomic: true, reason: 'setup' };
  await graphql(fleet.urlOf(0), SETUP, { input });
  return readHead();
}

async function readHead(): Promise<number> {
  const [row] = await postgres.query<{ revision: number }>('select revision::int from tool_catalog.catalog_head');
  return row?.revision ?? 0;
}
