import { setImmediate as turn } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/**
 * Why the change log takes its revisions from a counter row: the usual design, a serial column that readers page by, loses events as
 * soon as transactions overlap, without an error anywhere. Should this test ever find nothing lost, the load has become too
 * tame to say anything about the catalog either.
 */
const WRITERS = 16;
const EVENTS = 4_000;
/** How long a transaction stays open after its event was written, at most. */
const LONGEST_HOLD_MS = 8;

const SETUP = `
  create table naive_events (id bigserial primary key, payload text not null);
  create table counted_events (id bigint primary key, payload text not null);
  create table counter (last bigint not null);
  insert into counter values (0);`;

interface Design {
  readonly table: string;
  /** One transaction that writes one event, and does other work for a while. */
  readonly transaction: (payload: string, holdSeconds: number) => string;
}

/** The event comes somewhere in the transaction and other work follows, as it does wherever rows are written in any order. */
const NAIVE: Design = {
  table: 'naive_events',
  transaction: (payload, hold) =>
    `begin; insert into naive_events (payload) values ('${payload}'); select pg_sleep(${hold}); commit`,
};
/** The number is taken last, and its row stays locked until the end: numbers are committed in their order. */
const COUNTED: Design = {
  table: 'counted_events',
  transaction: (payload, hold) => `begin; select pg_sleep(${hold});
    with next as (update counter set last = last + 1 returning last)
    insert into counted_events (id, payload) select last, '${payload}' from next; commit`,
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  await withClient(async (client) => void (await client.query(SETUP)));
});

afterAll(() => database.drop());

test('a serial column as cursor loses events of transactions that overlap', async () => {
  const { written, seen, doubled } = await run(NAIVE);
  expect(written).toBe(EVENTS);
  expect(doubled).toBe(0);
  expect(seen).toBeLessThan(EVENTS);
}, 120_000);

test('a counter row loses none under the same load, and leaves no holes', async () => {
  expect(await run(COUNTED)).toEqual({ written: EVENTS, seen: EVENTS, doubled: 0, highest: EVENTS });
}, 120_000);

interface Outcome {
  /** Events that the table holds in the end. */
  readonly written: number;
  /** Events that the reader came by. */
  readonly seen: number;
  readonly doubled: number;
  readonly highest: number;
}

async function run(design: Design): Promise<Outcome> {
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(design, writer)));
  let finished = false;
  const end = writing.finally(() => {
    finished = true;
  });
  const seen = await read(design.table, () => finished);
  await end;
  return withClient(async (client) => {
    const { rows } = await client.query<{ written: number; highest: number }>(
      `select count(*)::int as written, max(id)::int as highest from ${design.table}`,
    );
    const { written, highest } = rows[0] ?? { written: 0, highest: 0 };
    return { written, seen: new Set(seen).size, doubled: seen.length - new Set(seen).size, highest };
  });
}

function write(design: Design, writer: number): Promise<void> {
  return withClient(async (client) => {
    for (let event = 0; event < EVENTS / WRITERS; event += 1) {
      await client.query(design.transaction(`${writer}/${event}`, (Math.random() * LONGEST_HOLD_MS) / 1_000));
    }
  });
}

/** The reader of both designs: everything after the highest number that it has seen, again and again. */
function read(table: string, finished: () => boolean): Promise<number[]> {
  return withClient(async (client) => {
    const seen: number[] = [];
    for (let last = 0, quiet = false; ; ) {
      const { rows } = await client.query<{ id: number }>(
        `select id::int from ${table} where id > $1 order by id limit 500`,
        [last],
      );
      seen.push(...rows.map((row) => row.id));
      last = rows.at(-1)?.id ?? last;
      if (quiet && rows.length === 0) return seen;
      quiet = finished();
      await turn();
    }
  });
}

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
