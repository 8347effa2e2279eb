import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../src/database/package-root.js';
import { catalogInMemory } from './catalog-in-memory.js';
import { readDefinitions } from './read-definitions.js';
import { type Evaluation, evaluate, type Scores } from './search/evaluate.js';
import { readQueries } from './search/read-queries.js';

interface Options {
  readonly queries: string;
  readonly catalog: string;
  readonly half?: string;
  readonly misses?: boolean;
  readonly answers?: boolean;
}

/** `npm run search:evaluate`: how good the search is on judged queries, beside plain BM25. */
async function main(): Promise<void> {
  const options = new Command('search:evaluate')
    .requiredOption('--queries <file>', 'JSON lines of {query, relevant}')
    .option('--catalog <folder>', 'definitions to search', path.join(packageRoot(), 'catalog'))
    .option('--half <name>', "only the queries whose 'half' is this, as tuning")
    .option('--misses', 'also list the queries whose first answer is not a relevant one')
    .option('--answers', 'instead of figures, JSON lines of what each query wants and finds')
    .parse()
    .opts<Options>();
  const view = catalogInMemory(await readDefinitions(options.catalog));
  const all = readQueries(readFileSync(options.queries, 'utf8'), view.tools());
  const queries = options.half === undefined ? all : all.filter(({ half }) => half === options.half);
  if (queries.length === 0) throw new Error(`${options.queries} has no queries of the half '${options.half}'.`);
  const evaluation = evaluate(view, queries);
  if (options.answers === true) return printAnswers(evaluation);
  print(evaluation, `${view.toolCount} tools, ${options.half ?? 'all'} queries`);
  if (options.misses === true) printMisses(evaluation);
}

function print({ queryCount, unservedCount, search, baseline, difference }: Evaluation, title: string): void {
  const row = (label: string, figure: (scores: Scores) => number) =>
    `| ${label} | ${figure(search).toFixed(3)} | ${figure(baseline).toFixed(3)} |`;
  const lines = [
    `${title}: ${queryCount - unservedCount} with a fitting tool, ${unservedCount} without`,
    '',
    '| figure | search | plain BM25 |',
    '| --- | --- | --- |',
    row('NDCG@1', (scores) => scores.ndcgAt1),
    row('NDCG@5', (scores) => scores.ndcgAt5),
    row('NDCG@10', (scores) => scores.ndcgAt10),
    row('recall@10', (scores) => scores.recallAt10),
    row("'nothing fits', answered empty", (scores) => scores.nothingFits),
    row('others, answered empty', (scores) => scores.falselyEmpty),
    '',
    `NDCG@10, search less BM25: ${difference.mean.toFixed(3)}, 95 % interval ${difference.low.toFixed(3)} to ${difference.high.toFixed(3)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function printAnswers({ answers }: Evaluation): void {
  for (const { judged, search, baseline } of answers) {
    const line = { query: judged.query, relevant: Object.fromEntries(judged.relevance), search, baseline };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

function printMisses({ answers }: Evaluation): void {
  for (const { judged, search } of answers) {
    const [first] = search;
    if (first === undefined ? judged.relevance.size === 0 : judged.relevance.has(first)) continue;
    const wanted = [...judged.relevance.keys()].join(', ');
    process.stdout.write(
      `\n${judged.query}\n  wanted: ${wanted || 'nothing'}\n  found:  ${search.slice(0, 4).join(', ')}\n`,
    );
  }
}

await main();
