import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../src/database/package-root.js';
import { Corpus } from '../../src/view/search/corpus.js';
import type { Evidence } from '../../src/view/search/evidence.js';
import { LayerIndex } from '../../src/view/search/layer-index.js';
import { evidenceFor } from '../../src/view/search/rank-tools.js';
import { JUDGEMENT } from '../../src/view/search/ranking-settings.js';
import { readQuery } from '../../src/view/search/read-query.js';
import { catalogInMemory } from './catalog-in-memory.js';
import { readDefinitions } from './read-definitions.js';
import { type Case, fitLogistic, type LogisticModel, logOdds } from './search/logistic.js';
import { readQueries } from './search/read-queries.js';

type Name = keyof Evidence;

interface Judged {
  readonly fit: number;
  readonly isTrue: boolean;
}

const NAMES = Object.keys(JUDGEMENT.weights) as Name[];
const RIDGE = 1;
const FOLDS = 10;
const LEAST_FITS = [-2, -1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 1];

/** `npm run search:calibrate`: the constants of JUDGEMENT from judged queries, and what they do on queries left out of them. */
async function main(): Promise<void> {
  const options = new Command('search:calibrate')
    .requiredOption('--queries <file...>', 'JSON lines of {query, relevant}; of a divided set the tuning half')
    .option('--catalog <folder>', 'definitions to search', path.join(packageRoot(), 'catalog'))
    .parse()
    .opts<{ queries: string[]; catalog: string }>();
  const tools = catalogInMemory(await readDefinitions(options.catalog)).tools();
  const index = new LayerIndex();
  for (const tool of tools) index.add(tool);
  const corpus = new Corpus([{ index, hidden: new Set() }]);
  const queries = options.queries
    .flatMap((file) => readQueries(readFileSync(file, 'utf8'), tools))
    .filter(({ half }) => half === null || half === 'tuning');
  const cases: Case<Name>[] = [];
  const unknown: Judged[] = [];
  for (const { query, relevance } of queries) {
    const [features, isTrue] = [evidenceFor(corpus, readQuery(query)), relevance.size > 0];
    if (features === null) unknown.push({ fit: Number.NEGATIVE_INFINITY, isTrue });
    else cases.push({ features, isTrue });
  }
  print(fitLogistic(cases, NAMES, RIDGE), [...crossValidated(cases), ...unknown]);
}

/** Each case judged by a model that did not see it. */
function crossValidated(cases: readonly Case<Name>[]): Judged[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const isOut = (place: number) => place % FOLDS === fold;
    const model = fitLogistic(
      cases.filter((_case, place) => !isOut(place)),
      NAMES,
      RIDGE,
    );
    return cases
      .filter((_case, place) => isOut(place))
      .map(({ features, isTrue }) => ({ fit: logOdds(model, features), isTrue }));
  }).flat();
}

function print({ base, weights }: LogisticModel<Name>, judged: readonly Judged[]): void {
  const constants = [['base', base] as const, ...NAMES.map((name) => [name, weights[name]] as const)];
  const shareBelow = (limit: number, isTrue: boolean) => {
    const some = judged.filter((one) => one.isTrue === isTrue);
    return (some.filter(({ fit }) => fit < limit).length / some.length).toFixed(3);
  };
  const lines = [
    `${judged.length} queries`,
    '',
    ...constants.map(([name, value]) => `${name}: ${value.toFixed(2)},`),
    '',
    `| leastFit | 'nothing fits', answered empty | others, answered empty | (${FOLDS}-fold cross-validation)`,
    ...LEAST_FITS.map((limit) => `| ${limit} | ${shareBelow(limit, false)} | ${shareBelow(limit, true)} |`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
