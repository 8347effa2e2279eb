import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ADMIN_TOKEN, graphql, type ServiceProcess, startService } from '../../support/service-process.js';
import { BenchChild } from './bench-child.js';
import { quantile } from './fan-out.js';

const SOCKETS = 100;
const PER_SOCKET = 10;
const CHANGES = 200;
const EVERY_MS = 100;
const QUERY = `subscription { toolUpdated { action position revision toolId lastInRevision
  tool { toolId name platform version status enabled owner description category contentHash revision } } }`;
const WRITE = 'mutation ($input: SetToolStateInput!) { setToolState(input: $input) { ... on UserError { message } } }';

export interface PropagationResult {
  /** From before a mutation is sent to one process until a subscriber of another one has applied it. */
  readonly updateMs: { readonly p50: number; readonly p99: number };
  /** NOTIFY over one connection until it has come over another one, in the same run. */
  readonly notifyMs: { readonly p50: number; readonly p99: number };
}

/** B8: how long a change takes through two service processes to 1,000 subscriptions over 100 sockets, at 10 changes a second. */
export async function measurePropagation(connection: string, tool: string): Promise<PropagationResult> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-bench-'));
  const services: ServiceProcess[] = [];
  const subscribers = new BenchChild('./subscribers.js');
  const [hint, listener] = [new pg.Client(connection), new pg.Client(connection)];
  try {
    services.push(...(await Promise.all([1, 2].map(() => startService({ databaseUrl: connection, dataDir })))));
    const [writer, reader] = services as [ServiceProcess, ServiceProcess];
    await Promise.all([hint.connect(), listener.connect()]);
    await listener.query('listen bench');
    const operation = { token: ADMIN_TOKEN, query: QUERY, variables: {} };
    const url = reader.graphqlUrl.replace('http', 'ws');
    await subscribers.ask('connect', {
      name: 'all',
      url,
      sockets: SOCKETS,
      perSocket: PER_SOCKET,
      operation,
      apply: true,
    });
    const notifications: number[] = [];
    const beginMs = nowMs();
    const writes: Promise<unknown>[] = [];
    for (let count = 0; count < CHANGES; count += 1) {
      // An open loop: the next change comes when it is due, however long this one takes.
      await until(beginMs + count * EVERY_MS);
      writes.push(graphql(writer.graphqlUrl, WRITE, { input: { name: tool, owner: nowMs().toFixed(3) } }));
      if (count % 5 === 4) notifications.push(await notifyRoundTrip(hint, listener));
    }
    await Promise.all(writes);
    await subscribers.ask('reached', { name: 'all', messages: CHANGES * SOCKETS * PER_SOCKET });
    const latencies = await subscribers.ask<number[]>('latencies', 'all');
    return { updateMs: quantiles(latencies), notifyMs: quantiles(notifications) };
  } finally {
    subscribers.end();
    await Promise.all([hint.end(), listener.end(), ...services.map((service) => service.stop())]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function notifyRoundTrip(hint: pg.Client, listener: pg.Client): Promise<number> {
  const startMs = nowMs();
  const heard = new Promise((resolve) => listener.once('notification', resolve));
  await hint.query("notify bench, '1'");
  await heard;
  return nowMs() - startMs;
}

/** A clock that all processes of a machine share. */
function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function until(dueMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - nowMs())));
}

function quantiles(values: readonly number[]): { p50: number; p99: number } {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}
