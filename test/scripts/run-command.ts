import { PassThrough, Readable } from 'node:stream';
import { runCommandLine } from '../../scripts/lib/command-line.js';
import type { Environment } from '../../scripts/lib/environment.js';

export interface CommandRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: Partial<Environment>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** Runs a command line as the bin does, and gives what it wrote. */
export async function runCommand(args: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
  const { exitCode, stdout, stderr } = startCommand(args, options);
  return { exitCode: await exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/** A command line that is running. */
export function startCommand(args: readonly string[], options: RunOptions = {}) {
  const stdout = collector();
  const stderr = collector();
  const exitCode = runCommandLine(args, {
    stdin: Readable.from([options.stdin ?? '']),
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: {
      url: undefined,
      token: undefined,
      dataDir: undefined,
      configHome: undefined,
      home: '/nonexistent',
      ...options.environment,
    },
    signal: options.signal ?? new AbortController().signal,
  });
  return { exitCode, stdout, stderr };
}

function collector() {
  const parts: string[] = [];
  const stream = new PassThrough({ encoding: 'utf8' });
  stream.on('data', (part: string) => parts.push(part));
  return { stream, text: () => parts.join('') + (stream.read() ?? '') };
}
