import type { PatternDefinition } from '../definition/tool-definition.js';
import type { Estimate } from '../expressions/estimate.js';
import type { ToolState } from '../view/catalog-change.js';
import type { Position } from '../view/position.js';
import type { Feature, FeatureValues } from './features.js';
import type { PreferenceMode } from './selection-request.js';

export const EXECUTION_MODES = ['IMMEDIATE', 'BACKGROUND', 'APPROVAL_REQUIRED'] as const;
export type ExecutionMode = (typeof EXECUTION_MODES)[number];

export const SLA_CLASSES = ['INTERACTIVE', 'BATCH', 'BACKGROUND'] as const;
export type SlaClass = (typeof SLA_CLASSES)[number];

/** Every code of a rejection with the rule that it stands for, in the order in which the first one that holds is given. */
export const REJECTION_CODES = {
  COST_LIMIT: "The estimated cost is above the request's limit or above the policy's `max_cost`.",
  NOT_PRODUCTION_SAFE:
    'The policy says `production_safe: false`, the environment is production, and the request did not waive it.',
  ENVIRONMENT: "The policy's `allowed_environments` has not the environment of the request.",
  PERMISSION: "The policy's `required_permissions` has one that the request does not hold.",
  N_LIMIT: "N is above the policy's `max_N_immediate`, and the request allows no background run.",
  BACKGROUND_REQUIRED: "The policy's `requires_background_if` holds, and the request allows no background run.",
  ESTIMATE_FAILED: 'A variable is missing, or an expression or condition fails.',
  DEPENDENCY: 'The tool requires something that the request lists as unavailable.',
  POLICY_UNREADABLE:
    'A value of the policy has not the type that it must have, so that nobody can tell what it forbids.',
} as const;
export type RejectionCode = keyof typeof REJECTION_CODES;

/** What a candidate would take: both parts could be evaluated. A pattern for one item counts once for each. */
export interface CandidateEstimate extends Estimate {
  readonly timeMs: number;
  readonly cost: number;
}

/** A way of doing what was asked for: a pattern of a capability of a tool. */
export interface Candidate {
  readonly tool: ToolState;
  /** The capability's own name, also where the request used an alias. */
  readonly capability: string;
  readonly pattern: string;
  readonly definition: PatternDefinition;
  /** 0 to 1. */
  readonly score: number;
  readonly features: FeatureValues;
  readonly estimate: CandidateEstimate;
  readonly executionMode: ExecutionMode;
  readonly slaClass: SlaClass;
  /** What a user of it should know: deprecated, in testing, needs approval, runs in the background, counted per item. */
  readonly notes: readonly string[];
}

export interface RejectedCandidate {
  readonly tool: ToolState;
  readonly capability: string;
  readonly pattern: string;
  readonly code: RejectionCode;
  /** Every rule that it breaks, that of `code` first. */
  readonly message: string;
}

interface Answer {
  /** By tool name, platform, capability and pattern. */
  readonly rejected: readonly RejectedCandidate[];
  readonly preference: PreferenceMode;
  readonly assumedVariables: Readonly<Record<string, number>>;
  /** The same request at the same position has the same answer. */
  readonly position: Position;
}

export interface Selected extends Answer {
  readonly kind: 'selected';
  readonly best: Candidate;
  /** The next best, in order. */
  readonly alternatives: readonly Candidate[];
  /** True when the scores of the two best are too close to tell them apart. */
  readonly ambiguous: boolean;
  /** Null unless ambiguous. */
  readonly clarifyingQuestion: string | null;
  readonly justification: string;
  /** The two features that the justification names. */
  readonly decidedBy: readonly [Feature, Feature];
}

export interface NothingSelected extends Answer {
  readonly kind: 'none';
  /** Why, in words. */
  readonly message: string;
}

export type SelectionOutcome = Selected | NothingSelected;
