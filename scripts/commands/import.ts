import { type Command, Option } from 'commander';
import { IMPORT_CONFLICTS, type ImportConflict } from '../lib/api.js';
import { apiFor, type CommandContext } from '../lib/command-context.js';
import { CommandError, EXIT_FAILED } from '../lib/command-error.js';
import { runImport } from '../lib/import-run.js';
import { findSourceFiles, readSourceFile, SourceFileError, STDIN } from '../lib/source-files.js';
import { counted, printable } from '../lib/terminal.js';
import { besideTheirLike, type SourceDocument, splitDocuments } from '../lib/yaml-documents.js';

interface ImportOptions {
  readonly onConflict: string;
  readonly atomic?: true;
  readonly dryRun?: true;
  readonly reason?: string;
  readonly quiet?: true;
  readonly verbose?: true;
}

const HELP = `
Every document is checked; each finding is printed as file:line:column: SEVERITY CODE message (hint).
Exit code: 0 all documents are in, 1 a document failed, 2 the command could not run.

Examples:
  tool-catalog import catalog/                        every YAML file of a folder
  tool-catalog import catalog/ --dry-run              only check, store nothing
  tool-catalog import new.yaml --atomic --reason "Ticket 4711"
  tool-catalog export --stdout | tool-catalog import - --url https://staging.example.com/graphql`;

export function registerImport(program: Command, context: CommandContext): void {
  program
    .command('import')
    .summary('store YAML definitions in the catalog')
    .description('Stores tool definitions from YAML files, and from folders of them, in the catalog.')
    .argument('<paths...>', "files and folders; '-' reads standard input")
    .addOption(
      new Option('--on-conflict <mode>', 'what to do with a tool that exists already')
        .choices(IMPORT_CONFLICTS.map((mode) => mode.toLowerCase().replace('_', '-')))
        .default('new-version'),
    )
    .option('--atomic', 'all documents or none, in one request')
    .option('--dry-run', 'check and report, store nothing')
    .option('--reason <text>', 'kept in the audit log')
    .addOption(new Option('--quiet', 'print errors only').conflicts('verbose'))
    .option('--verbose', 'print every finding, also of severity INFO')
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], options: ImportOptions, command: Command) => {
      const api = apiFor(command, context);
      const { documents, unreadable } = await readDocuments(paths, context);
      if (unreadable > 0 && options.atomic && !options.dryRun) {
        context.terminal.notice(`${counted(unreadable, 'file')} cannot be read: nothing was stored: all or none`);
        context.setExitCode(EXIT_FAILED);
        return;
      }
      const exitCode = await runImport({
        api,
        terminal: context.terminal,
        documents: besideTheirLike(documents),
        documentCount: documents.length,
        unreadableFiles: unreadable,
        onConflict: options.onConflict.toUpperCase().replace('-', '_') as ImportConflict,
        atomic: options.atomic ?? false,
        dryRun: options.dryRun ?? false,
        reason: options.reason,
        show: options.quiet ? 'ERROR' : options.verbose ? 'INFO' : 'WARNING',
      });
      context.setExitCode(exitCode);
    });
}

/** A file that cannot be read is a finding like any other: it holds up no other file, unless all are to be in or none. */
async function readDocuments(
  paths: readonly string[],
  context: CommandContext,
): Promise<{ readonly documents: readonly SourceDocument[]; readonly unreadable: number }> {
  const documents: SourceDocument[] = [];
  let unreadable = 0;
  for (const file of await findSourceFiles(paths)) {
    const name = file === STDIN ? '<stdin>' : file;
    try {
      const content = await readSourceFile(file, context.stdin);
      for (const document of await splitDocuments(name, content)) documents.push(document);
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      unreadable += 1;
      context.terminal.notice(printable(`${name}:1:1: ERROR FILE_UNREADABLE ${error.message}`));
    }
  }
  if (documents.length === 0) throw new CommandError('There is no document to import.');
  return { documents, unreadable };
}
