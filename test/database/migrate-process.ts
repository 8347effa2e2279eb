import { migrate } from '../../src/database/migrate.js';

// Run as a process of its own by migrate.test.ts: prints the migrations that it applied.
const [connection = ''] = process.argv.slice(2);
process.stdout.write((await migrate({ connection })).join(' '));
