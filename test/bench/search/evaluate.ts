import type { CatalogView } from '../../../src/view/catalog-view.js';
import { bootstrapMean, type Interval, mean, ndcgAt, recallAt } from './metrics.js';
import { PlainBm25 } from './plain-bm25.js';
import { type JudgedQuery, keyOf } from './read-queries.js';

const DEPTH = 10;
const RESAMPLES = 10_000;
const SEED = 1;

/** Shares, 0 to 1; NaN where the queries have no such case. */
export interface Scores {
  readonly ndcgAt1: number;
  readonly ndcgAt5: number;
  readonly ndcgAt10: number;
  readonly recallAt10: number;
  /** Of the queries that no tool serves: answered with nothing. */
  readonly nothingFits: number;
  /** Of the others: answered with nothing. */
  readonly falselyEmpty: number;
}

export interface Evaluation {
  readonly queryCount: number;
  readonly unservedCount: number;
  readonly search: Scores;
  readonly baseline: Scores;
  /** Search less baseline, NDCG@10, query by query: 95 % of 10,000 resamples. */
  readonly difference: Interval;
  readonly answers: readonly Answer[];
}

export interface Answer {
  readonly judged: JudgedQuery;
  readonly search: readonly string[];
  readonly baseline: readonly string[];
}

/** Runs every query against the search and against plain BM25 over the same tools. */
export function evaluate(view: CatalogView, queries: readonly JudgedQuery[]): Evaluation {
  const bm25 = new PlainBm25(view.tools());
  const answers = queries.map((judged) => ({
    judged,
    search: view.search(judged.query, { limit: DEPTH }).map(({ tool }) => keyOf(tool)),
    baseline: bm25.search(judged.query, DEPTH).map(keyOf),
  }));
  const served = answers.filter(({ judged }) => judged.relevance.size > 0);
  const differences = served.map(
    ({ judged, search, baseline }) =>
      ndcgAt(search, judged.relevance, DEPTH) - ndcgAt(baseline, judged.relevance, DEPTH),
  );
  return {
    queryCount: answers.length,
    unservedCount: answers.length - served.length,
    search: score(answers, 'search'),
    baseline: score(answers, 'baseline'),
    difference: bootstrapMean(differences, RESAMPLES, SEED),
    answers,
  };
}

function score(answers: readonly Answer[], of: 'search' | 'baseline'): Scores {
  const served = answers.filter(({ judged }) => judged.relevance.size > 0);
  const unserved = answers.filter(({ judged }) => judged.relevance.size === 0);
  const average = (figure: (ranking: readonly string[], judged: JudgedQuery) => number) =>
    mean(served.map((answer) => figure(answer[of], answer.judged)));
  const emptyShare = (some: readonly Answer[]) => mean(some.map((answer) => (answer[of].length === 0 ? 1 : 0)));
  return {
    ndcgAt1: average((ranking, { relevance }) => ndcgAt(ranking, relevance, 1)),
    ndcgAt5: average((ranking, { relevance }) => ndcgAt(ranking, relevance, 5)),
    ndcgAt10: average((ranking, { relevance }) => ndcgAt(ranking, relevance, 10)),
    recallAt10: average((ranking, { relevance }) => recallAt(ranking, relevance, 10)),
    nothingFits: emptyShare(unserved),
    falselyEmpty: emptyShare(served),
  };
}
