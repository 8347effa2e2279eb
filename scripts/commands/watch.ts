import type { Command } from 'commander';
import { CatalogApi } from '../lib/api.js';
import { type CommandContext, connectionFor } from '../lib/command-context.js';
import { requireCopyFile } from '../lib/copy-file.js';
import { type SelectionOptions, selectionOf } from '../lib/selection-options.js';
import { watchCatalog } from '../lib/watch-catalog.js';
import { JsonWatchOutput, ReadableWatchOutput } from '../lib/watch-output.js';

const HELP = `
It reconnects by itself when the service restarts, misses nothing, and ends with Ctrl-C. The time at the end of a
change is how long it took from the service's transaction to here, as far as the two clocks agree. Times of day are UTC.

With --select it also asks, at every change, which tool it would take, and prints the answer whenever it is another.
With --disk-copy or --yaml it starts while the service is away, too, and says what it works with.

Examples:
  tool-catalog watch
  tool-catalog watch --select service_control --query "restart nginx quickly" --variables '{"N": 100}'
  tool-catalog watch --select service_control --platforms linux --preference cheap
  tool-catalog watch --disk-copy catalog.copy --yaml catalog/
  tool-catalog watch --json | jq 'select(.type == "change") | .toolName'`;

interface WatchCommandOptions extends SelectionOptions {
  readonly json?: true;
  readonly diskCopy?: string;
  readonly yaml?: string;
}

export function registerWatch(program: Command, context: CommandContext): void {
  program
    .command('watch')
    .summary('hold the catalog and print every change')
    .description('Holds the whole catalog in memory, as an orchestrator does, and prints every change as it comes.')
    .option('--json', 'one JSON object a line: type state, catalog, change or selection')
    .option('--select <capabilities>', 'a standing selection: capabilities, with commas between them')
    .option('--platforms <names>', 'only tools of these platforms, with commas between them')
    .option('--query <text>', 'what it is for, in words')
    .option('--variables <json>', 'its context variables, such as {"N": 100}')
    .option('--preference <mode>', 'fast, balanced, accurate, thorough, cheap or simple')
    .option('--environment <name>', 'where the tool would run; production when left out')
    .option('--disk-copy <file>', 'keep the last good copy there, and begin with it while the service is away')
    .option('--yaml <folder>', 'begin with these definitions while there is neither service nor copy')
    .addHelpText('after', HELP)
    .action(async (options: WatchCommandOptions, command: Command) => {
      const { json, diskCopy, yaml: yamlFolder } = options;
      const select = selectionOf(options);
      const { terminal } = context;
      if (diskCopy !== undefined) await requireCopyFile(diskCopy);
      const connection = connectionFor(command, context);
      const signal = AbortSignal.any([context.signal, terminal.closed]);
      // Later the service may come and go; at the start its absence is most likely a mistake.
      if (diskCopy === undefined && yamlFolder === undefined) await new CatalogApi(connection, signal).check();
      await watchCatalog({
        connection,
        select,
        diskCopy,
        yamlFolder,
        output: json ? new JsonWatchOutput(terminal) : new ReadableWatchOutput(terminal),
        notice: (text) => terminal.notice(text),
        signal,
      });
    });
}
