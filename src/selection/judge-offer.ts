import type { Estimate } from '../expressions/estimate.js';
import { type Findings, type Reason, reasonsAgainst } from './apply-policy.js';
import { FEATURE_WEIGHTS, type FeatureValues, NORMALISE, scoreOf } from './features.js';
import type { SelectionTerms } from './read-selection-request.js';
import type { RequestEvaluation } from './request-evaluation.js';
import type { Candidate, CandidateEstimate, ExecutionMode, RejectedCandidate, SlaClass } from './selection-outcome.js';
import type { PreferenceMode } from './selection-request.js';
import type { Offer } from './tool-offers.js';

const IMMEDIATE_MS = 5_000;
const INTERACTIVE_MS = 1_000;
const BATCH_MS = 10_000;

/** What one request asks of every offer. */
export interface Judgement {
  readonly terms: SelectionTerms;
  readonly preference: PreferenceMode;
  readonly evaluation: RequestEvaluation;
}

const NO_NOTES: readonly string[] = Object.freeze([]);

/** A candidate with its score, or why the offer cannot be one. */
export function judgeOffer(offer: Offer, judgement: Judgement): Candidate | RejectedCandidate {
  const { terms, evaluation } = judgement;
  const { backgroundIf, maxImmediateItems } = offer.policy;
  const estimate = evaluation.estimate(offer);
  const condition = backgroundIf === null ? false : evaluation.holds(backgroundIf);
  const tooMany = maxImmediateItems !== null && maxImmediateItems < terms.itemCount;
  const inBackground = tooMany || condition === true;
  const findings = { terms, estimate, condition, tooMany };
  const reasons = reasonsAgainst(offer, findings);
  if (reasons.length > 0 || !isComplete(estimate)) return reject(offer, reasons);
  const features: FeatureValues = {
    time: NORMALISE.time(estimate.timeMs),
    cost: NORMALISE.cost(estimate.cost),
    complexity: offer.complexity,
    accuracy: offer.accuracy,
    completeness: offer.completeness,
  };
  return {
    tool: offer.tool,
    capability: offer.capability.name,
    pattern: offer.pattern.name,
    definition: offer.pattern,
    score: scoreOf(features, FEATURE_WEIGHTS[judgement.preference]),
    features,
    estimate,
    executionMode: executionMode(offer, estimate.timeMs, inBackground),
    slaClass: slaClass(estimate.timeMs),
    notes: notesOf(offer, findings),
  };
}

function isComplete(estimate: Estimate): estimate is CandidateEstimate {
  return estimate.timeMs !== null && estimate.cost !== null;
}

function reject({ tool, capability, pattern }: Offer, reasons: readonly Reason[]): RejectedCandidate {
  const code = reasons[0]?.code ?? 'ESTIMATE_FAILED';
  const message = reasons.map(({ text }) => text).join(' ');
  return { tool, capability: capability.name, pattern: pattern.name, code, message };
}

function executionMode({ policy }: Offer, timeMs: number, inBackground: boolean): ExecutionMode {
  if (policy.requiresApproval) return 'APPROVAL_REQUIRED';
  return inBackground || timeMs > IMMEDIATE_MS ? 'BACKGROUND' : 'IMMEDIATE';
}

function slaClass(timeMs: number): SlaClass {
  if (timeMs < INTERACTIVE_MS) return 'INTERACTIVE';
  return timeMs < BATCH_MS ? 'BATCH' : 'BACKGROUND';
}

function notesOf({ tool, policy, perItem }: Offer, { terms, condition, tooMany }: Findings): readonly string[] {
  const notes: string[] = [];
  if (tool.status === 'DEPRECATED') notes.push('Deprecated: ranked after every tool that is not.');
  if (tool.status === 'TESTING') notes.push('In testing.');
  if (policy.requiresApproval) notes.push('Its policy requires approval.');
  if (condition === true) notes.push(`Runs in the background: ${policy.backgroundIf}.`);
  if (tooMany) notes.push(`Runs in the background: N is above max_N_immediate ${policy.maxImmediateItems}.`);
  if (perItem && terms.itemCount > 1) notes.push(`Works on one item: time and cost count ${terms.itemCount} times.`);
  return notes.length === 0 ? NO_NOTES : notes;
}
