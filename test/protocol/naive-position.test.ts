import { afterEach, expect, test } from 'vitest';
import type { FeedUpdate } from '../../src/live/catalog-source.js';
import { formatPosition, type Position } from '../../src/view/position.js';
import type { CatalogTruth, LoggedChange } from '../support/catalog-truth.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import type { Delivery } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';

const WRITERS = 16;
const WRITES_EACH = 15;
/** Generous: nothing that will come takes anywhere near as long. */
const DEADLINE_MS = 15_000;
const ada = caller();

/** Transactions stay open for a while after their changes were written. */
const HOLD = `
  create function public.hold() returns trigger language plpgsql as $$
    begin perform pg_sleep(random() * 0.02); return null; end $$;
  create trigger hold after insert on tool_catalog.tool_changes for each statement execute function public.hold();`;

/** In place of the counter row: revisions from a sequence, which no transaction holds until it commits. */
const NAIVE = `
  create sequence public.naive_revisions;
  select setval('public.naive_revisions', revision) from tool_catalog.catalog_head;
  alter table tool_catalog.catalog_head rename to catalog_head_row;
  create view tool_catalog.catalog_head as
    select id, epoch, (select max(revision) from tool_catalog.catalog_revisions) as revision, chain, low_revision
    from tool_catalog.catalog_head_row;
  create function public.take_naive() returns trigger language plpgsql security definer as $$
    begin new.revision := nextval('public.naive_revisions'); return new; end $$;
  create trigger take_naive instead of update on tool_catalog.catalog_head
    for each row execute function public.take_naive();
  grant select, update on tool_catalog.catalog_head to catalog_app, catalog_system;`;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test('positive control: with a serial position in place of the counter row, the same checks find changes lost (V3)', async () => {
  const { lost, faults } = await run(NAIVE);
  expect(lost).toBeGreaterThan(0);
  expect(faults).not.toEqual([]);
}, 120_000);

test('with the counter row, the same writers and the same checks: nothing is lost', async () => {
  expect(await run()).toEqual({ lost: 0, faults: [] });
}, 120_000);

interface Outcome {
  /** Changes that a subscriber should have been told and was not. */
  readonly lost: number;
  readonly faults: readonly string[];
}

/** Two instances, 16 writers whose transactions overlap, a subscriber of each instance. */
async function run(alteration?: string): Promise<Outcome> {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  const sql = await openSql(database.url);
  cleanUps.push(() => sql.close());
  const instances = await Promise.all([1, 2].map(() => startInstance(database.url, { bookmarkMs: 50 })));
  cleanUps.push(async () => void (await Promise.all(instances.map((instance) => instance.close()))));
  const writers = Array.from({ length: WRITERS }, (_, writer) => writer);
  const at = (index: number) => instances[index % instances.length] as TestInstance;
  for (const writer of writers) {
    await at(0).commands.createTool(ada, { definition: definitionInput({ name: `own-${writer}` }) });
  }
  const start = at(0).follower.position;
  await at(1).follower.waitFor(start, DEADLINE_MS);
  if (alteration !== undefined) await sql.rows(alteration);
  await sql.rows(HOLD);
  const subscribers = instances.map((instance) => new Subscriber(instance, start));
  await Promise.all(
    writers.map(async (writer) => {
      for (let count = 0; count < WRITES_EACH; count += 1) {
        const patch = { description: `Number ${count}.` };
        await at(writer + count).commands.updateTool(ada, { name: `own-${writer}`, patch });
      }
    }),
  );
  const truth = await readLog(sql, start);
  expect(truth.changes).toHaveLength(WRITERS * WRITES_EACH);
  const told = await Promise.all(subscribers.map((subscriber) => subscriber.until(truth.head)));
  return {
    lost: told.reduce((sum, deliveries) => sum + truth.changes.length - changesIn(deliveries).size, 0),
    faults: told.flatMap((deliveries) =>
      streamFaults([{ after: formatPosition(start), snapshot: false, deliveries }], truth),
    ),
  };
}

/** What was written after a position, whether or not its revisions have holes. */
async function readLog(sql: Sql, start: Position): Promise<CatalogTruth> {
  const changes = await sql.rows<LoggedChange & { revision: number }>(
    `select revision::int, tool_id as "toolId", action, state_after->>'version' as version, reason
     from tool_catalog.tool_changes where revision > $1 order by revision, change_index`,
    [start.revision],
  );
  const head = changes.at(-1)?.revision ?? start.revision;
  return { epoch: start.epoch, head, changes, tools: new Map(), contentHash: '' };
}

function changesIn(deliveries: readonly Delivery[]): Set<number> {
  return new Set(deliveries.filter(({ action }) => action !== 'BOOKMARK').map(({ revision }) => revision));
}

/** Writes down what one stream tells, until it ends. */
class Subscriber {
  readonly #deliveries: Delivery[] = [];
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #wanted = Number.POSITIVE_INFINITY;

  constructor({ feed }: TestInstance, start: Position) {
    const request = { tenant: 'shared', after: formatPosition(start), snapshot: false, filter: null, bookmarks: true };
    this.#ended = this.#read(feed.follow(request, this.#stopping.signal));
  }

  /** What it was told when it has come to a revision, or cannot. */
  async until(revision: number): Promise<Delivery[]> {
    this.#wanted = revision;
    const deadline = setTimeout(() => this.#stopping.abort(), DEADLINE_MS);
    await this.#ended;
    clearTimeout(deadline);
    return this.#deliveries;
  }

  async #read(updates: AsyncIterable<FeedUpdate>): Promise<void> {
    try {
      for await (const { change, position, previousPosition, ...update } of updates) {
        this.#deliveries.push({
          ...update,
          position: formatPosition(position),
          previousPosition: formatPosition(previousPosition),
          toolId: change?.toolId ?? null,
          version: change?.after?.version ?? null,
        });
        if (position.revision >= this.#wanted) return;
      }
    } catch {
      // It can be followed no further: what is missing counts as lost.
    }
  }
}
