import type { Caller } from '../../../src/access/principal.js';
import type { CatalogCommands } from '../../../src/catalog/catalog-commands.js';
import { BenchChild } from './bench-child.js';
import type { ConnectRequest } from './subscribers.js';

const SUBSCRIPTIONS = 1_000;
const ROUNDS = 7;
/** In each round, one after the other, each told to everyone before the next. */
const CHANGES = 20;
const SHAPES = [1_000, 100, 20];
const TOKEN = 'bench-admin-token-0123456789abcdef';
const QUERY = `subscription ($names: [String!]) { toolUpdated(filter: { names: $names }) {
  action position previousPosition revision lastInRevision toolId tenant toolName platform changedFields actor reason at
  tool { toolId name platform version status enabled owner description category metadata contentHash revision } } }`;
const WAYS = ['shared', 'alone', 'raw'] as const;
type Way = (typeof WAYS)[number];

export interface FanOutOptions {
  readonly connection: string;
  readonly commands: CatalogCommands;
  readonly caller: Caller;
  /** Tools that exist, one a way, so that the subscribers of one way are not told what is written for another. */
  readonly tools: readonly [string, string];
}

export interface FanOutResult {
  readonly sockets: number;
  readonly messageBytes: number;
  /** Microseconds of the server's CPU for a message, medians over rounds. */
  readonly microseconds: Readonly<Record<Way, number>>;
  /** Medians of the ratios of each round. */
  readonly sharedToRaw: number;
  readonly aloneToShared: number;
}

/** B7: what one change costs the server that tells it to 1,000 subscriptions, beside graphql-ws as it is and ws alone. */
export async function measureFanOut({ connection, commands, caller, tools }: FanOutOptions): Promise<FanOutResult[]> {
  const subscribers = new BenchChild('./subscribers.js');
  const servers = {} as Record<Way, BenchChild>;
  const urls = {} as Record<Way, string>;
  try {
    for (const way of WAYS) {
      servers[way] = new BenchChild('./feed-server.js', [connection, way, TOKEN]);
      urls[way] = (await servers[way].ready<{ url: string }>()).url;
    }
    const nameOf = (way: Way) => (way === 'alone' ? tools[1] : tools[0]);
    let writes = 0;
    const results: FanOutResult[] = [];
    for (const sockets of SHAPES) {
      const perSocket = SUBSCRIPTIONS / sockets;
      const told = { shared: 0, alone: 0, raw: 0 };
      for (const way of WAYS) {
        const request: ConnectRequest = {
          name: way,
          url: urls[way],
          sockets,
          perSocket,
          ...(way === 'raw' ? {} : { operation: { token: TOKEN, query: QUERY, variables: { names: [nameOf(way)] } } }),
        };
        await subscribers.ask('connect', request);
      }
      let text = '';
      const change = async (way: Way): Promise<void> => {
        told[way] += SUBSCRIPTIONS;
        const reached = subscribers.ask('reached', { name: way, messages: told[way] });
        writes += 1;
        if (way === 'raw') await servers.raw.ask('broadcast', { text, perSocket });
        else
          await commands.setToolState(caller, { name: nameOf(way), owner: `owner-${String(writes).padStart(6, '0')}` });
        await reached;
      };
      const round = async (): Promise<Record<Way, number>> => {
        const spent = { shared: 0, alone: 0, raw: 0 };
        for (const way of WAYS) {
          const before = await servers[way].ask<number>('cpuMicroseconds');
          for (let count = 0; count < CHANGES; count += 1) await change(way);
          const after = await servers[way].ask<number>('cpuMicroseconds');
          spent[way] = (after - before) / (CHANGES * SUBSCRIPTIONS);
        }
        return spent;
      };
      await change('shared');
      const messageBytes = await subscribers.ask<number>('bytes', 'shared');
      text = 'x'.repeat(messageBytes);
      await round();
      const rounds: Record<Way, number>[] = [];
      for (let count = 0; count < ROUNDS; count += 1) rounds.push(await round());
      results.push({
        sockets,
        messageBytes,
        microseconds: {
          shared: median(rounds.map(({ shared }) => shared)),
          alone: median(rounds.map(({ alone }) => alone)),
          raw: median(rounds.map(({ raw }) => raw)),
        },
        sharedToRaw: median(rounds.map(({ shared, raw }) => shared / raw)),
        aloneToShared: median(rounds.map(({ shared, alone }) => alone / shared)),
      });
      for (const way of WAYS) await subscribers.ask('close', way);
    }
    return results;
  } finally {
    subscribers.end();
    for (const server of Object.values(servers)) server.end();
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
