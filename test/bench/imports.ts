import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import type { Caller } from '../../src/access/principal.js';
import type { CatalogCommands } from '../../src/catalog/catalog-commands.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import type { LogFollower } from '../../src/live/log-follower.js';

/** Everything that an import of new tools writes, but for the head and the identities. */
const TABLES = ['tools', 'tool_capabilities', 'tool_patterns', 'tool_changes', 'tool_audit_log'];
const LOOKUPS = 1_000_000;

interface Row {
  readonly work: string;
  readonly result: string;
}

export interface ImportBenchOptions {
  readonly commands: CatalogCommands;
  readonly follower: LogFollower;
  readonly client: pg.Client;
  readonly folder: string;
  readonly caller: Caller;
  readonly toolCount: number;
}

/** An import of a generated catalog beside COPY alone, again with few changes, and lookups beside Map.get. */
export async function measureImports(options: ImportBenchOptions): Promise<Row[]> {
  const { commands, follower, client, folder, caller, toolCount } = options;
  const definitions = [...generateCatalog({ toolCount, seed: 1 })];
  const yaml = toYamlStream(definitions);
  const importMs = await timed(async () => {
    const report = await commands.importTools(caller, { yaml, atomic: true });
    if (report.created !== toolCount) throw new Error(JSON.stringify({ ...report, results: undefined }));
  });
  const copyMs = await copyAlone(client, folder);
  const againMs = await timed(async () => {
    const report = await commands.importTools(caller, { yaml: toYamlStream(definitions.map(changeEach(100))) });
    if (report.updated !== toolCount / 100) throw new Error(JSON.stringify({ ...report, results: undefined }));
  });
  return [
    {
      work: `import of ${toolCount} tools: read, checked, stored, visible (${Math.round(yaml.length / 1e6)} MB of YAML)`,
      result: `${Math.round(importMs)} ms`,
    },
    { work: 'COPY alone of the same rows, with their indexes', result: `${Math.round(copyMs)} ms` },
    { work: 'import, times COPY alone', result: (importMs / copyMs).toFixed(1) },
    { work: 'the same import again with 1 % changed, times the first', result: (againMs / importMs).toFixed(2) },
    ...measureLookups(follower, definitions),
  ];
}

async function copyAlone(client: pg.Client, folder: string): Promise<number> {
  const file = (table: string) => `'${path.join(folder, `${table}.copy`)}'`;
  for (const table of TABLES) {
    await client.query(`copy tool_catalog.${table} to ${file(table)} (format binary)`);
    await client.query(`create table tool_catalog.${table}_peer (like tool_catalog.${table} including indexes)`);
  }
  return timed(async () => {
    await client.query('begin');
    for (const table of TABLES)
      await client.query(`copy tool_catalog.${table}_peer from ${file(table)} (format binary)`);
    await client.query('commit');
  });
}

function changeEach(every: number) {
  return (definition: ToolDefinition, index: number): ToolDefinition =>
    index % every === 0 ? { ...definition, description: `${definition.description} Changed.` } : definition;
}

/** Interleaved, five rounds, medians: a lookup in the view beside one in a plain Map. */
function measureLookups(follower: LogFollower, definitions: readonly ToolDefinition[]): Row[] {
  const view = follower.viewFor('shared');
  const names = definitions.map(({ name, platform }) => ({ name, platform }));
  const map = new Map(names.map(({ name, platform }) => [`${platform}/${name}`, view.find(name, platform)]));
  const keys = [...map.keys()];
  const rounds = Array.from({ length: 5 }, () => {
    const plain = perLookup(definitions.length, (index) => map.get(keys[index] ?? ''));
    const found = perLookup(definitions.length, (index) => {
      const { name, platform } = names[index] ?? { name: '', platform: '' };
      return view.find(name, platform);
    });
    return { plain, found, ratio: found / plain };
  });
  const median = (values: number[]) => values.sort((left, right) => left - right)[2] ?? Number.NaN;
  return [
    {
      work: `lookup by name and platform among ${definitions.length}, in memory`,
      result: `${median(rounds.map((round) => round.found)).toFixed(0)} ns`,
    },
    { work: 'lookup, times Map.get', result: median(rounds.map((round) => round.ratio)).toFixed(1) },
  ];
}

function perLookup(toolCount: number, look: (index: number) => unknown): number {
  let hits = 0;
  const startMs = performance.now();
  for (let count = 0; count < LOOKUPS; count += 1) if (look(count % toolCount) !== undefined) hits += 1;
  if (hits !== LOOKUPS) throw new Error(`${LOOKUPS - hits} lookups found nothing.`);
  return ((performance.now() - startMs) * 1e6) / LOOKUPS;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
