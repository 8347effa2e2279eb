import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeedUpdate } from '../../src/live/catalog-source.js';
import { formatPosition, type Position } from '../../src/view/position.js';
import { capabilityInput, definitionInput } from '../support/definitions.js';
import { FeedReader, inShort, reading } from '../support/feed-reader.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openSql, type Sql } from '../support/sql.js';
import { storedHash, storedStates } from '../support/stored-catalog.js';

let testDatabase: TestDatabase;
let sql: Sql;
let instance: TestInstance;
let head: Position;
const ada = caller();
const acme = caller({ tenant: 'acme', name: 'tom' });
const other = caller({ tenant: 'other', name: 'uma' });

const beginning = () => `${head.epoch}:0`;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [sql, instance] = await Promise.all([
    openSql(testDatabase.url),
    startInstance(testDatabase.url, { bookmarkMs: 60_000 }),
  ]);
  const { commands } = instance;
  await commands.createTenant(ada, { name: 'acme' });
  await commands.createTenant(ada, { name: 'other' });
  for (const name of ['a', 'b', 'c', 'd']) await commands.createTool(ada, { definition: definitionInput({ name }) });
  await commands.createTool(acme, { definition: definitionInput({ name: 'a', category: 'custom' }) });
  await commands.createTool(other, { definition: definitionInput({ name: 'secret' }) });
  await commands.bulkUpdateTools(ada, {
    filter: { names: ['a', 'b', 'c', 'd'] },
    patch: { metadata: { tags: ['x'] } },
  });
  await commands.updateTool(ada, { name: 'b', patch: { category: 'automation' } });
  await commands.disableTool(other, { name: 'secret' });
  await commands.bulkUpdateTools(ada, { filter: { names: ['b', 'c', 'd'] }, enabled: false });
  await commands.deprecateTool(acme, { name: 'a' });
  await commands.rollbackTool(ada, { name: 'b', toVersion: '1.0.0' });
  await commands.deleteTool(ada, { name: 'c' });
  await commands.bulkUpdateTools(ada, { filter: { names: ['b', 'd'] }, enabled: true });
  await commands.restoreTool(ada, { name: 'c' });
  await commands.deleteTool(acme, { name: 'a' });
  head = instance.follower.position;
});

afterAll(async () => {
  await instance.close();
  await sql.close();
  await testDatabase.drop();
});

function wholeStream(tenant: string, request: object = {}): Promise<FeedUpdate[]> {
  const all = { tenant, after: beginning(), ...request };
  return reading(instance.feed, all, async (reader) => {
    const updates = await reader.until((update) => update.action === 'BOOKMARK');
    return updates.slice(0, -1);
  });
}

describe('F2 and F4: what a stream says of itself', () => {
  test('it carries every change of the log once, in order, with the states that the log holds', async () => {
    const logged = (await instance.log.revisionsAfter(0, 10_000)) ?? [];
    const expected = logged.flatMap(({ revision, changes }) =>
      changes
        .filter((change) => change.tenant !== 'other' && change.tenant !== 'acme')
        .map((change) => ({ revision, change })),
    );
    const updates = await wholeStream('shared');
    expect(updates.map(({ revision, change }) => ({ revision, change }))).toEqual(expected);
    expect(updates.map((update) => update.action)).toEqual(expected.map(({ change }) => change.action));
  });

  test.each(['shared', 'acme'])('position, previousPosition and lastInRevision hold together (%s)', async (tenant) => {
    const updates = await wholeStream(tenant);
    let before: Position = { epoch: head.epoch, revision: 0 };
    for (const [index, update] of updates.entries()) {
      const isLast = updates[index + 1]?.revision !== update.revision;
      expect(update.lastInRevision).toBe(isLast);
      expect(update.position).toEqual({ epoch: head.epoch, revision: isLast ? update.revision : update.revision - 1 });
      expect(update.previousPosition).toEqual(before);
      before = update.position;
    }
    expect(updates.filter((update) => !update.lastInRevision).length).toBeGreaterThan(5);
  });

  test('resuming from every position gives exactly the rest, whole revisions of it', async () => {
    for (const request of [{}, { filter: { enabled: true } }]) {
      const updates = await wholeStream('acme', request);
      const positions = new Set(updates.map((update) => update.position.revision));
      for (const revision of [0, ...positions]) {
        const rest = await wholeStream('acme', { ...request, after: `${head.epoch}:${revision}` });
        expect(rest.map(inShort)).toEqual(updates.filter((update) => update.revision > revision).map(inShort));
      }
    }
  });

  test('a stream goes on with what is written while it lasts, in every instance', async () => {
    const second = await startInstance(testDatabase.url);
    try {
      await second.follower.waitFor(instance.follower.position, 10_000);
      const after = formatPosition(instance.follower.position);
      const readers = [instance, second].map(({ feed }) => new FeedReader(feed, { after, bookmarks: false }));
      const pending = readers.map((reader) => reader.take(3));
      for (const owner of ['x', 'y', 'z']) await instance.commands.setToolState(ada, { name: 'd', owner });
      const [one, two] = await Promise.all(pending);
      expect(one?.map((update) => update.change?.after?.owner)).toEqual(['x', 'y', 'z']);
      expect(two).toEqual(one);
      for (const reader of readers) reader.stop();
    } finally {
      await second.close();
    }
    head = instance.follower.position;
  });

  test('a stream that is let go of ends, also while it waits', async () => {
    const stopping = new AbortController();
    const request = { tenant: 'shared', after: null, snapshot: false, filter: null, bookmarks: false };
    const stream = instance.feed.follow(request, stopping.signal)[Symbol.asyncIterator]();
    const next = stream.next();
    setImmediate(() => stopping.abort());
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe('F3: where a stream begins', () => {
  test('without a position: at the present, with a bookmark at once', async () => {
    const update = await reading(instance.feed, {}, (reader) => reader.next());
    expect(update).toMatchObject({ action: 'BOOKMARK', position: head, previousPosition: head, change: null });
    expect(update.contentHash).toBe(await storedHash(sql));
  });

  test('with a snapshot: every tool as it is, of both layers, then the bookmark; whoever breaks off begins again', async () => {
    await instance.commands.createTool(acme, { definition: definitionInput({ name: 'd' }) });
    head = instance.follower.position;
    for (const tenant of ['shared', 'acme', 'other']) {
      const rows = (await storedStates(sql)).filter((tool) => tool.tenant === 'shared' || tool.tenant === tenant);
      const updates = await reading(instance.feed, { tenant, snapshot: true }, (reader) =>
        reader.take(rows.length + 1),
      );
      const bookmark = updates.pop();
      const sent = new Map(updates.map((update) => [update.change?.toolId, update.change?.after]));
      expect(sent).toEqual(new Map(rows.map((tool) => [tool.toolId, tool])));
      for (const update of updates) {
        expect(update).toMatchObject({ action: 'SNAPSHOT', lastInRevision: false, position: { ...head, revision: 0 } });
      }
      expect(bookmark).toMatchObject({
        action: 'BOOKMARK',
        position: head,
        previousPosition: { ...head, revision: 0 },
        contentHash: await storedHash(sql, tenant),
      });
    }
  });

  test('a snapshot holds one revision, however slowly it is read and whatever is written meanwhile', async () => {
    const reader = new FeedReader(instance.feed, { snapshot: true });
    const first = await reader.next();
    const hash = await storedHash(sql);
    await instance.commands.deleteTool(ada, { name: 'd' });
    await instance.commands.setToolState(ada, { name: 'a', owner: 'late' });
    const rest = await reader.until((update) => update.action === 'BOOKMARK');
    expect([first, ...rest].map((update) => update.change?.toolName)).toContain('d');
    expect(rest.map((update) => update.change?.after?.owner)).not.toContain('late');
    expect(rest.at(-1)).toMatchObject({ position: head, contentHash: hash });
    const news = await reader.take(2);
    expect(news.map((update) => update.action)).toEqual(['DELETED', 'UPDATED']);
    expect(news[0]?.previousPosition).toEqual(head);
    reader.stop();
    await instance.commands.restoreTool(ada, { name: 'd' });
    head = instance.follower.position;
  });
});

describe('F5: filters and tenants', () => {
  test('a tool that stops matching is REMOVED, one that begins to match comes with its update', async () => {
    const updates = await wholeStream('shared', { filter: { names: ['b', 'c'], enabled: true } });
    expect(updates.map((update) => [update.action, update.change?.toolName, update.lastInRevision])).toEqual([
      ['CREATED', 'b', true],
      ['CREATED', 'c', true],
      ['UPDATED', 'b', false],
      ['UPDATED', 'c', true],
      ['UPDATED', 'b', true],
      ['REMOVED', 'b', false],
      ['REMOVED', 'c', true],
      ['ENABLED', 'b', true],
    ]);
    for (const update of updates) expect(update.change?.after === null).toBe(update.action === 'REMOVED');
  });

  test('a deletion is DELETED to those whose filter it matched, and nothing to the others', async () => {
    const actions = async (filter: object) =>
      (await wholeStream('shared', { filter })).map((update) => `${update.action} ${update.change?.toolName}`);
    expect(await actions({ names: ['c'] })).toContain('DELETED c');
    expect(await actions({ names: ['c'] })).toContain('RESTORED c');
    expect(await actions({ names: ['c'], enabled: true })).not.toContain('DELETED c');
    expect(await actions({ text: 'no tool says this' })).toEqual([]);
  });

  test('filters by every kind of field look at the state before and after', async () => {
    const { commands } = instance;
    const after = formatPosition(head);
    const filter = { capabilities: ['observe'], tags: ['watch'], statuses: ['ACTIVE' as const], owner: 'grace' };
    const definition = definitionInput({
      name: 'watcher',
      owner: 'grace',
      metadata: { tags: ['watch'] },
      capabilities: [capabilityInput({ name: 'monitor', aliases: ['observe'] })],
    });
    await commands.createTool(ada, { definition });
    await commands.deprecateTool(ada, { name: 'watcher' });
    await commands.setToolState(ada, { name: 'watcher', status: 'ACTIVE' });
    await commands.updateTool(ada, { name: 'watcher', patch: { metadata: { tags: null } } });
    await commands.disableTool(ada, { name: 'watcher' });
    await commands.rollbackTool(ada, { name: 'watcher', toVersion: '1.0.0' });
    await commands.deleteTool(ada, { name: 'watcher' });
    head = instance.follower.position;
    const updates = await wholeStream('shared', { after, filter });
    expect(updates.map((update) => update.action)).toEqual([
      'CREATED',
      'REMOVED',
      'UPDATED',
      'REMOVED',
      'ROLLED_BACK',
      'DELETED',
    ]);
  });

  test("a tenant's stream carries the shared layer and its own, never another tenant's tools", async () => {
    for (const tenant of ['shared', 'acme', 'other']) {
      for (const filter of [null, { names: ['a', 'secret'] }]) {
        const updates = await wholeStream(tenant, { filter });
        const tenants = new Set(updates.map((update) => update.change?.tenant));
        expect([...tenants].sort()).toEqual([...new Set(['shared', tenant])].sort());
        const snapshot = await reading(instance.feed, { tenant, filter, snapshot: true }, (reader) =>
          reader.until((update) => update.action === 'BOOKMARK'),
        );
        for (const { change } of snapshot) expect([undefined, 'shared', tenant]).toContain(change?.tenant);
      }
    }
  });

  test('a filter for deleted tools is refused when the stream begins', async () => {
    const request = { tenant: 'shared', after: null, snapshot: false, bookmarks: true, filter: { deleted: true } };
    const stream = instance.feed.follow(request, new AbortController().signal)[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
