import { BadUserInputError } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json.js';
import { inputOf, nameOf } from './describe-candidate.js';
import type { Candidate, SelectionOutcome } from './selection-outcome.js';
import type { SelectionRequest } from './selection-request.js';
import type { TieBreak, TieBreakAnswer, TieBreaker, TieBreakOption, TieBrokenOutcome } from './tie-breaker.js';

/** Whoever waits for a tool notices more than this. */
export const DEFAULT_DEADLINE_MS = 3_000;
/** What an LLM takes at its worst; a longer one would hide that it hangs. */
export const MAX_DEADLINE_MS = 600_000;
/** Characters of a tie breaker's reason that are kept. */
const MAX_REASON_LENGTH = 1_000;

export interface BreakTieOptions {
  /** How long the tie breaker may take, in ms: above 0, at most 10 minutes; 3,000 when left out. */
  readonly deadlineMs?: number | undefined;
  /** Ends the wait early: the winner by score stands. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has a tie breaker choose between the two best of an ambiguous selection. Whatever goes wrong with it (it throws, rejects,
 * answers nonsense or nothing in time), the winner by score stands, and `tieBreak` says so. The timer of the deadline does
 * not keep a process alive that has nothing else to do.
 *
 * @throws BadUserInputError for a deadline out of bounds; nothing else.
 */
export async function breakTie(
  outcome: SelectionOutcome,
  request: SelectionRequest,
  tieBreaker: TieBreaker,
  { deadlineMs = DEFAULT_DEADLINE_MS, signal }: BreakTieOptions = {},
): Promise<TieBrokenOutcome> {
  if (!(deadlineMs > 0 && deadlineMs <= MAX_DEADLINE_MS)) {
    throw new BadUserInputError(`The deadline is above 0 and at most ${MAX_DEADLINE_MS} ms, not ${deadlineMs}.`);
  }
  const second = outcome.kind === 'selected' && outcome.ambiguous ? outcome.alternatives[0] : undefined;
  if (outcome.kind === 'none' || second === undefined) {
    return { ...outcome, tieBreak: { outcome: 'not-needed', reason: 'The selection is not ambiguous.' } };
  }
  const deadline = AbortSignal.timeout(Math.ceil(deadlineMs));
  const ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  const question = {
    request,
    preference: outcome.preference,
    a: optionOf(outcome.best),
    b: optionOf(second),
    signal: ended,
  };
  const answer = await answerOf(async () => tieBreaker(question), ended);
  if (typeof answer === 'string') {
    const reason = deadline.aborted ? `No answer came within ${deadlineMs} ms.` : answer;
    return { ...outcome, tieBreak: { outcome: 'failed', reason: `The tie breaker failed: ${reason}` } };
  }
  const tieBreak: TieBreak = { outcome: 'broken', reason: answer.reason };
  if (answer.choice === 'A') return { ...outcome, tieBreak };
  return {
    ...outcome,
    best: second,
    alternatives: [outcome.best, ...outcome.alternatives.slice(1)],
    justification: `${outcome.justification} The tie breaker chose ${nameOf(second)} instead: ${answer.reason}`,
    tieBreak,
  };
}

/** The answer, or why there is none. Never rejects, and neither does what comes after the end. */
function answerOf(ask: () => Promise<unknown>, ended: AbortSignal): Promise<TieBreakAnswer | string> {
  return new Promise((resolve) => {
    const stop = () => resolve('It was stopped.');
    if (ended.aborted) return stop();
    ended.addEventListener('abort', stop, { once: true });
    ask()
      .then(readAnswer, (error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then(resolve, () => resolve('Its answer could not be read.'))
      .finally(() => ended.removeEventListener('abort', stop));
  });
}

function readAnswer(answer: unknown): TieBreakAnswer | string {
  if (!isJsonObject(answer)) return 'It answered no object.';
  const { choice, reason } = answer;
  if (choice !== 'A' && choice !== 'B') return 'It chose neither A nor B.';
  if (typeof reason !== 'string' || reason.trim() === '') return 'It gave no reason.';
  return { choice, reason: reason.slice(0, MAX_REASON_LENGTH) };
}

function optionOf(candidate: Candidate): TieBreakOption {
  const { tool, capability, pattern, definition, estimate, score, executionMode, slaClass, notes } = candidate;
  return {
    tool: tool.name,
    platform: tool.platform,
    version: tool.version,
    capability,
    pattern,
    description: definition.description,
    score,
    timeMs: estimate.timeMs,
    cost: estimate.cost,
    accuracy: inputOf(candidate, 'accuracy'),
    completeness: inputOf(candidate, 'completeness'),
    complexity: definition.complexityScore,
    limitations: definition.limitations,
    executionMode,
    slaClass,
    notes,
  };
}
