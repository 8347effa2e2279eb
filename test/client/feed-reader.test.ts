import { describe, expect, it } from 'vitest';
import { FeedError } from '../../src/client/client-errors.js';
import { FeedReader } from '../../src/client/feed-reader.js';
import type { BookmarkUpdate, ChangeUpdate, FeedUpdate, SnapshotUpdate } from '../../src/client/from-wire.js';
import { sampleTool } from '../view/sample-tools.js';

const at = '2026-01-01T00:00:00.000Z';

function change(revision: number, given: Partial<ChangeUpdate> & { from: number; name?: string }): ChangeUpdate {
  const { from, name = 'disk', lastInRevision = true, ...rest } = given;
  const tool = sampleTool({ name, revision });
  return {
    action: 'UPDATED',
    position: `e:${lastInRevision ? revision : revision - 1}`,
    previousPosition: `e:${from}`,
    revision,
    lastInRevision,
    at,
    toolId: tool.toolId,
    tenant: 'shared',
    platform: 'linux',
    toolName: name,
    tool,
    changedFields: ['/description'],
    actor: 'admin',
    reason: null,
    ...rest,
  };
}

function bookmark(from: number, to: number, contentHash: string | null = null): BookmarkUpdate {
  return { action: 'BOOKMARK', position: `e:${to}`, previousPosition: `e:${from}`, revision: to, at, contentHash };
}

function snapshot(name: string): SnapshotUpdate {
  return { action: 'SNAPSHOT', position: 'e:5', previousPosition: 'e:5', revision: 5, at, tool: sampleTool({ name }) };
}

function follow(updates: readonly FeedUpdate[], after: number | null = 10) {
  const reader = new FeedReader(after === null ? null : { epoch: 'e', revision: after });
  return updates.map((update) => reader.read(update));
}

const summary = (updates: readonly FeedUpdate[], after: number | null = 10) =>
  follow(updates, after).map((step) =>
    step?.kind === 'revision' ? step.revision.changes.map((one) => one.toolName) : step?.kind,
  );

describe('C2: what completes a step', () => {
  it('a revision is complete with its last change, and not before', () => {
    const updates = [
      change(12, { from: 10, name: 'a', lastInRevision: false }),
      change(12, { from: 11, name: 'b', lastInRevision: false }),
      change(12, { from: 11, name: 'c' }),
      change(13, { from: 12, name: 'd' }),
    ];
    expect(summary(updates)).toEqual([undefined, undefined, ['a', 'b', 'c'], ['d']]);
  });

  it('a snapshot is complete with its bookmark, whatever their previous positions', () => {
    const updates = [snapshot('a'), snapshot('b'), bookmark(0, 5, 'hash'), change(7, { from: 5 })];
    const steps = follow(updates, null);
    expect(steps[2]).toMatchObject({ kind: 'snapshot', position: { epoch: 'e', revision: 5 }, contentHash: 'hash' });
    expect(steps.map((step) => step?.kind)).toEqual([undefined, undefined, 'snapshot', 'revision']);
  });

  it('a bookmark moves the position over revisions that this stream does not carry', () => {
    expect(summary([bookmark(10, 10), bookmark(10, 15), change(16, { from: 15 })])).toEqual([
      'bookmark',
      'bookmark',
      ['disk'],
    ]);
  });

  it('what is gone or may no longer be seen arrives as a deletion', () => {
    for (const action of ['DELETED', 'REMOVED'] as const) {
      const [step] = follow([change(11, { from: 10, action, tool: null })]);
      expect(step).toMatchObject({ revision: { changes: [{ action: 'DELETED', after: null }] } });
    }
  });

  it('repetitions of what has been applied are passed over', () => {
    const once = change(11, { from: 10 });
    expect(summary([once, once, bookmark(9, 9), change(9, { from: 8 }), change(12, { from: 11 })])).toEqual([
      ['disk'],
      undefined,
      undefined,
      undefined,
      ['disk'],
    ]);
  });
});

describe('what breaks the rules', () => {
  it.each<[string, number | null, readonly FeedUpdate[], string]>([
    ['a change that does not follow', 10, [change(12, { from: 11 })], 'FEED_GAP'],
    ['a bookmark that does not follow', 10, [bookmark(11, 12)], 'FEED_GAP'],
    [
      'a revision that begins before the last one ended',
      10,
      [change(11, { from: 10, lastInRevision: false }), change(12, { from: 10 })],
      'FEED_GAP',
    ],
    [
      'a bookmark inside a revision',
      10,
      [change(11, { from: 10, lastInRevision: false }), bookmark(10, 10)],
      'FEED_MALFORMED',
    ],
    ['another history', 10, [{ ...change(11, { from: 10 }), position: 'f:11' }], 'FEED_MALFORMED'],
    ['a snapshot in the middle', 10, [snapshot('a')], 'FEED_MALFORMED'],
    ['a change inside a snapshot', null, [snapshot('a'), change(11, { from: 10 })], 'FEED_MALFORMED'],
    ['a position that is none', 10, [{ ...bookmark(10, 10), position: '' }], 'FEED_MALFORMED'],
  ])('%s', (_, after, updates, code) => {
    const last = updates.at(-1) as FeedUpdate;
    const reader = new FeedReader(after === null ? null : { epoch: 'e', revision: after });
    for (const update of updates.slice(0, -1)) expect(reader.read(update)).toBeUndefined();
    const read = () => reader.read(last);
    expect(read).toThrow(FeedError);
    expect(read).toThrow(expect.objectContaining({ code }));
  });
});
