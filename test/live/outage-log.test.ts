import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnavailableError } from '../../src/kernel/errors.js';
import { LogFollower } from '../../src/live/log-follower.js';
import { startInstance, type TestInstance } from '../support/instance.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let instance: TestInstance;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  instance = await startInstance(testDatabase.url);
});

afterAll(async () => {
  await instance.close();
  await testDatabase.drop();
});

test('F7: an outage is in the log when it begins and when it is over, and another fault in the midst of it is, too', async () => {
  const lines: { readonly msg: string; readonly err?: { readonly type: string } }[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const failures: Error[] = [];
  let reads = 0;
  const log = {
    ...instance.log,
    head: () => {
      reads += 1;
      const failure = failures.shift();
      return failure === undefined ? instance.log.head() : Promise.reject(failure);
    },
  };
  const follower = new LogFollower({ database: instance.database, log, logger, pollMs: 20 });
  await follower.start();
  try {
    lines.splice(0);
    failures.push(...Array.from({ length: 3 }, () => new UnavailableError('away')), new TypeError('a fault'));
    failures.push(...Array.from({ length: 2 }, () => new TypeError('a fault')));
    await expect.poll(() => failures.length, { timeout: 20_000 }).toBe(0);
    const after = reads + 2;
    await expect.poll(() => reads, { timeout: 20_000 }).toBeGreaterThan(after);
    const away = 'the change log cannot be read; reads go on from memory';
    expect(lines.map(({ msg, err }) => [msg, err?.type])).toEqual([
      [away, 'UnavailableError'],
      [away, 'TypeError'],
      ['the change log is read again', undefined],
    ]);
  } finally {
    await follower.stop();
  }
});
