import type { SampleCatalog } from '../support/sample-catalog.js';

export const CATALOG = { groups: 8, toolsPerGroup: 10 } satisfies SampleCatalog;

/** From the run to the process of the writers. */
export type ToWriters =
  | {
      readonly do: 'start';
      readonly directory: string;
      readonly seed: number;
      readonly writers: number;
      readonly writesPerSecond: number;
      readonly urls: readonly string[];
    }
  | { readonly do: 'stop' };

/** From the run to the process of the subscribers. */
export type ToSubscribers =
  | {
      readonly do: 'start';
      readonly directory: string;
      readonly stock: number;
      readonly clients: number;
      /** One endpoint a service, then the one that goes from service to service. */
      readonly urls: readonly string[];
    }
  /** Everyone must come to this revision; then each says what it holds. */
  | { readonly do: 'stop'; readonly revision: number; readonly deadlineMs: number };

export type FromDriver = { readonly done: 'start' } | { readonly done: 'stop'; readonly late: readonly string[] };

/** Does what it is told, one after the other, and ends when the run is gone. */
export function obey<Message>(work: (message: Message) => Promise<FromDriver>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message: Message) => {
    work(message).then(
      (answer) => process.send?.(answer, () => answer.done === 'stop' && process.disconnect()),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
