import { once } from 'node:events';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';

// Run as a process of its own by embedded-postgres.test.ts: tells what it got, and stops the server when its input ends.
const [dataDir = ''] = process.argv.slice(2);
const log = { info: () => undefined, warn: (message: string) => void process.stderr.write(`${message}\n`) };
const server = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } });
process.stdout.write(`${JSON.stringify({ connectionString: server.connectionString, adopted: server.adopted })}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
await server.stop();
