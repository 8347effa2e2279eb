import type { Command } from 'commander';
import { toYaml } from '../../src/definition/to-yaml.js';
import { apiFor, type CommandContext } from '../lib/command-context.js';
import { generateCatalog } from '../lib/generate-catalog.js';
import { runImport } from '../lib/import-run.js';
import { integerBetween } from '../lib/option-parsers.js';
import type { SourceDocument } from '../lib/yaml-documents.js';

const MAX_TOOLS = 200_000;

interface SeedOptions {
  readonly tools: number;
  readonly seed: number;
  readonly dryRun?: true;
}

const HELP = `
The same seed gives the same tools, and more of them begin with the fewer: seeding twice changes nothing,
and seeding more later adds only the new ones.

Examples:
  tool-catalog seed --tools 200
  tool-catalog seed --tools 10000 --seed 7`;

export function registerSeed(program: Command, context: CommandContext): void {
  program
    .command('seed')
    .summary('fill a catalog with generated tools')
    .description('Imports a generated catalog, to try things out and to measure.')
    .option('--tools <count>', 'how many tools', integerBetween(1, MAX_TOOLS), 1_000)
    .option('--seed <number>', 'which catalog', integerBetween(0, 2 ** 31 - 1), 1)
    .option('--dry-run', 'check and report, store nothing')
    .addHelpText('after', HELP)
    .action(async ({ tools, seed, dryRun }: SeedOptions, command: Command) => {
      const exitCode = await runImport({
        api: apiFor(command, context),
        terminal: context.terminal,
        documents: generatedDocuments(tools, seed),
        documentCount: tools,
        unreadableFiles: 0,
        onConflict: 'NEW_VERSION',
        atomic: false,
        dryRun: dryRun ?? false,
        reason: `seed ${seed}`,
        show: 'ERROR',
      });
      context.setExitCode(exitCode);
    });
}

function* generatedDocuments(toolCount: number, seed: number): Generator<SourceDocument> {
  for (const tool of generateCatalog({ toolCount, seed })) {
    yield { file: `generated/${tool.platform}/${tool.name}`, line: 1, text: toYaml(tool), definitionCount: 1 };
  }
}
