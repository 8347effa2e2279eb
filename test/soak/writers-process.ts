import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../scripts/lib/generator/random.js';
import { CATALOG, obey, type ToWriters } from './driver-messages.js';
import { JsonLinesWriter } from './json-lines.js';
import type { WriteRecord } from './records.js';
import { SoakWriter } from './soak-writer.js';

const stopping = new AbortController();
let log: JsonLinesWriter<WriteRecord>;
let running: Promise<unknown>;

obey<ToWriters>(async (message) => {
  if (message.do === 'stop') {
    stopping.abort();
    await running;
    await log.end();
    return { done: 'stop', late: [] };
  }
  const { directory, seed, writers, writesPerSecond, urls } = message;
  log = new JsonLinesWriter(path.join(directory, 'writes.jsonl'));
  const everyMs = (writers * 1_000) / writesPerSecond;
  running = Promise.all(
    Array.from({ length: writers }, async (_, number) => {
      const random = new Random(seed, 100, number);
      const ownUrls = [...urls.slice(number % urls.length), ...urls.slice(0, number % urls.length)];
      // Half of them send again what got no answer, the others give it up.
      const persistent = number % 2 === 0;
      const writer = new SoakWriter({ number, urls: ownUrls, catalog: CATALOG, random, persistent, log });
      while (!stopping.signal.aborted) {
        const startedMs = performance.now();
        await writer.writeNext();
        const pauseMs = everyMs * (0.5 + random.next()) - (performance.now() - startedMs);
        if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }),
  );
  return { done: 'start' };
});
