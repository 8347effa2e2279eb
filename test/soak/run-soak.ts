import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wholeYaml } from '../support/sample-catalog.js';
import { Driver } from './driver.js';
import { CATALOG, type ToSubscribers, type ToWriters } from './driver-messages.js';
import { FaultDriver } from './fault-driver.js';
import { FaultProxy } from './fault-proxy.js';
import { freePorts } from './free-ports.js';
import { HintProxy } from './hint-proxy.js';
import { JsonLinesWriter } from './json-lines.js';
import type { FaultRecord, RunRecord } from './records.js';
import { request } from './request.js';
import { planFaults } from './schedule.js';
import type { SoakOptions } from './soak-options.js';
import { SoakPostgres } from './soak-postgres.js';
import { SoakService } from './soak-service.js';
import { writeOracle } from './write-oracle.js';

const QUIET_DEADLINE_MS = 120_000;
const STEADY_MS = 2_000;
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created failed } }';

export interface SoakRun {
  readonly directory: string;
  /** Subscribers that had not come to the end in time. */
  readonly late: readonly string[];
}

/**
 * One run: a PostgreSQL, services, writers and subscribers as processes, broken by the schedule of the seed; then quiet; then what the
 * tables say. It judges nothing: it leaves files for the judge.
 */
export async function runSoak(
  options: SoakOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<SoakRun> {
  const { out, services: serviceCount, seed } = options;
  prepareDirectory(out);
  const work = mkdtempSync(path.join(tmpdir(), 'tool-catalog-soak-'));
  // Under root the server is another user's process.
  chmodSync(work, 0o755);
  const closers: (() => Promise<void> | void)[] = [() => rmSync(work, { recursive: true, force: true })];
  try {
    const [postgresPort = 0, ...ports] = await freePorts(3 * serviceCount + 2);
    const faultLog = new JsonLinesWriter<FaultRecord>(path.join(out, 'faults.jsonl'));
    closers.push(() => faultLog.end());
    const postgres = await SoakPostgres.create(path.join(work, 'database'), postgresPort);
    closers.push(() => postgres.remove());

    const hintProxies = new Map<number, HintProxy>();
    const services: SoakService[] = [];
    const servicePorts = ports.slice(0, serviceCount);
    for (const [number, port] of servicePorts.entries()) {
      let databaseUrl = postgres.url();
      if (number > 0) {
        const proxy = new HintProxy(postgresPort);
        const proxyPort = ports[serviceCount + number] ?? 0;
        await proxy.listen(proxyPort);
        closers.push(() => proxy.close());
        hintProxies.set(number, proxy);
        databaseUrl = postgres.url(proxyPort);
      }
      const service = new SoakService({
        port,
        databaseUrl,
        dataDir: path.join(work, `service-${number}`),
        logFile: path.join(out, `service-${number}.log`),
        onUnexpectedEnd: (why) => {
          faultLog.write({ t: Date.now(), kind: 'service.ended', phase: 'begin', target: number, note: why });
          void service.start();
        },
      });
      services.push(service);
      closers.push(() => service.kill());
    }
    const proxies: FaultProxy[] = [];
    const proxyPorts = ports.slice(2 * serviceCount, 3 * serviceCount + 1);
    for (const [number, port] of proxyPorts.entries()) {
      const proxy = new FaultProxy(number < serviceCount ? [servicePorts[number] ?? 0] : servicePorts);
      await proxy.listen(port);
      closers.push(() => proxy.close());
      proxies.push(proxy);
    }
    const urls = proxyPorts.map((port) => `http://127.0.0.1:${port}/graphql`);

    await Promise.all(services.map((service) => service.start()));
    const setup = await request(services[0]?.graphqlUrl ?? '', SETUP, {
      input: { yaml: wholeYaml(CATALOG), atomic: true, reason: 'setup' },
    });
    if (!setup.data) throw new Error(`The catalog could not be set up: ${JSON.stringify(setup)}`);

    const subscribers = new Driver<ToSubscribers>('subscribers-process.js');
    closers.push(() => subscribers.end());
    const stock = Math.ceil(options.subscribers / 2);
    const clients = options.subscribers - stock;
    await subscribers.tell({ do: 'start', directory: out, stock, clients, urls });
    const writers = new Driver<ToWriters>('writers-process.js');
    closers.push(() => writers.end());
    const { writesPerSecond } = options;
    await writers.tell({ do: 'start', directory: out, seed, writers: options.writers, writesPerSecond, urls });

    const startedAt = Date.now();
    const schedule = planFaults({
      seed,
      seconds: options.seconds,
      services: serviceCount,
      serviceKills: options.kills,
      postgresKills: options.postgresKills,
    });
    writeFileSync(path.join(out, 'schedule.json'), JSON.stringify(schedule, null, 1));
    say(`${schedule.faults.length} faults in ${options.seconds} s, seed ${seed}.`);
    const faults = new FaultDriver({ services, postgres, proxies, hintProxies }, faultLog, seed);
    const broken = faults.run(schedule, signal);
    await sleep(options.seconds * 1_000, undefined, { signal }).catch(() => undefined);
    await broken;
    say('The faults are over; waiting until everything is quiet.');
    await sleep(STEADY_MS);
    await writers.tell({ do: 'stop' });
    const endedAt = Date.now();
    const revision = await writeOracle(postgres.url(), path.join(out, 'oracle.jsonl'));
    const { late } = await subscribers.tell({ do: 'stop', revision, deadlineMs: QUIET_DEADLINE_MS });
    const [version] = await postgres.query<{ server_version: string }>('show server_version');
    const record: RunRecord = {
      seed,
      seconds: options.seconds,
      services: serviceCount,
      writers: options.writers,
      writesPerSecond,
      stockSubscribers: stock,
      clients,
      startedAt,
      endedAt,
      node: process.version,
      postgres: version?.server_version ?? '',
      cores: cpus().length,
    };
    writeFileSync(path.join(out, 'run.json'), `${JSON.stringify(record, null, 1)}\n`);
    return { directory: out, late };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** @throws Error when there is something in it that a run did not leave there. */
function prepareDirectory(out: string): void {
  mkdirSync(out, { recursive: true });
  const ours = /^(run\.json|schedule\.json|summary\.(json|md)|[a-z]+(-\d+)?\.(jsonl|log))$/;
  const files = readdirSync(out);
  const foreign = files.filter((file) => !ours.test(file));
  if (foreign.length > 0) throw new Error(`${out} is not empty, and holds ${foreign[0]}: give another directory.`);
  for (const file of files) rmSync(path.join(out, file));
}
