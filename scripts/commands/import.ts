import { type Command, Option } from 'commander';
import { IMPORT_CONFLICTS, type ImportConflict } from '../lib/api.js';
import { apiFor, type CommandContext } from '../lib/command-context.js';
import { CommandError } from '../lib/command-error.js';
import { runImport } from '../lib/import-run.js';
import { findSourceFiles, readSourceFile, STDIN } from '../lib/source-files.js';
import { type SourceDocument, splitDocuments } from '../lib/yaml-documents.js';

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
      const documents = await readDocuments(paths, context);
      const exitCode = await runImport({
        api,
        terminal: context.terminal,
        documents,
        documentCount: documents.length,
        onConflict: options.onConflict.toUpperCase().replace('-', '_') as ImportConflict,
        atomic: options.atomic ?? false,
        dryRun: options.dryRun ?? false,
        reason: options.reason,
        show: options.quiet ? 'ERROR' : options.verbose ? 'INFO' : 'WARNING',
      });
      context.setExitCode(exitCode);
    });
}

async function readDocuments(paths: readonly string[], context: CommandContext): Promise<readonly SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const file of await findSourceFiles(paths)) {
    const name = file === STDIN ? '<stdin>' : file;
    for (const document of splitDocuments(name, await readSourceFile(file, context.stdin))) documents.push(document);
  }
  if (documents.length === 0) throw new CommandError('These files hold no document.');
  return documents;
}
