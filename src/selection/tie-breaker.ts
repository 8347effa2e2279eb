import type { ExecutionMode, SelectionOutcome, SlaClass } from './selection-outcome.js';
import type { PreferenceMode, SelectionRequest } from './selection-request.js';

/** One of the two that a tie breaker chooses between, with what it really takes and gives: nothing here is normalised. */
export interface TieBreakOption {
  readonly tool: string;
  readonly platform: string;
  readonly version: string;
  readonly capability: string;
  readonly pattern: string;
  readonly description: string;
  readonly score: number;
  readonly timeMs: number;
  readonly cost: number;
  /** 0 to 1; null where the definition does not say. */
  readonly accuracy: number | null;
  /** 0 to 1; null where the definition does not say. */
  readonly completeness: number | null;
  /** 0 (simple) to 1 (complex). */
  readonly complexity: number;
  readonly limitations: readonly string[];
  readonly executionMode: ExecutionMode;
  readonly slaClass: SlaClass;
  readonly notes: readonly string[];
}

export interface TieBreakQuestion {
  readonly request: SelectionRequest;
  readonly preference: PreferenceMode;
  /** The winner by score. */
  readonly a: TieBreakOption;
  readonly b: TieBreakOption;
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

export interface TieBreakAnswer {
  readonly choice: 'A' | 'B';
  readonly reason: string;
}

/** Decides between two candidates that their scores cannot tell apart; an LLM, usually. */
export type TieBreaker = (question: TieBreakQuestion) => TieBreakAnswer | Promise<TieBreakAnswer>;

/** What became of the tie. */
export interface TieBreak {
  /** `failed`: the winner by score stands. */
  readonly outcome: 'not-needed' | 'broken' | 'failed';
  /** The tie breaker's reason, or why there is none. */
  readonly reason: string;
}

/** A selection whose winner a tie breaker may have changed. */
export type TieBrokenOutcome = SelectionOutcome & { readonly tieBreak: TieBreak };
