import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { obey, type ToSubscribers } from './driver-messages.js';
import { LoggedClient } from './logged-client.js';
import { LoggedStockSubscriber } from './logged-stock-subscriber.js';

/** Whoever follows the catalog and writes down what it is told. */
interface Subscriber {
  readonly name: string;
  readonly revision: number;
  /** Whether it has stopped following for good. */
  readonly ended: boolean;
  finish(): Promise<void>;
}

const FIRST_COPY_MS = 60_000;
const POLL_MS = 50;
let subscribers: readonly Subscriber[] = [];

obey<ToSubscribers>(async (message) => {
  if (message.do === 'start') {
    const { directory, stock, clients, urls } = message;
    const of = (count: number, make: (number: number) => Subscriber) =>
      Array.from({ length: count }, (_, n) => make(n));
    subscribers = [
      ...of(stock, (number) => {
        // Every second one goes on elsewhere whenever it connects again.
        const own = number % 2 === 0 ? urls.slice(0, -1) : [urls[(number >> 1) % (urls.length - 1)] ?? ''];
        const file = path.join(directory, `stock-${number}.jsonl`);
        return new LoggedStockSubscriber({ name: `stock-${number}`, urls: own, snapshot: number % 3 !== 0, file });
      }),
      ...of(clients, (number) => {
        const url = urls[number % urls.length] ?? '';
        const file = path.join(directory, `client-${number}.jsonl`);
        return new LoggedClient({
          name: `client-${number}`,
          url,
          bootstrap: number % 2 === 0 ? 'snapshot' : 'list',
          file,
        });
      }),
    ];
    const late = await waitForAll(0, FIRST_COPY_MS);
    if (late.length > 0) throw new Error(`No first position within ${FIRST_COPY_MS} ms: ${late.join(', ')}.`);
    return { done: 'start' };
  }
  const late = await waitForAll(message.revision, message.deadlineMs);
  for (const subscriber of subscribers) await subscriber.finish();
  return { done: 'stop', late };
});

/** @returns who has not come there in time. */
async function waitForAll(revision: number, deadlineMs: number): Promise<string[]> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const late = subscribers.filter((subscriber) => subscriber.revision < revision);
    if (late.every(({ ended }) => ended) || performance.now() > deadline) return late.map(({ name }) => name);
    await sleep(POLL_MS);
  }
}
