import type { Candidate } from './selection-outcome.js';

/** How well the request's words match each tool, by its id; called only where scores are equal. */
export type MatchOf = () => ReadonlyMap<string, number>;

/**
 * Best first: those that are not deprecated, then by score. Equal candidates stand by how well the request's words match
 * their tools, and keep their order where those match alike.
 */
export function rankCandidates(candidates: readonly Candidate[], matchOf: MatchOf): readonly Candidate[] {
  const ranked = [...candidates].sort(byRankAndScore);
  let matches: ReadonlyMap<string, number> | undefined;
  const match = ({ tool }: Candidate) => matches?.get(tool.toolId) ?? 0;
  for (let start = 0; start < ranked.length; ) {
    const first = ranked[start] as Candidate;
    let end = start + 1;
    while (end < ranked.length && areEqual(first, ranked[end] as Candidate)) end += 1;
    if (end - start > 1 && ranked.slice(start, end).some(({ tool }) => tool !== first.tool)) {
      matches ??= matchOf();
      // Sorting is stable: those that match alike keep the order that they came in.
      const equals = ranked.slice(start, end).sort((left, right) => match(right) - match(left));
      ranked.splice(start, equals.length, ...equals);
    }
    start = end;
  }
  return ranked;
}

/** True when only the score decides between two. */
export function areOfOneRank(left: Candidate, right: Candidate): boolean {
  return isDeprecated(left) === isDeprecated(right);
}

function byRankAndScore(left: Candidate, right: Candidate): number {
  return Number(isDeprecated(left)) - Number(isDeprecated(right)) || right.score - left.score;
}

function areEqual(left: Candidate, right: Candidate): boolean {
  return left.score === right.score && areOfOneRank(left, right);
}

function isDeprecated({ tool }: Candidate): boolean {
  return tool.status === 'DEPRECATED';
}
