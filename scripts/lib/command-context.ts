import type { Command } from 'commander';
import { CatalogApi } from './api.js';
import { type Connection, type ConnectionOptions, resolveConnection } from './connection.js';
import type { Environment } from './environment.js';
import type { Terminal } from './terminal.js';

/** What every command gets: where it writes, what it may read, and how it is told to stop. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly stdin: NodeJS.ReadableStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The exit code of a command that ran to its end; 0 unless set. */
  setExitCode(code: number): void;
}

/** Adds one command, or a group of them, to the program. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

/** The connection that --url, --token, the environment and the files give. */
export function connectionFor(command: Command, context: CommandContext): Connection {
  return resolveConnection(command.optsWithGlobals<ConnectionOptions>(), context.environment);
}

export function apiFor(command: Command, context: CommandContext, signal: AbortSignal = context.signal): CatalogApi {
  return new CatalogApi(connectionFor(command, context), signal);
}
