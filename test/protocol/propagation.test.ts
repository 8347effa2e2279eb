import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { freePorts } from '../soak/free-ports.js';
import { HintProxy } from '../soak/hint-proxy.js';
import type { Spread } from '../soak/judge/judge-timing.js';
import { SoakPostgres } from '../soak/soak-postgres.js';
import { type CatalogTruth, readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools, writeFaults } from '../support/catalog-writer.js';
import { commitTimes, delays } from '../support/delays.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

const SERVICES = 3;
const WRITERS = 8;
const WRITES_PER_SECOND = 50;
/** Half of them stock clients, half of them CatalogClients. */
const SUBSCRIBERS = 30;
const CHANGES = 300;
/** Longer than the deadline: otherwise the next hint would make up for a poll that never comes. */
const DROP_MS = 10_000;
const DISTURB_MS = 1_000;
const TERMINATIONS = 3;
/** Of a log follower that gets no hints. */
const POLL_MS = 1_000;
/** Deadlines have fivefold slack. */
const SLACK = 5;
const CATALOG = { groups: 8, toolsPerGroup: 2 };
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';

let work: string;
let postgres: SoakPostgres;
let hints: HintProxy;
let fleet: Fleet;

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'tool-catalog-propagation-'));
  // Under root the server is another user's process.
  await chmod(work, 0o755);
  const [port = 0, proxyPort = 0] = await freePorts(2);
  postgres = await SoakPostgres.create(path.join(work, 'database'), port);
  hints = new HintProxy(port);
  await hints.listen(proxyPort);
  fleet = await Fleet.start(SERVICES, { databaseUrl: postgres.url(proxyPort), dataDir: path.join(work, 'data') });
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });
}, 120_000);

afterAll(async () => {
  await fleet.kill();
  await hints.close();
  await postgres.remove();
  await rm(work, { recursive: true, force: true });
});

interface Followed {
  readonly stock: readonly StockSubscriber[];
  readonly clients: readonly FollowedClient[];
}

/** Subscribers of all instances, as many of each kind on each. */
async function follow(): Promise<Followed> {
  const range = Array.from({ length: SUBSCRIBERS / 2 }, (_, index) => index);
  const stock = range.map((index) => new StockSubscriber({ url: fleet.urlOf(index) }));
  const clients = range.map((index) => new FollowedClient({ url: fleet.urlOf(index) }));
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(0)));
  return { stock, clients };
}

function write(name: string, urls: readonly string[]): WriteLoad {
  const writers = Array.from(
    { length: WRITERS },
    (_, writer) =>
      new CatalogWriter({ name: `${name}${writer}`, urls, catalog: CATALOG, persistent: true, ownGroup: writer }),
  );
  return new WriteLoad(writers, { everyMs: (WRITERS * 1_000) / WRITES_PER_SECOND });
}

/** V1 to V7 for everyone, V8 for what was written. */
async function expectAllHeld({ stock, clients }: Followed, load: WriteLoad, name: string): Promise<CatalogTruth> {
  const truth = await readTruth(postgres.url());
  await Promise.all([...stock, ...clients].map((subscriber) => subscriber.reached(truth.head)));
  const changes = truth.changes.filter(({ reason }) => reason?.startsWith(name) === true);
  expect(writeFaults(load.records, changes)).toEqual([]);
  for (const subscriber of stock) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.sessions.length).toBe(1);
    expect(subscriber.tools).toEqual(truth.tools);
  }
  for (const client of clients) expect(client.faults(truth)).toEqual([]);
  await Promise.all([...stock.map((subscriber) => subscriber.close()), ...clients.map(({ client }) => client.close())]);
  return truth;
}

async function head(): Promise<number> {
  const [row] = await postgres.query<{ revision: number }>('select revision::int from tool_catalog.catalog_head');
  return row?.revision ?? -1;
}

function say(what: string, { count, p50Ms, p99Ms, maxMs }: Spread): void {
  console.info(`${what}: ${count} deliveries, p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms`);
}

test('L-1: 8 writers, 30 subscribers, three processes, no faults: everything reaches everyone, and soon', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const followed = await follow();
  const before = await head();
  const load = write('calm', fleet.urls);
  await load.more(CHANGES);
  await load.stop();
  await expectAllHeld(followed, load, 'calm');

  const delay = delays([...followed.stock, ...followed.clients], await commitTimes(postgres.url(), before));
  say('L-1, commit to applied', delay);
  expect(delay.p50Ms).toBeLessThanOrEqual(SLACK * 50);
  expect(delay.p99Ms).toBeLessThanOrEqual(SLACK * 250);
  expect(delay.maxMs).toBeLessThanOrEqual(SLACK * 2_000);
}, 240_000);

test('L-5: hints lost, sent ten times, swapped, their connections ended: nothing is lost, and the poll is soon enough', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const followed = await follow();
  // Nobody writes to the last instance: it has nothing but hints and its poll to know of anything.
  const load = write('hints', fleet.urls.slice(0, -1));
  const before = await head();
  const lost = await Promise.race([hints.disturb('drop', DROP_MS), load.failure]);
  expect(lost).toBeGreaterThan(0);
  const degraded = await head();
  for (const mode of ['double', 'reorder'] as const) {
    expect(await Promise.race([hints.disturb(mode, DISTURB_MS), load.failure])).toBeGreaterThan(0);
  }
  for (let time = 0; time < TERMINATIONS; time += 1) {
    const ended = await postgres.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tool-catalog listen'`);
    expect(ended.length).toBeGreaterThan(0);
    await Promise.race([sleep(DISTURB_MS / 2), load.failure]);
  }
  await load.stop();
  await expectAllHeld(followed, load, 'hints');

  const committed = await commitTimes(postgres.url(), before);
  const withoutHints = new Map([...committed].filter(([revision]) => revision <= degraded));
  const deaf = [followed.stock, followed.clients].flatMap((all) =>
    all.filter((_, index) => index % SERVICES === SERVICES - 1),
  );
  const delay = delays(deaf, withoutHints);
  say('L-5, without hints', delay);
  expect(delay.p99Ms).toBeLessThanOrEqual(SLACK * (POLL_MS + 500));
  const others = delays([...followed.stock, ...followed.clients], committed);
  say('L-5, everyone, all the time', others);
  expect(others.p99Ms).toBeLessThanOrEqual(SLACK * (POLL_MS + 500));
}, 240_000);
