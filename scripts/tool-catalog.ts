#!/usr/bin/env node
import { EXIT_INTERRUPTED } from './lib/command-error.js';
import { runCommandLine } from './lib/command-line.js';
import { readEnvironment } from './lib/environment.js';

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The second one does not wait for anything.
    if (stopped.signal.aborted) process.exit(EXIT_INTERRUPTED);
    stopped.abort();
  });
}

// Set, not called: what is still in the pipe to stdout must be written first.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: readEnvironment(),
  signal: stopped.signal,
});
