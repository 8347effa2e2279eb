import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { StoredCopy } from '../../src/client/copy-storage.js';
import { parsePosition } from '../../src/view/position.js';
import { readTruth } from '../support/catalog-truth.js';
import { CatalogWriter, ownTools } from '../support/catalog-writer.js';
import { definitionInput } from '../support/definitions.js';
import { Fleet } from '../support/fleet.js';
import { FollowedClient } from '../support/followed-client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { spawnTypeScript } from '../support/run-typescript.js';
import { wholeYaml } from '../support/sample-catalog.js';
import { graphql } from '../support/service-process.js';
import { openSql, type Sql } from '../support/sql.js';
import { StockSubscriber } from '../support/stock-subscriber.js';
import { streamFaults } from '../support/stream-faults.js';
import { WriteLoad } from '../support/write-load.js';

/** Instances look at the log every second, also where no hint came. */
const NOTICED_MS = 10_000;
const KILLS = 3;
const WRITERS = 4;
const KEPT_CHANGES = 60;
const CATALOG = { groups: 4, toolsPerGroup: 10 };
const CREATE =
  'mutation ($definition: ToolDefinitionInput!) { createTool(input: { definition: $definition }) { __typename } }';
const DELETE = 'mutation ($input: ToolNameInput!) { deleteTool(input: $input) { __typename } }';
const SETUP = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created } }';
/** Keeps for the test what is trimmed. */
const ARCHIVE = ['tool_changes', 'catalog_revisions'].map(
  (table) => `
  create table public.archived_${table} (like tool_catalog.${table});
  create function public.archive_${table}() returns trigger language plpgsql security definer as $$
    begin insert into public.archived_${table} select old.*; return old; end $$;
  create trigger archive before delete on tool_catalog.${table} for each row execute function public.archive_${table}();`,
);

let database: TestDatabase;
let sql: Sql;
let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
  for (const statements of ARCHIVE) await sql.rows(statements);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tool-catalog-compaction-'));
  fleet = await Fleet.start(2, { databaseUrl: database.url, dataDir });
});

afterAll(async () => {
  await fleet.kill();
  await sql.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('L-8: the log trimmed under writes, its trimmer killed: whoever resumes around the mark gets everything or POSITION_EXPIRED', async () => {
  onTestFailed(() => console.error(fleet.logs));
  const clients = [0, 1].map((index) => new FollowedClient({ url: fleet.urlOf(index) }));
  await Promise.all(clients.map((client) => client.reached(0)));
  const yaml = `${wholeYaml(CATALOG)}---\n${ownTools(WRITERS)}`;
  await graphql(fleet.urlOf(0), SETUP, { input: { yaml, atomic: true, reason: 'setup' } });
  await graphql(fleet.urlOf(0), CREATE, { definition: definitionInput({ name: 'ghost' }) });
  const old = await copyOf(clients[0] as FollowedClient);
  await graphql(fleet.urlOf(0), DELETE, { input: { name: 'ghost' } });
  const load = new WriteLoad(
    Array.from(
      { length: WRITERS },
      (_, writer) =>
        new CatalogWriter({
          name: `w${writer}`,
          urls: fleet.urls,
          catalog: CATALOG,
          persistent: true,
          ownGroup: writer,
        }),
    ),
  );
  const resumed: { readonly subscriber: StockSubscriber; readonly distance: number }[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const trimmer = spawnTypeScript('test/support/trim-process.ts', [database.url, String(KEPT_CHANGES)]);
    // It has trimmed for the first time, and is at the next one.
    if (!trimmer.stdout) throw new Error('no output');
    await Promise.race([once(trimmer.stdout, 'data'), load.more(2_000)]);
    await load.more(60);
    trimmer.kill('SIGKILL');
    await once(trimmer, 'close');
    await nobodyTrims();
    const { epoch, mark } = await expectSoundLog();
    if (kill === 1) {
      // It remembers no changes, and must read all from the log.
      await fleet.killOne(1);
      await fleet.restart(1);
    }
    // An instance that has not looked since may still hold what was trimmed, and then gives it.
    for (const url of fleet.urls) {
      await expect.poll(() => oldestPosition(url), { timeout: NOTICED_MS }).toBe(`${epoch}:${mark}`);
    }
    for (const distance of [-1, 0, 1]) {
      const subscriber = new StockSubscriber({
        url: fleet.urlOf(resumed.length),
        after: `${epoch}:${mark + distance}`,
      });
      resumed.push({ subscriber, distance });
    }
  }
  await load.more(60);
  await load.stop();
  await expectSoundLog();
  const returned = new FollowedClient({
    url: fleet.urlOf(0),
    diskCopy: { load: async () => old, save: async () => undefined },
  });
  await returned.client.ready();
  expect(returned.client.get('ghost')).toBeDefined();
  await returned.reached((await readHead()).head);
  await restoreArchive();

  const truth = await readTruth(database.url);
  await Promise.all(clients.map((client) => client.reached(truth.head)));
  for (const client of clients) expect(client.faults(truth)).toEqual([]);
  // It had been away for too long: the catalog was listed again, and what had been deleted meanwhile is gone.
  expect(returned.copyFaults(truth)).toEqual([]);
  expect(returned.client.get('ghost')).toBeUndefined();
  expect(returned.events.map(({ kind, source }) => [kind, source])).toEqual([
    ['replaced', 'disk'],
    ['replaced', 'live'],
  ]);
  await returned.client.close();
  for (const { subscriber, distance } of resumed) {
    const end = await subscriber.reached(truth.head).catch((error: Error) => error);
    // Before the mark there is nothing to go on with; at it and after it, everything that follows is there.
    if (distance < 0) expect(String(end)).toContain('POSITION_EXPIRED');
    else expect(streamFaults(subscriber.sessions, truth)).toEqual([]);
    await subscriber.close();
  }
  await Promise.all(clients.map(({ client }) => client.close()));
}, 240_000);

/** What a client would keep on disk once it holds the tool that is deleted later. */
async function copyOf(followed: FollowedClient): Promise<StoredCopy> {
  const { head } = await readHead();
  await followed.reached(head);
  const { client } = followed;
  const { position, contentHash, tenant } = client;
  const tools = client.list();
  return { tenant, tools, contentHash, position: parsePosition(position ?? ''), confirmedAtMs: Date.now() };
}

async function oldestPosition(url: string): Promise<string | undefined> {
  const { data } = await graphql<{ catalog: { oldestPosition: string } }>(url, '{ catalog { oldestPosition } }');
  return data?.catalog.oldestPosition;
}

async function readHead(): Promise<{ head: number }> {
  return { head: await sql.number('select revision from tool_catalog.catalog_head') };
}

/** PostgreSQL may still be at the last statement that the killed one sent. */
async function nobodyTrims(): Promise<void> {
  const busy = `select count(*) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()
    and (query ilike 'commit%' or query like '%low_revision = %' or query like '%where revision <%')`;
  while ((await sql.number(busy)) > 0);
}

/** What a trimmer that was killed at any moment must have left: the mark, and every change after it. */
async function expectSoundLog(): Promise<{ epoch: string; mark: number }> {
  const [state] = await sql.rows<{
    epoch: string;
    mark: number;
    old: number;
    kept: number;
    due: number;
    changes: number;
    dueChanges: number;
  }>(`
    select epoch, low_revision::int as mark,
      (select count(*)::int from tool_catalog.tool_changes where revision <= low_revision) as old,
      (select count(*)::int from tool_catalog.catalog_revisions where revision > low_revision) as kept,
      (revision - low_revision)::int as due,
      (select count(*)::int from tool_catalog.tool_changes) as changes,
      (select sum(change_count)::int from tool_catalog.catalog_revisions where revision > low_revision) as "dueChanges"
    from tool_catalog.catalog_head`);
  expect(state).toMatchObject({ old: 0, kept: state?.due, changes: state?.dueChanges });
  expect(state?.mark).toBeGreaterThan(0);
  return { epoch: state?.epoch ?? '', mark: state?.mark ?? -1 };
}

/** Puts back what was trimmed, so that the whole log can be held against what was told. */
async function restoreArchive(): Promise<void> {
  await sql.rows('insert into tool_catalog.tool_changes select * from public.archived_tool_changes');
  await sql.rows('insert into tool_catalog.catalog_revisions select * from public.archived_catalog_revisions');
}
