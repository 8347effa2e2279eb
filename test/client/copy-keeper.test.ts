import { expect, it } from 'vitest';
import { CopyKeeper } from '../../src/client/copy-keeper.js';
import type { StoredCopy } from '../../src/client/copy-storage.js';

const COPY: StoredCopy = {
  tenant: 'shared',
  position: { epoch: 'e1', revision: 1 },
  contentHash: '',
  confirmedAtMs: 0,
  tools: [],
};

/** A keeper whose saves end when and as the test says. */
function prepare() {
  const saves: { readonly succeed: () => void; readonly fail: (error: Error) => void }[] = [];
  const warnings: Error[] = [];
  const keeper = new CopyKeeper({
    storage: {
      load: async () => null,
      save: () => new Promise((succeed, fail) => saves.push({ succeed, fail })),
    },
    copy: () => COPY,
    changedEveryMs: 1,
    confirmedEveryMs: 1,
    warn: (error) => warnings.push(error),
  });
  return { keeper, saves, warnings };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('makes one more attempt at the end when the save that was under way fails, and no second one', async () => {
  const { keeper, saves, warnings } = prepare();
  keeper.changed();
  await expect.poll(() => saves.length).toBe(1);
  const closing = keeper.close();
  saves[0]?.fail(new Error('busy'));
  await expect.poll(() => saves.length).toBe(2);
  saves[1]?.fail(new Error('busy'));
  await closing;
  expect(saves).toHaveLength(2);
  expect(warnings).toMatchObject([{ code: 'COPY_UNWRITABLE' }]);
});

it('has every close wait for the last save', async () => {
  const { keeper, saves } = prepare();
  keeper.changed();
  await expect.poll(() => saves.length).toBe(1);
  let ended = 0;
  const closings = [keeper.close(), keeper.close()].map((closing) =>
    closing.then(() => {
      ended += 1;
    }),
  );
  await turn();
  expect(ended).toBe(0);
  saves[0]?.succeed();
  await Promise.all(closings);
  expect(saves).toHaveLength(1);
});
