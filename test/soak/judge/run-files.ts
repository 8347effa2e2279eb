import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readJsonLines } from '../json-lines.js';
import type { ClientRecord, FaultRecord, OracleRecord, RunRecord, StockRecord, WriteRecord } from '../records.js';

/** Everything that a run left behind. What one subscriber told is read when it is its turn: it is a lot. */
export interface RunFiles {
  readonly run: RunRecord;
  readonly faults: readonly FaultRecord[];
  readonly writes: readonly WriteRecord[];
  readonly oracle: readonly OracleRecord[];
  /** By name, such as stock-0. */
  readonly stock: ReadonlyMap<string, () => Promise<readonly StockRecord[]>>;
  readonly clients: ReadonlyMap<string, () => Promise<readonly ClientRecord[]>>;
}

/** @throws Error when a file is missing or damaged: a run that broke off cannot be judged. */
export async function openRun(directory: string): Promise<RunFiles> {
  const names = (await readdir(directory)).sort();
  const file = (name: string) => path.join(directory, name);
  const those = <Line>(pattern: RegExp) =>
    new Map(
      names
        .filter((name) => pattern.test(name))
        .map((name) => [name.replace('.jsonl', ''), () => readJsonLines<Line>(file(name))] as const),
    );
  if (!names.includes('run.json'))
    throw new Error(`${directory} holds no run that came to its end: run.json is missing.`);
  return {
    run: JSON.parse(await readFile(file('run.json'), 'utf8')) as RunRecord,
    faults: await readJsonLines<FaultRecord>(file('faults.jsonl')),
    writes: await readJsonLines<WriteRecord>(file('writes.jsonl')),
    oracle: await readJsonLines<OracleRecord>(file('oracle.jsonl')),
    stock: those<StockRecord>(/^stock-\d+\.jsonl$/),
    clients: those<ClientRecord>(/^client-\d+\.jsonl$/),
  };
}
