// Generates the Prisma client and Pothos' Prisma types. `prisma generate` needs no schema engine, but its command line looks
// for one and would try to download it: pointing it at an existing executable keeps the install offline and quick.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const prisma = path.join(
  path.dirname(createRequire(import.meta.url).resolve('prisma/package.json')),
  'build',
  'index.js',
);
const result = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], {
  stdio: ['ignore', process.env.VERBOSE ? 'inherit' : 'pipe', 'inherit'],
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    NO_UPDATE_NOTIFIER: '1',
  },
});
if (result.status !== 0) process.stderr.write(result.stdout ?? '');
process.exit(result.status ?? 1);
