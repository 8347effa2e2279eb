import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnavailableError } from '../../src/kernel/errors.js';
import { readTruth } from '../support/catalog-truth.js';
import { BREAKS, DatabaseProxy } from '../support/database-proxy.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql } from '../support/sql.js';

const ATTEMPTS = 5;
/** More exchanges than one write has: a write must come through unbroken before. */
const MOST_EXCHANGES = 60;
const FOLLOWED_EXCHANGES = 6;

let testDatabase: TestDatabase;
let proxy: DatabaseProxy;
let instance: TestInstance;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  proxy = await DatabaseProxy.start(testDatabase.url);
  instance = await startInstance(proxy.url);
  await instance.commands.createTool(caller(), { definition: definitionInput({ name: 'often-changed' }) });
});

afterAll(async () => {
  await instance.close();
  proxy.close();
  await testDatabase.drop();
});

test.each(BREAKS)(
  'a write whose connection breaks at any word (%s) takes effect once, as its answer or the answer to its repetition says',
  async (how) => {
    const before = await stored();
    let broken = true;
    let writes = 0;
    let others = 0;
    for (let exchange = 1; broken; exchange += 1) {
      expect(exchange).toBeLessThan(MOST_EXCHANGES);
      const hasBroken = proxy.plan({ how, exchange, role: 'catalog_app' });
      const patch = { description: `Changed in exchange ${exchange}, ${how}.` };
      const idempotencyKey = `${how}-${exchange}`;
      // What somebody else does before the repetition: without the key, that would be another change.
      const meanwhile = async () => {
        others += 1;
        const other = { description: `Changed ${others} times by somebody else.` };
        await instance.commands.updateTool(caller(), { name: 'often-changed', patch: other });
      };
      const answer = await insist(
        () => instance.commands.updateTool(caller(), { name: 'often-changed', patch, idempotencyKey }),
        meanwhile,
      );
      broken = hasBroken();
      writes += 1;
      const now = await stored();
      expect(now.versions).toBe(before.versions + writes + others);
      expect(now.changes).toBe(before.changes + writes + others);
      expect(now.audited).toBe(before.audited + writes + others);
      expect(now.descriptions.filter((description) => description === patch.description)).toHaveLength(1);
      expect(answer.description).toBe(patch.description);
    }
    // Fewer would mean that the breaks fell on something else.
    expect(writes).toBeGreaterThan(5);
    expect(others).toBeGreaterThan(0);
    const { head } = await readTruth(testDatabase.url);
    await expect.poll(() => instance.follower.viewFor('shared').revision, { timeout: 10_000 }).toBe(head);
    expect(instance.follower.viewFor('shared').find('often-changed')?.version).toBe((await stored()).latest);
  },
);

test.each(BREAKS)(
  'a follower whose connection breaks at any word (%s) goes on by itself, and misses nothing',
  async (how) => {
    for (let exchange = 1; exchange <= FOLLOWED_EXCHANGES; exchange += 1) {
      const hasBroken = proxy.plan({ how, exchange, role: 'catalog_system' });
      let written = 0;
      do {
        const description = `Followed through exchange ${exchange}, ${how}, ${written}.`;
        await instance.commands.updateTool(caller(), { name: 'often-changed', patch: { description } });
        written += 1;
        const found = () => instance.follower.viewFor('shared').find('often-changed')?.description;
        await expect.poll(found, { timeout: 10_000 }).toBe(description);
      } while (!hasBroken());
    }
    const { head } = await readTruth(testDatabase.url);
    expect(instance.follower.viewFor('shared').revision).toBe(head);
  },
  60_000,
);

/** Repeats a refused write, as whoever sent it is told to. */
async function insist<T>(write: () => Promise<T>, onRefused: () => Promise<void>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      expect(error).toBeInstanceOf(UnavailableError);
      await onRefused();
    }
  }
}

async function stored() {
  const sql = await openSql(testDatabase.url);
  try {
    const [row] = await sql.rows<{
      versions: number;
      latest: string;
      descriptions: string[];
      changes: number;
      audited: number;
    }>(`
      select count(*)::int as versions, max(version) filter (where is_latest) as latest,
        array_agg(description) as descriptions,
        (select count(*)::int from tool_catalog.tool_changes) as changes,
        (select count(*)::int from tool_catalog.tool_audit_log) as audited
      from tool_catalog.tools where tool_name = 'often-changed'`);
    if (!row) throw new Error('The database answers no row.');
    return row;
  } finally {
    await sql.close();
  }
}
