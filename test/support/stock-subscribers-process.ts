import { createInterface } from 'node:readline';
import { StockSubscriber } from './stock-subscriber.js';

/** What such a process was told, one for each of its subscribers. */
export type ToldSubscriber = Pick<StockSubscriber, 'sessions' | 'closeCodes'> & {
  readonly tools: readonly (readonly [string, string])[];
};

/**
 * Stock subscribers of the URL that it is given, in a process that can be stopped. Says `following` once, and for every revision
 * that it is sent, in one line as JSON, what they were told when all have come to it.
 */
const [url = '', count = ''] = process.argv.slice(2);
// Half of them share a document, and with it what the service holds for them; the others have one of their own.
const nameOf = (index: number) => `Stopped${index % 2 === 0 ? '' : index}`;
const subscribers = Array.from(
  { length: Number(count) },
  (_, index) => new StockSubscriber({ url, name: nameOf(index) }),
);
await Promise.all(subscribers.map((subscriber) => subscriber.reached(0)));
process.stdout.write('following\n');
for await (const revision of createInterface({ input: process.stdin })) {
  await Promise.all(subscribers.map((subscriber) => subscriber.reached(Number(revision))));
  const told = subscribers.map(
    ({ sessions, closeCodes, tools }): ToldSubscriber => ({ sessions, closeCodes, tools: [...tools] }),
  );
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
await Promise.all(subscribers.map((subscriber) => subscriber.close()));
process.exit();
