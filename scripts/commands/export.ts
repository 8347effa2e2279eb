import type { Command } from 'commander';
import type { CatalogApi, ExportedTool, ExportFilter } from '../lib/api.js';
import { apiFor, type CommandContext } from '../lib/command-context.js';
import { CommandError } from '../lib/command-error.js';
import { planExportPaths, pruneExport, writeExport } from '../lib/export-files.js';
import { collect } from '../lib/option-parsers.js';
import { counted, printable } from '../lib/terminal.js';

const PAGE_SIZE = 100;
/** An empty result is no failure, and still most likely a name that was mistyped. */
const NOTHING_MATCHES = 'No tool matches: nothing was exported.';

interface ExportOptions {
  readonly platform?: readonly string[];
  readonly category?: readonly string[];
  readonly tag?: readonly string[];
  readonly name?: readonly string[];
  readonly prune?: true;
  readonly stdout?: true;
}

const HELP = `
An option that is given several times matches any of its values; different options must all match.
Nothing is removed unless --prune is given.

Examples:
  tool-catalog export backup/
  tool-catalog export backup/ --prune                  also remove files of tools that are gone
  tool-catalog export linux/ --platform linux --category network
  tool-catalog export --stdout --name systemctl > systemctl.yaml`;

export function registerExport(program: Command, context: CommandContext): void {
  program
    .command('export')
    .summary('write the catalog as YAML files')
    .description('Writes one YAML file a tool, in folders by platform; import takes them back unchanged.')
    .argument('[folder]', 'where to write; made when it is not there')
    .option('--platform <name>', 'only tools of this platform', collect)
    .option('--category <name>', 'only tools of this category', collect)
    .option('--tag <tag>', 'only tools with this tag', collect)
    .option('--name <name>', 'only tools of this name', collect)
    .option('--prune', 'remove files that an export wrote for tools that are gone')
    .option('--stdout', 'write one YAML stream to standard output instead of files')
    .addHelpText('after', HELP)
    .action(async (folder: string | undefined, options: ExportOptions, command: Command) => {
      const filter = filterOf(options);
      checkUsage(folder, options, filter);
      const { terminal, signal } = context;
      const api = apiFor(command, context, AbortSignal.any([signal, terminal.closed]));
      if (folder === undefined) await exportStream(api, filter, context);
      else await exportFiles(api, filter, { folder, prune: options.prune ?? false, context });
    });
}

function filterOf({ platform, category, tag, name }: ExportOptions): ExportFilter {
  return {
    ...(platform === undefined ? {} : { platforms: platform }),
    ...(category === undefined ? {} : { categories: category }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(name === undefined ? {} : { names: name }),
  };
}

function checkUsage(folder: string | undefined, options: ExportOptions, filter: ExportFilter): void {
  if ((folder === undefined) !== (options.stdout === true)) {
    throw new CommandError('Name a folder to write to, or give --stdout: one of the two.');
  }
  if (options.prune && (folder === undefined || Object.keys(filter).length > 0)) {
    throw new CommandError('--prune goes with a whole export to a folder: leave out the filters.');
  }
}

async function* pages(api: CatalogApi, filter: ExportFilter, context: CommandContext) {
  let first: string | undefined;
  let last: string | undefined;
  let after: string | undefined;
  do {
    const page = await api.exportPage(filter, PAGE_SIZE, after);
    first ??= page.position;
    last = page.position;
    yield page.tools;
    after = page.next;
  } while (after !== undefined);
  if (first !== last) {
    context.terminal.notice('The catalog changed meanwhile: run it again for an export of one moment.');
  }
}

async function exportStream(api: CatalogApi, filter: ExportFilter, context: CommandContext): Promise<void> {
  const { terminal } = context;
  let count = 0;
  for await (const tools of pages(api, filter, context)) {
    for (const { yaml } of tools) await terminal.write(yaml.startsWith('---') ? yaml : `---\n${yaml}`);
    if (terminal.closed.aborted) return;
    count += tools.length;
  }
  if (count === 0) terminal.notice(NOTHING_MATCHES);
}

async function exportFiles(
  api: CatalogApi,
  filter: ExportFilter,
  target: { readonly folder: string; readonly prune: boolean; readonly context: CommandContext },
): Promise<void> {
  const { folder, context } = target;
  const tools: ExportedTool[] = [];
  for await (const page of pages(api, filter, context)) tools.push(...page);
  if (target.prune && tools.length === 0) {
    throw new CommandError('The catalog has no tool: nothing was written, and nothing removed.');
  }
  if (tools.length === 0) context.terminal.notice(NOTHING_MATCHES);
  const files = planExportPaths(tools);
  try {
    const { written, unchanged } = await writeExport(folder, files);
    const removed = target.prune ? await pruneExport(folder, files.values()) : [];
    for (const file of removed) context.terminal.notice(`removed ${printable(file)}`);
    const counts = [
      `${written} written`,
      `${unchanged} unchanged`,
      ...(target.prune ? [`${removed.length} removed`] : []),
    ];
    await context.terminal.line(`${counted(tools.length, 'tool')} in ${folder}: ${counts.join(', ')}`);
  } catch (error) {
    const { code, path: failed } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError(`${failed ?? folder} cannot be written (${code}).`);
  }
}
