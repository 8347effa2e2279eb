import { createExpressionCache, type ExpressionCache } from '../expressions/expression-cache.js';
import { ValidationError } from '../kernel/errors.js';
import type { CatalogView } from '../view/catalog-view.js';
import { detectPreference } from './detect-preference.js';
import { explainNothing } from './explain-nothing.js';
import { explainSelection } from './explain-selection.js';
import { findOffers, type VersionOf } from './find-offers.js';
import { judgeOffer } from './judge-offer.js';
import { rankCandidates } from './rank-candidates.js';
import { readSelectionRequest, type SelectionTerms } from './read-selection-request.js';
import { RequestEvaluation } from './request-evaluation.js';
import type { Candidate, RejectedCandidate, SelectionOutcome } from './selection-outcome.js';
import type { UncheckedRequest } from './selection-request.js';

/** What selection needs of a catalog: the service's view and the client's are the same code. */
export type SelectionView = Pick<CatalogView, 'byCapability' | 'position' | 'search'>;

export interface SelectionOptions {
  /** Compiled expressions, kept between calls. Without it every expression is compiled at every call. */
  readonly expressions?: ExpressionCache;
  /** The version of a tool that takes part, given its latest one; the latest when left out. */
  readonly versionOf?: VersionOf;
}

/** Sources that are compiled once where the caller keeps none. */
const EXPRESSIONS = 1_000;
const latestVersion: VersionOf = (latest) => latest;

/**
 * Finds the tool, capability and pattern that fit a request best, with every rejection explained. Pure: the same request
 * on the same catalog gives the same answer, in the service, in the client and in a browser. What is in the catalog never
 * makes it throw, and one tool that is broken takes nothing from the others.
 *
 * @throws ValidationError for a request that breaks a rule, with an issue for each.
 */
export function selectTool(
  view: SelectionView,
  request: UncheckedRequest,
  { expressions, versionOf = latestVersion }: SelectionOptions = {},
): SelectionOutcome {
  const { terms, issues } = readSelectionRequest(request);
  if (terms === undefined) throw new ValidationError('The request cannot be answered as it is.', issues);
  const { position } = view;
  const preference = terms.preference ?? detectPreference(terms.query).mode;
  const found = findOffers(view, terms, versionOf);
  const judgement = {
    terms,
    preference,
    evaluation: new RequestEvaluation(terms, expressions ?? createExpressionCache(EXPRESSIONS)),
  };
  const candidates: Candidate[] = [];
  const rejected: RejectedCandidate[] = [];
  for (const offer of found.offers) {
    const judged = judgeOffer(offer, judgement);
    if ('code' in judged) rejected.push(judged);
    else candidates.push(judged);
  }
  const answer = { rejected, preference, assumedVariables: terms.assumedVariables, position };
  const [best, ...alternatives] = rankCandidates(candidates, () => matchesOf(view, terms, found.toolCount));
  if (best === undefined) return { kind: 'none', message: explainNothing(terms, found, rejected), ...answer };
  return { kind: 'selected', best, alternatives, ...explainSelection(best, alternatives[0], preference), ...answer };
}

/** How well each tool matches the words of the request, by its id: a variant is ranked as its tool. */
function matchesOf(view: SelectionView, { query, capabilities }: SelectionTerms, toolCount: number) {
  if (query.trim() === '') return new Map<string, number>();
  const hits = view.search(query, { limit: toolCount, filter: { capabilities } });
  return new Map(hits.map(({ tool, score }) => [tool.toolId, score]));
}
