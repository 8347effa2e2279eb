import { expect, test } from 'vitest';
import { SearchPreparation } from '../../src/catalog/search-preparation.js';

/** Needs so many parts of work, and counts how often it was asked to do one. */
class Work {
  parts: number;
  asked = 0;

  constructor(parts: number) {
    this.parts = parts;
  }

  prepareSearch(): boolean {
    this.asked += 1;
    this.parts -= 1;
    return this.parts <= 0;
  }
}

test('reads in parts between other work, once for all who wait', async () => {
  const preparation = new SearchPreparation<Work>();
  const work = new Work(50);
  let turns = 0;
  const count = () => {
    turns += 1;
    if (work.parts > 0) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 20 }, () => preparation.complete(work)));
  expect(work.asked).toBe(50);
  expect(turns).toBeGreaterThan(40);
});

test('an error reaches everybody who waits, and the next search tries again', async () => {
  const preparation = new SearchPreparation<{ prepareSearch(): boolean }>();
  let calls = 0;
  const subject = {
    prepareSearch: () => {
      calls += 1;
      if (calls === 2) throw new Error('broken');
      return calls > 2;
    },
  };
  const both = await Promise.allSettled([preparation.complete(subject), preparation.complete(subject)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(preparation.complete(subject)).resolves.toBeUndefined();
});
