import { amountOf, nameOf, shown } from './describe-candidate.js';
import { FEATURE_WEIGHTS, FEATURES, type Feature } from './features.js';
import { areOfOneRank } from './rank-candidates.js';
import type { Candidate, Selected } from './selection-outcome.js';
import type { PreferenceMode } from './selection-request.js';

/** Candidates whose scores differ by less cannot be told apart by them. */
export const AMBIGUITY_MARGIN = 0.08;
/** A question is about a feature in which the two differ by this at least. */
export const QUESTION_MARGIN = 0.05;
/** Differences are rounded to this, so that 0.58 and 0.5 differ by 0.08 and not by less. */
const DIFFERENCE_UNIT = 1e9;

type Explanation = Pick<Selected, 'ambiguous' | 'clarifyingQuestion' | 'justification' | 'decidedBy'>;

/** Why the best won, and what to ask where it did not win clearly. */
export function explainSelection(
  best: Candidate,
  second: Candidate | undefined,
  preference: PreferenceMode,
): Explanation {
  const decidedBy = decisiveFeatures(best, second, preference);
  const opening = `${nameOf(best)} was selected for ${preference} with a score of ${shown(best.score)}.`;
  const reason = second === undefined ? withoutRival(best, decidedBy) : againstRival(best, second, decidedBy);
  const ambiguous = second !== undefined && areAmbiguous(best, second);
  return {
    ambiguous,
    clarifyingQuestion: ambiguous ? questionBetween(best, second) : null,
    justification: [opening, reason, ...best.notes].join(' '),
    decidedBy,
  };
}

/** A deprecated tool never competes with one that is not, however close the scores. */
function areAmbiguous(best: Candidate, second: Candidate): boolean {
  return areOfOneRank(best, second) && difference(best.score, second.score) < AMBIGUITY_MARGIN;
}

function difference(left: number, right: number): number {
  return Math.abs(leadOver(left, right));
}

function leadOver(left: number, right: number): number {
  return Math.round((left - right) * DIFFERENCE_UNIT) / DIFFERENCE_UNIT;
}

/** The two in which the best leads most, as they weigh; those that bring it most where it has no rival of its rank, or an equal. */
function decisiveFeatures(
  best: Candidate,
  second: Candidate | undefined,
  preference: PreferenceMode,
): readonly [Feature, Feature] {
  const weight = FEATURE_WEIGHTS[preference];
  const rival = second !== undefined && areOfOneRank(best, second) ? second : best;
  const lead = (feature: Feature) => weight[feature] * leadIn(best, rival, feature);
  const gain = (feature: Feature) => weight[feature] * best.features[feature];
  const [first = 'time', other = 'cost'] = [...FEATURES].sort(
    (left, right) => lead(right) - lead(left) || gain(right) - gain(left),
  );
  return [first, other];
}

function withoutRival(best: Candidate, [first, other]: readonly [Feature, Feature]): string {
  return `Nothing else can be selected. What counts most for it: ${told(best, first)} and ${told(best, other)}.`;
}

function againstRival(best: Candidate, second: Candidate, decidedBy: readonly [Feature, Feature]): string {
  const [first, other] = decidedBy;
  const rival = `${nameOf(second)} with ${shown(second.score)}`;
  if (!areOfOneRank(best, second)) {
    return `${rival} is deprecated and ranks behind it, whatever the score. What counts most for it: ${told(best, first)} and ${told(best, other)}.`;
  }
  if (best.score === second.score) {
    const equal = `${rival} is its equal; the words of the request, or else the order of names, came before it.`;
    if (leadIn(best, second, first) > 0) return `${equal} It leads in ${leads(best, second, decidedBy)}.`;
    return `${equal} What counts most for both: ${told(best, first)} and ${told(best, other)}.`;
  }
  return `Against ${rival}, ${leadIn(best, second, other) > 0 ? 'these' : 'this'} decided: ${leads(best, second, decidedBy)}.`;
}

/** Names a feature in which the best does not lead for what it is. */
function leads(best: Candidate, second: Candidate, [first, other]: readonly [Feature, Feature]): string {
  const [most, next] = [compared(best, second, first), compared(best, second, other)];
  const lead = leadIn(best, second, other);
  if (lead > 0) return `${most} and ${next}`;
  return `${most} alone; ${next} ${lead === 0 ? 'makes no difference' : 'speaks least against it'}`;
}

function leadIn(best: Candidate, second: Candidate, feature: Feature): number {
  return leadOver(best.features[feature], second.features[feature]);
}

function compared(best: Candidate, second: Candidate, feature: Feature): string {
  return `${feature} (${amountOf(best, feature)} against ${amountOf(second, feature)})`;
}

function told(candidate: Candidate, feature: Feature): string {
  return `${feature} (${amountOf(candidate, feature)})`;
}

const QUESTIONS: Readonly<Record<Feature, string>> = {
  time: 'How long may it take?',
  cost: 'How much may it cost?',
  complexity: 'How simple must it be?',
  accuracy: 'How accurate must the answer be?',
  completeness: 'How complete must the answer be?',
};

/** A question whose answer tells the two apart. */
function questionBetween(best: Candidate, second: Candidate): string {
  const gap = (feature: Feature) => difference(best.features[feature], second.features[feature]);
  const [widest = 'time'] = [...FEATURES].sort((left, right) => gap(right) - gap(left));
  if (gap(widest) < QUESTION_MARGIN) return `Which one is meant: ${described(best)}, or ${described(second)}?`;
  const options = [best, second].map((candidate) => `${nameOf(candidate)} has ${told(candidate, widest)}`);
  return `${QUESTIONS[widest]} ${options.join(', ')}.`;
}

function described(candidate: Candidate): string {
  return `${nameOf(candidate)}, "${candidate.definition.description.slice(0, 200)}"`;
}
