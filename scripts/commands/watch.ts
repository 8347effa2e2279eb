import type { Command } from 'commander';
import { CatalogApi } from '../lib/api.js';
import { type CommandContext, connectionFor } from '../lib/command-context.js';
import { watchCatalog } from '../lib/watch-catalog.js';
import { JsonWatchOutput, ReadableWatchOutput } from '../lib/watch-output.js';

const HELP = `
It reconnects by itself when the service restarts, misses nothing, and ends with Ctrl-C. The time at the end of a
change is how long it took from the service's transaction to here, as far as the two clocks agree.

Examples:
  tool-catalog watch
  tool-catalog watch --json | jq 'select(.type == "change") | .toolName'`;

export function registerWatch(program: Command, context: CommandContext): void {
  program
    .command('watch')
    .summary('hold the catalog and print every change')
    .description('Holds the whole catalog in memory, as an orchestrator does, and prints every change as it comes.')
    .option('--json', 'one JSON object a line: type state, catalog or change')
    .addHelpText('after', HELP)
    .action(async ({ json }: { readonly json?: true }, command: Command) => {
      const { terminal } = context;
      const connection = connectionFor(command, context);
      const signal = AbortSignal.any([context.signal, terminal.closed]);
      // Later the service may come and go; at the start its absence is most likely a mistake.
      await new CatalogApi(connection, signal).check();
      await watchCatalog({
        connection,
        output: json ? new JsonWatchOutput(terminal) : new ReadableWatchOutput(terminal),
        notice: (text) => terminal.notice(text),
        signal,
      });
    });
}
