import { expect, test } from 'vitest';
import { SubscriptionGroup } from '../../src/graphql/subscription-group.js';
import { Turns } from '../../src/live/turns.js';

test('a group that cannot write its updates out says why', async () => {
  const fault = new TypeError('This payload cannot be made.');
  const failures: unknown[] = [];
  const place = { epoch: 'e', revision: 1 };
  const group = new SubscriptionGroup({
    key: 'k',
    start: { cursor: place, told: 0, sent: place, sentAtMs: 0 },
    run: async () =>
      (async function* () {
        yield { data: {} };
      })(),
    turns: new Turns(),
    payloadOf: () => {
      throw fault;
    },
    rests: () => true,
    leavesRest: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  await group.speak();
  expect(failures).toEqual([fault]);
});
