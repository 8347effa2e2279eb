import { openDatabase } from '../../src/database/database.js';
import { trimChangeLog } from '../../src/live/retention.js';

/** Trims the change log of the database that it is given, again and again, until it is killed. */
const [url = '', minChanges = ''] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined };
const database = await openDatabase({ connection: url, poolSize: 2, log });
for (;;) {
  const deleted = await trimChangeLog(database, { maxAgeMs: 0, minChanges: Number(minChanges) }, new Date());
  if (deleted > 0) process.stdout.write(`${deleted}\n`);
}
