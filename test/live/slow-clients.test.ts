import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { Random } from '../../scripts/lib/generator/random.js';
import { FaultProxy } from '../soak/fault-proxy.js';
import { freePorts } from '../soak/free-ports.js';
import { readTruth } from '../support/catalog-truth.js';
import { commitTimes, delays } from '../support/delays.js';
import { heldBytes } from '../support/held-memory.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { groupName, wholeYaml } from '../support/sample-catalog.js';
import { graphql, type ServiceProcess, startService } from '../support/service-process.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { StoppedSubscribers } from '../support/stopped-subscribers.js';
import { streamFaults } from '../support/stream-faults.js';

const FAST = 6;
const STALLED = 40;
/** Behind a proxy that passes on 4 KiB/s. */
const SLOW = 6;
const CATALOG = { groups: 1, toolsPerGroup: 8 };
/** From one write of eight changes with 8 KB each to the next: while the kernel's buffers fill, and then. */
const EVERY_MS = { filling: 125, filled: 500 };
const FILL_MS = 8_000;
const STALL_MS = 30_000;
/** 40 s are wanted: the stall, and fivefold what is left of them. */
const CLOSED_WITHIN_MS = STALL_MS + 5 * 10_000;
const MB = 1024 * 1024;
const MAX_GROWTH_MB = 100;
/** In the second half of the time: what is written stays in memory for those who come back, and nothing else. */
const MAX_SLOPE_MB = 25;
/** Twice that of everyone without slow ones, with fivefold slack. */
const MAX_P99_MS = 5 * 2 * 250;
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';
const BULK = `mutation ($input: BulkUpdateToolsInput!) { bulkUpdateTools(input: $input) {
  ... on BulkUpdateReport { updated failed } ... on UserError { message } } }`;

let database: TestDatabase;
let dataDir: string;
let service: ServiceProcess;
let proxy: FaultProxy;
let slowUrl: string;
let inspectorPort: number;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-slow-'));
  const [port = 0, inspector = 0] = await freePorts(2);
  inspectorPort = inspector;
  const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` };
  service = await startService({ databaseUrl: database.url, dataDir, env });
  proxy = new FaultProxy([Number(new URL(service.url).port)]);
  await proxy.listen(port);
  slowUrl = `http://127.0.0.1:${port}/graphql`;
  await graphql(service.graphqlUrl, SETUP, { input: { yaml: wholeYaml(CATALOG), atomic: true, reason: 'setup' } });
});

afterAll(async () => {
  await service.kill();
  await proxy.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('L-6: stopped clients and slow ones cost little memory and nobody else anything, are closed, and lose nothing', async () => {
  onTestFailed(() => console.error(service.log()));
  const { graphqlUrl } = service;
  const fast = Array.from({ length: FAST }, () => new StockSubscriber({ url: graphqlUrl }));
  const slow = Array.from({ length: SLOW }, () => new StockSubscriber({ url: slowUrl }));
  await Promise.all([...fast, ...slow].map((subscriber) => subscriber.reached(0)));
  const stalled = await StoppedSubscribers.start(graphqlUrl, STALLED);
  onTestFailed(() => stalled.signal('SIGKILL'));

  let stopping = false;
  let filled = false;
  const write = async () => {
    for (let count = 0; !stopping; count += 1) {
      const pace = sleep(filled ? EVERY_MS.filled : EVERY_MS.filling);
      const patch = { description: `${'A long text. '.repeat(630)} ${count}` };
      const input = { filter: { categories: [groupName(0)] }, patch };
      const answer = await graphql(graphqlUrl, BULK, { input });
      expect(answer).toEqual({ data: { bulkUpdateTools: { updated: CATALOG.toolsPerGroup, failed: 0 } } });
      await pace;
    }
  };
  const writing = write();
  // Everyone takes what comes, until the service has grown as far as the load alone makes it.
  await Promise.race([sleep(2_000), writing]);
  const before = fast[0]?.revision ?? 0;
  const bytesBefore = await heldBytes(inspectorPort);
  stalled.signal('SIGSTOP');
  const stoppedMs = performance.now();
  const trickle = proxy.disturb('network.trickle', { share: 1, durationMs: STALL_MS + FILL_MS, random: new Random(1) });
  const grownMb: number[] = [];
  expect(await stalled.openConnections(graphqlUrl)).toBe(STALLED);
  while ((await stalled.openConnections(graphqlUrl)) > 0 && performance.now() - stoppedMs < CLOSED_WITHIN_MS) {
    await Promise.race([sleep(2_000), writing]);
    filled = performance.now() - stoppedMs > FILL_MS;
    grownMb.push(Math.round(((await heldBytes(inspectorPort)) - bytesBefore) / MB));
  }
  const closedAfterMs = performance.now() - stoppedMs;
  stopping = true;
  await writing;
  await trickle;
  console.info(`L-6: closed after ${Math.round(closedAfterMs)} ms; growth in MB: ${grownMb.join(' ')}`);
  expect(await stalled.openConnections(graphqlUrl)).toBe(0);
  expect(Math.max(...grownMb)).toBeLessThan(MAX_GROWTH_MB);
  const [half = 0, end = 0] = [grownMb[grownMb.length >> 1], grownMb.at(-1)];
  expect(end - half).toBeLessThan(MAX_SLOPE_MB);

  const truth = await readTruth(database.url);
  await Promise.all(fast.map((subscriber) => subscriber.reached(truth.head)));
  const delay = delays(fast, await commitTimes(database.url, before));
  console.info(`L-6, those who keep up: p50 ${delay.p50Ms} ms, p99 ${delay.p99Ms} ms`);
  expect(delay.p99Ms).toBeLessThanOrEqual(MAX_P99_MS);
  stalled.signal('SIGCONT');
  await Promise.all(slow.map((subscriber) => subscriber.reached(truth.head)));
  for (const subscriber of [...fast, ...slow]) {
    expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    expect(subscriber.tools).toEqual(truth.tools);
  }
  const resumed = await stalled.reached(truth.head);
  expect(resumed).toHaveLength(STALLED);
  for (const { sessions, closeCodes, tools } of resumed) {
    expect(streamFaults(sessions, truth)).toEqual([]);
    // Closed once at least, and gone on after what had been applied.
    expect(sessions.length).toBeGreaterThan(1);
    expect(closeCodes).not.toContain(4500);
    expect(new Map(tools)).toEqual(truth.tools);
  }
  stalled.signal('SIGKILL');
  await Promise.all([...fast, ...slow].map((subscriber) => subscriber.close()));
}, 240_000);
