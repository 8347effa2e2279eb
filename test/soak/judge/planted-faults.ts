import type { ClientRecord, OracleRecord, StockRecord, StockUpdate, WriteRecord } from '../records.js';
import type { Check } from './findings.js';
import type { RunFiles } from './run-files.js';

/** A fault put into the records of a true run, and the check that must then fail. */
export interface PlantedFault {
  readonly name: string;
  readonly check: Check;
  readonly plant: (files: LoadedRun) => LoadedRun;
}

/** A run whose records are all in memory: of each kind of subscriber, one. */
export interface LoadedRun {
  readonly stock: readonly StockRecord[];
  readonly client: readonly ClientRecord[];
  readonly writes: readonly WriteRecord[];
  readonly oracle: readonly OracleRecord[];
}

/** Every way in which this must never fail, so that the judge can be seen to notice each. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  stockFault('a change is lost', 'V3', (records, at) => records.toSpliced(at, 1)),
  stockFault('the last change of the run is lost', 'V3', (records) =>
    records.toSpliced(records.findLastIndex(isUpdate), 1),
  ),
  stockFault('a change is told twice', 'V2', (records, at) => records.toSpliced(at, 0, update(records, at))),
  stockFault('two changes are swapped', 'V1', (records, at) =>
    records.toSpliced(at, 2, update(records, at + 1), update(records, at)),
  ),
  stockFault('a revision is split', 'V4', (records, at) => {
    const first = update(records, at);
    return records.toSpliced(at, 1, { ...first, last: true, position: update(records, at + 1).position });
  }),
  stockFault('a connection goes on after another position', 'V5', (records) => {
    const at = records.findLastIndex((record) => record.what === 'begin');
    const begin = records[at] as StockRecord & { what: 'begin' };
    const [epoch = '', revision = ''] = (begin.after ?? '').split(':');
    return records.toSpliced(at, 1, { ...begin, after: `${epoch}:${Number(revision) + 1}` });
  }),
  stockFault('a bookmark runs ahead', 'V6', (records, at) => {
    const { t, position, previous } = update(records, at);
    const [epoch = '', revision = ''] = position.split(':');
    const ahead = { t, what: 'bookmark', position: `${epoch}:${Number(revision) + 2}`, previous, hash: null } as const;
    return records.toSpliced(at, 0, ahead);
  }),
  stockFault('a change is told with another content', 'V3', (records, at) =>
    records.toSpliced(at, 1, { ...update(records, at), digest: 'another' }),
  ),
  stockFault('a copy is wrong in the middle', 'V7', (records) => {
    const at = records.findIndex((record) => record.what === 'update' && record.sum !== undefined);
    return records.toSpliced(at, 1, { ...update(records, at), sum: 'another' });
  }),
  stockFault('a copy lacks a tool in the end', 'V7', (records) =>
    records.map((record) =>
      record.what === 'copy' ? { ...record, tools: Object.fromEntries(Object.entries(record.tools).slice(1)) } : record,
    ),
  ),
  stockFault('a socket is closed with 4500', 'open', (records, at) =>
    records.toSpliced(at, 0, { t: 0, what: 'closed', code: 4500, reason: 'Internal server error' }),
  ),
  stockFault('a subscription ends for good', 'open', (records, at) =>
    records.toSpliced(at, 0, { t: 0, what: 'ended', why: 'POSITION_EXPIRED' }),
  ),
  clientFault('a client loses a revision', 'V3', (records, at) => records.toSpliced(at, 1)),
  clientFault('a client applies a revision twice', 'V2', (records, at) =>
    records.toSpliced(at, 0, records[at] as ClientRecord),
  ),
  clientFault('a client goes back', 'V1', (records, at) =>
    records.toSpliced(at, 2, records[at + 1] as ClientRecord, records[at] as ClientRecord),
  ),
  clientFault('a client applies half a revision', 'V4', (records, at) => replaceChange(records, at, { toolIds: [] })),
  clientFault("a client's copy is wrong", 'V7', (records, at) => replaceChange(records, at, { sum: 'another' })),
  clientFault('a client lists again', 'V5', (records, at) => replaceChange(records, at, { kind: 'replaced' })),
  writeFault('an acknowledged write is lost', 'V8', (files, key) => ({
    ...files,
    oracle: files.oracle.filter((record) => record.what !== 'change' || record.reason !== key),
  })),
  writeFault('a write takes effect twice', 'V8', (files, key) => ({
    ...files,
    oracle: files.oracle.flatMap((record) =>
      record.what === 'change' && record.reason === key
        ? [record, { ...record, revision: record.revision + 1 }]
        : [record],
    ),
  })),
  writeFault('a write is acknowledged as another revision', 'V8', (files, key) => ({
    ...files,
    writes: files.writes.map((record) =>
      record.what === 'acknowledged' && record.key === key
        ? { ...record, revision: (record.revision ?? 0) + 1 }
        : record,
    ),
  })),
  writeFault('a refused write takes effect', 'V8', (files, key) => ({
    ...files,
    writes: files.writes.map((record) =>
      record.key === key && record.what === 'acknowledged' ? { t: 0, what: 'refused', key, code: 'CONFLICT' } : record,
    ),
  })),
  writeFault('a write that nobody asked for', 'V8', (files, key) => ({
    ...files,
    writes: files.writes.filter((record) => record.key !== key),
  })),
  oracleFault('a hole in the revisions', 'log', (records) => {
    const hole = middle(records.filter((record) => record.what === 'revision'));
    return records.filter(
      (record) => !('revision' in record && record.revision === hole.revision && record.what !== 'head'),
    );
  }),
  oracleFault('a revision that is used twice', 'log', (records) => {
    const again = middle(records.filter((record) => record.what === 'revision'));
    return records.toSpliced(records.indexOf(again), 0, again);
  }),
  oracleFault('tables that are not what the log makes of them', 'log', (records) =>
    records.map((record) => (record.what === 'head' ? { ...record, sum: 'another' } : record)),
  ),
  oracleFault('a change without its audit row', 'log', (records) =>
    records.map((record) => (record.what === 'head' ? { ...record, auditRows: record.auditRows - 1 } : record)),
  ),
];

/** Takes the subscribers that have the most to tell: a stock one that began with a snapshot, and a client. */
export async function loadRun(files: RunFiles): Promise<LoadedRun> {
  const stock = await Promise.all([...files.stock.values()].map((load) => load()));
  const client = await Promise.all([...files.clients.values()].map((load) => load()));
  const sessions = (records: readonly StockRecord[]) => records.filter((record) => record.what === 'begin').length;
  const fromSnapshot = stock.filter((records) => records.some((r) => r.what === 'begin' && r.snapshot));
  const chosen = fromSnapshot.sort((left, right) => sessions(right) - sessions(left))[0];
  return { stock: chosen ?? [], client: client[0] ?? [], writes: files.writes, oracle: files.oracle };
}

/** The run with these records in place of its own. */
export function withRecords(files: RunFiles, { stock, client, writes, oracle }: LoadedRun): RunFiles {
  return {
    ...files,
    run: { ...files.run, stockSubscribers: 1, clients: 1 },
    writes,
    oracle,
    stock: new Map([['stock', async () => stock]]),
    clients: new Map([['client', async () => client]]),
  };
}

/** @param change gets the place of a message that is followed by another one of the same revision. */
function stockFault(
  name: string,
  check: Check,
  change: (records: readonly StockRecord[], at: number) => StockRecord[],
) {
  const plant = (files: LoadedRun): LoadedRun => {
    const places = files.stock.flatMap((record, at) => {
      const next = files.stock[at + 1];
      const pair = record.what === 'update' && !record.last && record.action !== 'SNAPSHOT';
      return pair && next?.what === 'update' && next.revision === record.revision ? [at] : [];
    });
    return { ...files, stock: change(files.stock, middle(places)) };
  };
  return { name: `stock: ${name}`, check, plant };
}

/** @param change gets the place of a revision that is followed by another one. */
function clientFault(
  name: string,
  check: Check,
  change: (records: readonly ClientRecord[], at: number) => ClientRecord[],
) {
  const plant = (files: LoadedRun): LoadedRun => {
    const isRevision = (record?: ClientRecord) => record?.what === 'change' && record.kind === 'revision';
    const places = files.client.flatMap((record, at) =>
      isRevision(record) && isRevision(files.client[at + 1]) ? [at] : [],
    );
    return { ...files, client: change(files.client, middle(places)) };
  };
  return { name, check, plant };
}

/** @param change gets the key of a write of one tool that was acknowledged. */
function writeFault(name: string, check: Check, change: (files: LoadedRun, key: string) => LoadedRun) {
  const plant = (files: LoadedRun): LoadedRun => {
    const keys = files.writes.flatMap((r) => (r.what === 'acknowledged' && r.revision !== null ? [r.key] : []));
    return change(files, middle(keys));
  };
  return { name, check, plant };
}

function oracleFault(name: string, check: Check, change: (records: readonly OracleRecord[]) => OracleRecord[]) {
  return { name, check, plant: (files: LoadedRun): LoadedRun => ({ ...files, oracle: change(files.oracle) }) };
}

function replaceChange(records: readonly ClientRecord[], at: number, over: object): ClientRecord[] {
  return records.map((record, index) => (index === at && record.what === 'change' ? { ...record, ...over } : record));
}

function update(records: readonly StockRecord[], at: number): StockUpdate {
  const record = records[at];
  if (record?.what !== 'update') throw new Error(`Record ${at} is no update.`);
  return record;
}

function isUpdate(record: StockRecord): boolean {
  return record.what === 'update';
}

function middle<Item>(items: readonly Item[]): Item {
  const item = items[items.length >> 1];
  if (item === undefined) throw new Error('The run has nothing to plant this fault in.');
  return item;
}
