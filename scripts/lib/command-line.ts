import { Command, CommanderError } from 'commander';
import { registerExport } from '../commands/export.js';
import { registerImport } from '../commands/import.js';
import { registerSeed } from '../commands/seed.js';
import { registerToken } from '../commands/token.js';
import { registerWatch } from '../commands/watch.js';
import type { CommandContext, RegisterCommand } from './command-context.js';
import { CommandError, EXIT_INTERRUPTED, EXIT_OK, EXIT_UNUSABLE } from './command-error.js';
import { DEFAULT_URL } from './connection.js';
import type { Environment } from './environment.js';
import { packageVersion } from './package-version.js';
import { type OutputStream, Terminal } from './terminal.js';

const COMMANDS: readonly RegisterCommand[] = [
  registerImport,
  registerExport,
  registerWatch,
  registerSeed,
  registerToken,
];

const HELP = `
The token is taken from --token, TOOL_CATALOG_TOKEN, ~/.config/tool-catalog/config.json
({"url": "...", "token": "..."}), else, for a service on this machine, from <DATA_DIR>/admin-token.

Examples:
  tool-catalog import catalog/
  tool-catalog watch
  tool-catalog help import`;

export interface CommandLineIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Environment;
  /** Aborted to stop the command as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/** Runs one command line (without node and script) and answers its exit code; never throws for what a user can cause. */
export async function runCommandLine(args: readonly string[], io: CommandLineIo): Promise<number> {
  let exitCode = EXIT_OK;
  const terminal = new Terminal(io.stdout, io.stderr);
  const context: CommandContext = {
    terminal,
    environment: io.environment,
    stdin: io.stdin,
    signal: io.signal,
    setExitCode(code) {
      exitCode = code;
    },
  };
  const program = buildProgram(context, io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help and version leave by exception too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_UNUSABLE;
    if (terminal.closed.aborted) return EXIT_OK;
    if (io.signal.aborted) return EXIT_INTERRUPTED;
    if (!(error instanceof CommandError)) throw error;
    terminal.notice(`tool-catalog: ${error.message}`);
    return error.exitCode;
  }
}

function buildProgram(context: CommandContext, io: CommandLineIo): Command {
  const program = new Command('tool-catalog')
    .description('Works with a tool catalog service: imports, exports and watches its tools.')
    .option('--url <url>', `the service's GraphQL endpoint (default: TOOL_CATALOG_URL, else ${DEFAULT_URL})`)
    .option('--token <token>', 'an API token; better kept in TOOL_CATALOG_TOKEN, where `ps` does not show it')
    .version(packageVersion(), '-V, --version', "the package's version")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
    .showHelpAfterError("(--help says how it's used)")
    .exitOverride()
    .addHelpText('after', HELP);
  for (const register of COMMANDS) register(program, context);
  return program;
}
