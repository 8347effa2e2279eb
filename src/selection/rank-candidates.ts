import type { Candidate } from './selection-outcome.js';

/** How well the request's words match each tool, by its id; called only where scores are equal. */
export type MatchOf = () => ReadonlyMap<string, number>;

/**
 * Best first: those that are not deprecated, then by score. Equal candidates stand by how well the request's words match
 * their tools, and keep their order where those match alike.
 */
export function rankCandidates(candidates: readonly Candidate[], matchOf: MatchOf): readonly Candidate[] {
  const ranked = [...candidates].sort(compareRanks);
  const hasTies = ranked.some((candidate, index) => {
    const next = ranked[index + 1];
    return next !== undefined && next.tool !== candidate.tool && compareRanks(candidate, next) === 0;
  });
  if (!hasTies) return ranked;
  const matches = matchOf();
  const match = ({ tool }: Candidate) => matches.get(tool.toolId) ?? 0;
  // Sorted from the beginning: the order of equal ones above is the one that they came in.
  return ranked.sort((left, right) => compareRanks(left, right) || match(right) - match(left));
}

/** True when only the score decides between two. */
export function areOfOneRank(left: Candidate, right: Candidate): boolean {
  return isDeprecated(left) === isDeprecated(right);
}

function compareRanks(left: Candidate, right: Candidate): number {
  if (isDeprecated(left) !== isDeprecated(right)) return isDeprecated(left) ? 1 : -1;
  return right.score - left.score;
}

function isDeprecated({ tool }: Candidate): boolean {
  return tool.status === 'DEPRECATED';
}
