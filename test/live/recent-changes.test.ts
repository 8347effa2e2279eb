import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentChanges } from '../../src/live/recent-changes.js';
import type { CatalogChange, CatalogRevision } from '../../src/view/catalog-change.js';

function revisionOf(revision: number, changeCount: number): CatalogRevision {
  const changes = Array.from({ length: changeCount }, () => ({}) as CatalogChange);
  return { revision, at: '2026-01-01T00:00:00.000Z', changes };
}

type Step =
  | { readonly kind: 'push'; readonly changes: number }
  | { readonly kind: 'reset'; readonly base: number }
  | { readonly kind: 'read'; readonly behind: number; readonly limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('push' as const), changes: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), base: fc.nat(50) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      behind: fc.nat(40),
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

test('F2: the ring answers exactly the newest revisions that fit, or says that it does not reach back', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(9),
      (steps, limit, first) => {
        const ring = new RecentChanges({ maxChanges: limit, maxBytes: Number.POSITIVE_INFINITY }, first);
        let base = first;
        let held: CatalogRevision[] = [];
        for (const one of steps) {
          const head = held.at(-1)?.revision ?? base;
          if (one.kind === 'push') {
            const revision = revisionOf(head + 1, one.changes);
            ring.push(revision);
            held.push(revision);
            const size = () => held.reduce((sum, { changes }) => sum + changes.length, 0);
            while (held.length > 1 && size() > limit) base = held.shift()?.revision ?? base;
          } else if (one.kind === 'reset') {
            ring.reset(one.base);
            base = one.base;
            held = [];
          } else {
            const after = Math.max(0, head - one.behind);
            const expected =
              after < base ? undefined : held.filter(({ revision }) => revision > after).slice(0, one.limit);
            expect(ring.after(after, one.limit)).toEqual(expected);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('W2: a revision that does not follow is never put into the ring', () => {
  const ring = new RecentChanges({ maxChanges: 10, maxBytes: 1_000_000 }, 4);
  expect(() => ring.push(revisionOf(4, 1))).toThrow(/does not follow/);
  expect(() => ring.push(revisionOf(6, 1))).toThrow(/does not follow/);
  ring.push(revisionOf(5, 1));
  expect(ring.after(4, 10)).toHaveLength(1);
});

test('F2: large tools push older revisions out, before there are many changes; the newest revision stays, whatever its size', () => {
  const large = (revision: number, length: number): CatalogRevision => {
    const after = { description: 'x'.repeat(length) };
    return { ...revisionOf(revision, 0), changes: [{ before: null, after } as unknown as CatalogChange] };
  };
  const ring = new RecentChanges({ maxChanges: 1_000, maxBytes: 100_000 }, 0);
  for (let revision = 1; revision <= 50; revision += 1) ring.push(large(revision, 10_000));
  expect(ring.after(41, 100)).toHaveLength(9);
  expect(ring.after(40, 100)).toBeUndefined();
  ring.push(large(51, 500_000));
  expect(ring.after(50, 100)).toHaveLength(1);
  expect(ring.after(49, 100)).toBeUndefined();
  ring.push(large(52, 10));
  expect(ring.after(51, 100)).toHaveLength(1);
  for (let revision = 53; revision <= 60; revision += 1) ring.push(large(revision, 10_000));
  expect(ring.after(51, 100)).toHaveLength(9);
});
