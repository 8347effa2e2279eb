import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import MiniSearch from 'minisearch';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { packageRoot } from '../../src/database/package-root.js';
import type { CatalogView } from '../../src/view/catalog-view.js';
import { searchText } from '../../src/view/search/search-text.js';
import { catalogInMemory } from './catalog-in-memory.js';

export interface SearchBenchOptions {
  /** A database that holds the generated catalog. */
  readonly connectionString: string;
  readonly dataDir: string;
  readonly toolCount: number;
}

interface Row {
  readonly work: string;
  readonly result: string;
}

const TOKEN = 'bench-admin-token-0123456789';
const REQUESTS_PER_SECOND = 20;
const REQUESTS = 600;
const LARGE_CATALOG = 100_000;
const SEARCH =
  'query ($query: String!) { searchTools(query: $query) { score matchedOn tool { name platform description } } }';

/** One word and many, names, typos, synonyms, beginnings, words that nobody knows. */
const QUERIES = [
  'disk',
  'restart a service',
  'kuberentes pods',
  'list proceses by memry usge',
  'backup database',
  'show me which certificates expire soon on the web servers',
  'linux',
  'delete old log files',
  'reboot the machine',
  'memory-inspect',
  'network latency between two hosts',
  'who changed the firewall rules',
  'conf',
  'order a pizza with extra cheese',
  'rotate a secret',
  'failed jobs of last night in the scheduler',
  'Get-Service',
  'nginx status',
  'vacuum a partition of the cluster',
  'copy a directory to another server incrementally',
];

/** Search through the service, in a process of its own, at a fixed rate; in memory among ten times as many; and beside MiniSearch. */
export async function measureSearch(options: SearchBenchOptions): Promise<Row[]> {
  const service = await startService(options);
  try {
    const ask = (query: string) => requestSearch(service.url, query);
    const firstMs = await timed(() => ask('disk'));
    for (const query of QUERIES) await ask(query);
    const latencies = await openLoop(ask);
    return [
      { work: `first search among ${options.toolCount}: reads every tool between other requests`, result: ms(firstMs) },
      ...latencyRows(`search over HTTP among ${options.toolCount}`, latencies),
      ...(await measureInMemory(options.toolCount)),
    ];
  } finally {
    service.child.kill('SIGTERM');
  }
}

async function measureInMemory(toolCount: number): Promise<Row[]> {
  const view = catalogInMemory(generateCatalog({ toolCount, seed: 1 }));
  while (!view.prepareSearch(1_000)) await setImmediate();
  const peer = miniSearchOf(view);
  const [own, theirs] = [meanMs((query) => view.search(query)), meanMs((query) => peer.search(query))];
  const large = await measureLarge();
  return [
    { work: `search among ${toolCount}, in memory, mean of ${QUERIES.length} queries`, result: ms(own) },
    { work: 'MiniSearch with prefixes and typos, times search', result: (theirs / own).toFixed(1) },
    ...large,
  ];
}

/** The same rate over a catalog that would take long to import: without HTTP and database. */
async function measureLarge(): Promise<Row[]> {
  const view = catalogInMemory(generateCatalog({ toolCount: LARGE_CATALOG, seed: 1 }));
  const before = usedBytes();
  const startMs = performance.now();
  while (!view.prepareSearch(40)) await setImmediate();
  const indexMs = performance.now() - startMs;
  const indexBytes = usedBytes() - before;
  for (const query of QUERIES) view.search(query);
  const latencies = await openLoop(async (query) => void view.search(query));
  return [
    ...latencyRows(`search among ${LARGE_CATALOG}, in one process without HTTP`, latencies),
    { work: `index of ${LARGE_CATALOG}: built in slices of 40 tools`, result: ms(indexMs) },
    { work: `index of ${LARGE_CATALOG}: memory`, result: `${Math.round(indexBytes / 1e6)} MB` },
    {
      work: `whole process with ${LARGE_CATALOG} tools and their index`,
      result: `${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`,
    },
  ];
}

/** Requests at times that were fixed beforehand, however long the earlier ones take. @returns ms from the time a request was due. */
async function openLoop(ask: (query: string) => Promise<unknown>): Promise<number[]> {
  const startMs = performance.now();
  return Promise.all(
    Array.from({ length: REQUESTS }, async (_, index) => {
      const dueMs = startMs + (index * 1_000) / REQUESTS_PER_SECOND;
      await setTimeout(dueMs - performance.now());
      await ask(QUERIES[index % QUERIES.length] ?? '');
      return performance.now() - dueMs;
    }),
  );
}

function latencyRows(work: string, latencies: number[]): Row[] {
  const sorted = latencies.sort((left, right) => left - right);
  const at = (share: number) => ms(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return [{ work: `${work}, open loop at ${REQUESTS_PER_SECOND}/s: p50, p99`, result: `${at(0.5)}, ${at(0.99)}` }];
}

function miniSearchOf(view: CatalogView): MiniSearch {
  const fields = ['name', 'capability', 'useCase', 'description', 'tag', 'input'];
  const peer = new MiniSearch({
    fields,
    searchOptions: { prefix: true, fuzzy: 0.2, boost: { name: 6, capability: 3 } },
  });
  peer.addAll(
    view.tools().map((tool) => ({
      id: tool.toolId,
      ...Object.fromEntries(Object.entries(searchText(tool)).map(([field, texts]) => [field, texts.join('\n')])),
    })),
  );
  return peer;
}

function meanMs(search: (query: string) => unknown): number {
  for (const query of QUERIES) search(query);
  const startMs = performance.now();
  for (let round = 0; round < 3; round += 1) for (const query of QUERIES) search(query);
  return (performance.now() - startMs) / (3 * QUERIES.length);
}

async function requestSearch(url: string, query: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query: SEARCH, variables: { query } }),
  });
  const text = await response.text();
  if (!text.startsWith('{"data":{"searchTools":[')) throw new Error(`${response.status} ${text.slice(0, 300)}`);
}

async function startService(options: SearchBenchOptions): Promise<{ url: string; child: ChildProcess }> {
  mkdirSync(options.dataDir, { recursive: true });
  const child = spawn(process.execPath, [path.join(packageRoot(), 'dist', 'src', 'main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: options.connectionString,
      DATA_DIR: options.dataDir,
      PORT: '0',
      ADMIN_TOKEN: TOKEN,
      BUNDLED_CATALOG: 'false',
      LOG_LEVEL: 'warn',
    },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, child };
  }
  throw new Error('The service ended before it said its address.');
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
