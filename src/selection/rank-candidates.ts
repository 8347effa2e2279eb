import type { Candidate } from './selection-outcome.js';

/** How well the request's words match each tool, by its id; called only where scores are equal. */
export type MatchOf = () => ReadonlyMap<string, number>;

/**
 * Best first: those that are not deprecated, then by score. Equal candidates stand by how well the request's words match
 * their tools, and keep their order where those match alike.
 */
export function rankCandidates(candidates: readonly Candidate[], matchOf: MatchOf): readonly Candidate[] {
  const ranked = [...candidates].sort(compareRanks);
  let matches: ReadonlyMap<string, number> | undefined;
  const match = ({ tool }: Candidate) => matches?.get(tool.toolId) ?? 0;
  for (let start = 0; start < ranked.length; ) {
    const first = ranked[start] as Candidate;
    let end = start + 1;
    while (end < ranked.length && compareRanks(first, ranked[end] as Candidate) === 0) end += 1;
    const equals = ranked.slice(start, end);
    if (equals.some(({ tool }) => tool !== first.tool)) {
      matches ??= matchOf();
      // Sorting is stable: those that match alike keep the order that they came in.
      equals.sort((left, right) => match(right) - match(left));
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

function compareRanks(left: Candidate, right: Candidate): number {
  if (isDeprecated(left) !== isDeprecated(right)) return isDeprecated(left) ? 1 : -1;
  return right.score - left.score;
}

function isDeprecated({ tool }: Candidate): boolean {
  return tool.status === 'DEPRECATED';
}
