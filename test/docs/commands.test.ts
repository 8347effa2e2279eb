import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/database/package-root.js';
import { runCommand } from '../scripts/run-command.js';
import { registerCommands } from '../soak/commands.js';
import { configVariables } from './config-variables.js';
import { blocksOf, commandsOf, readBlock, readPage } from './markdown.js';

const { scripts, bin } = JSON.parse(readPage('package.json')) as {
  scripts: Record<string, string>;
  bin: Record<string, string>;
};
const BIN = bin['tool-catalog']?.replace('./', '') ?? '';
/** Programs that are not ours: only that we mean to name them. */
const FOREIGN = ['cp', 'curl', 'pg_dump', 'pg_restore', 'psql'];

/** What is wrong with one command of a page; undefined when nothing is. */
async function problemOf(command: string): Promise<string | undefined> {
  const words = command.match(/"[^"]*"|\S+/g) ?? [];
  while (/^[A-Z_]+=/.test(words[0] ?? '')) {
    const variable = words.shift()?.split('=')[0] ?? '';
    if (!configVariables().includes(variable)) return `the service reads no ${variable}`;
  }
  const [program = '', ...args] = words;
  if (FOREIGN.includes(program)) return undefined;
  if (program === 'npx') return args[0] === 'prisma' || args[0] === 'vitest' ? undefined : `npx ${args[0]}`;
  if (program === 'npm') return problemOfNpm(args);
  if (program !== 'node') return `${program} is not known`;
  const [file = '', ...rest] = args.filter((word) => word !== '--env-file=.env');
  if (file === BIN) return problemOfCommandLine(rest);
  return file === scripts['start']?.split(' ')[1] ? undefined : `${file} is not known`;
}

async function problemOfNpm(args: readonly string[]): Promise<string | undefined> {
  if (args[0] === 'ci') return undefined;
  const [name = '', ...rest] = args.filter((word) => word !== 'run' && word !== '--silent' && word !== '--');
  const script = scripts[name];
  if (script === undefined) return `there is no script ${name}`;
  if (name === 'soak') return problemOfSoak(rest);
  const inner = /^node (\S+) ?(.*)$/.exec(script);
  if (inner?.[1] === BIN) return problemOfCommandLine([...(inner[2] ?? '').split(' ').filter(Boolean), ...rest]);
  if (name === 'search:evaluate' || name === 'search:calibrate') {
    const source = readPage(`test/bench/${name.split(':')[1]}-search.ts`);
    const unknown = rest.filter((word) => word.startsWith('--') && !source.includes(`'${word}`));
    return unknown.length > 0 ? `${name} has no ${unknown.join(' ')}` : undefined;
  }
  return rest.length > 0 ? `${name} takes no ${rest.join(' ')}` : undefined;
}

function problemOfSoak(args: readonly string[]): string | undefined {
  const program = new Command();
  registerCommands(program);
  const command = program.commands.find((candidate) => candidate.name() === (args[0] === 'verify' ? 'verify' : 'run'));
  const known = command?.options.map(({ long }) => long) ?? [];
  const unknown = args.filter((word) => word.startsWith('--') && ![...known, '--help'].includes(word));
  return unknown.length > 0 ? `soak has no ${unknown.join(' ')}` : undefined;
}

async function problemOfCommandLine(args: readonly string[]): Promise<string | undefined> {
  const [command = '', subcommand] = args;
  const path = command === 'token' ? [command, subcommand ?? ''] : [command];
  const { exitCode, stdout } = await runCommand([...path, '--help']);
  if (exitCode !== 0 || !stdout.startsWith(`Usage: tool-catalog ${path.join(' ')} `))
    return `no command ${path.join(' ')}`;
  const flags = args.filter((word) => word.startsWith('--'));
  const unknown = flags.filter((flag) => !new RegExp(`^ +${flag}\\b`, 'm').test(stdout));
  return unknown.length > 0 ? `${path.join(' ')} has no ${unknown.join(' ')}` : undefined;
}

describe('commands in the pages', () => {
  it.each(
    blocksOf('bash').flatMap((block) =>
      commandsOf(block).map((command) => ({ place: `${block.file}:${block.line}`, command })),
    ),
  )('$place: $command', async ({ command }) => {
    expect(await problemOf(command)).toBeUndefined();
  });

  it.each([
    'npm run sow',
    'npm start --fast',
    'npm run soak -- --hours 8',
    `node ${BIN} imports catalog/`,
    `node ${BIN} import catalog/ --atomically`,
    `node ${BIN} token make`,
    'npm run tool-catalog -- tokens list',
    'npm run --silent watch -- --jsonl',
    'npm run search:evaluate -- --questions test/search/queries.jsonl',
    'npm run search:calibrate -- --half tuning',
    'DATABASE=postgresql://localhost npm start',
    'node dist/main.js',
  ])('would be found wrong: %s', async (command) => {
    expect(await problemOf(command)).toBeDefined();
  });

  it('name files that are there once the project is built', () => {
    const sources = [BIN, scripts['start']?.split(' ')[1] ?? ''].map((file) =>
      file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
    );
    expect(sources.filter((file) => !existsSync(path.join(packageRoot(), file)))).toEqual([]);
  });

  it('show what the service prints at its start', () => {
    const shown = readBlock('README.md', 'start-output').text;
    const source = readPage('src/main.ts');
    const labels = [...shown.matchAll(/^ {2}(\S+(?: \S+)*) {2,}/gm)].map((match) => match[1] ?? '');
    expect(labels).toEqual(['GraphQL and GraphiQL', 'Health', 'Admin token']);
    for (const label of [...labels, "The first admin's token, made just now:"]) expect(source).toContain(label);
  });
});
