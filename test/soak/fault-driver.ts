import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../scripts/lib/generator/random.js';
import type { FaultProxy } from './fault-proxy.js';
import type { HintProxy } from './hint-proxy.js';
import type { JsonLinesWriter } from './json-lines.js';
import type { FaultRecord } from './records.js';
import type { CalmWindow, HintFault, NetworkFault, PlannedFault, Schedule } from './schedule.js';
import type { SoakPostgres } from './soak-postgres.js';
import type { SoakService } from './soak-service.js';

export interface FaultTargets {
  readonly services: readonly SoakService[];
  readonly postgres: SoakPostgres;
  /** One in front of each service, the last one in front of all. */
  readonly proxies: readonly FaultProxy[];
  /** By number of the service; the first service has none. */
  readonly hintProxies: ReadonlyMap<number, HintProxy>;
}

const COMMIT_WAIT_MS = 500;

/** Does to the system what the schedule says, and writes down when each thing began and when it was over. */
export class FaultDriver {
  readonly #targets: FaultTargets;
  readonly #log: JsonLinesWriter<FaultRecord>;
  readonly #seed: number;
  /** What happens to one service, or to PostgreSQL, happens one after the other. */
  readonly #chains = new Map<string, Promise<void>>();

  constructor(targets: FaultTargets, log: JsonLinesWriter<FaultRecord>, seed: number) {
    this.#targets = targets;
    this.#log = log;
    this.#seed = seed;
  }

  /** Resolves when everything is over and whole again. */
  async run({ faults, calm }: Schedule, signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    const until = (atMs: number) =>
      sleep(Math.max(0, atMs - (performance.now() - startedMs)), undefined, { signal }).catch(() => undefined);
    const windows = calm.map((window) => this.#watchCalm(window, until));
    for (const [index, fault] of faults.entries()) {
      await until(fault.atMs);
      if (signal.aborted) break;
      this.#begin(fault, new Random(this.#seed, 200, index));
    }
    await Promise.all([...this.#chains.values(), ...windows]);
  }

  async #watchCalm({ fromMs, toMs }: CalmWindow, until: (atMs: number) => Promise<void>): Promise<void> {
    await until(fromMs);
    await Promise.all(this.#chains.values());
    // Whoever was away must have come back, too.
    if (fromMs > 0) await until(fromMs + (toMs - fromMs) / 3);
    this.#log.write({ t: Date.now(), kind: 'calm', phase: 'begin' });
    await until(toMs);
    this.#log.write({ t: Date.now(), kind: 'calm', phase: 'end' });
  }

  #begin(fault: PlannedFault, random: Random): void {
    const [group = ''] = fault.kind.split('.');
    const asksPostgres = group === 'postgres' || fault.kind === 'hint.terminate' || fault.kind === 'hint.garbage';
    const chain = asksPostgres ? 'postgres' : `${group} ${fault.target}`;
    const before = this.#chains.get(chain) ?? Promise.resolve();
    this.#chains.set(
      chain,
      before.then(async () => {
        const of = { kind: fault.kind, target: fault.target };
        this.#log.write({ t: Date.now(), ...of, phase: 'begin' });
        const note = await this.#do(fault, random).catch((error: unknown) => `failed: ${String(error)}`);
        this.#log.write({ t: Date.now(), ...of, phase: 'end', ...(note === undefined ? {} : { note: String(note) }) });
      }),
    );
  }

  /** @returns what there is to tell of it. */
  async #do(fault: PlannedFault, random: Random): Promise<string | number | undefined> {
    const { kind, target, durationMs } = fault;
    switch (kind) {
      case 'service.kill':
      case 'service.stop':
        return this.#breakService(fault);
      case 'postgres.kill':
      case 'postgres.stop':
      case 'postgres.kill-backend':
        return this.#breakPostgres(fault);
      case 'database.cut':
        return this.#targets.hintProxies.get(target)?.cut() ?? 0;
      case 'hint.terminate':
      case 'hint.garbage':
      case 'hint.drop':
      case 'hint.double':
      case 'hint.reorder':
        return this.#breakHints(kind, fault);
      default:
        return this.#targets.proxies[target]?.disturb(kind satisfies NetworkFault, {
          share: fault.share,
          durationMs: isInstant(kind) ? 0 : durationMs,
          random,
        });
    }
  }

  async #breakService({ kind, target, durationMs }: PlannedFault): Promise<undefined> {
    const service = this.#targets.services[target];
    if (kind === 'service.kill') {
      await service?.kill();
      await sleep(durationMs);
      await service?.start();
    } else {
      service?.signal('SIGSTOP');
      await sleep(durationMs);
      service?.signal('SIGCONT');
    }
  }

  async #breakPostgres({ kind, durationMs }: PlannedFault): Promise<string | number | undefined> {
    const { postgres } = this.#targets;
    if (kind === 'postgres.stop') {
      const stopped = postgres.signalAll('SIGSTOP');
      await sleep(durationMs);
      postgres.signalAll('SIGCONT');
      return `${stopped} processes`;
    }
    const [writing] = await this.#someCommit();
    if (kind === 'postgres.kill') {
      postgres.kill();
      await sleep(durationMs);
      await postgres.restart();
    } else if (writing !== undefined) {
      // PostgreSQL itself then ends all its processes and recovers.
      process.kill(writing, 'SIGKILL');
    }
    return writing === undefined ? 'in no transaction' : 'in a transaction that writes';
  }

  /** Waits a moment for a transaction that has written something and is not committed yet. */
  async #someCommit(): Promise<number[]> {
    const deadlineMs = performance.now() + COMMIT_WAIT_MS;
    for (;;) {
      const rows = await this.#targets.postgres
        .query<{ pid: number }>('select pid from pg_stat_activity where backend_xid is not null limit 1')
        .catch(() => []);
      if (rows.length > 0 || performance.now() > deadlineMs) return rows.map(({ pid }) => pid);
    }
  }

  async #breakHints(kind: HintFault, { target, durationMs }: PlannedFault): Promise<string | number | undefined> {
    const { postgres, hintProxies } = this.#targets;
    if (kind === 'hint.terminate') {
      const rows = await postgres.queryRecovered(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'tool-catalog listen'`);
      return rows.length;
    }
    if (kind === 'hint.garbage') {
      await postgres.queryRecovered(`select pg_notify('tool_catalog', payload)
        from unnest(array['1', '999999999', '-5', 'garbage', '', repeat('9', 7000)]) as payload`);
      return undefined;
    }
    return hintProxies.get(target)?.disturb(kind.slice('hint.'.length) as 'drop' | 'double' | 'reorder', durationMs);
  }
}

function isInstant(kind: NetworkFault): boolean {
  return kind === 'network.cut' || kind === 'network.reset';
}
