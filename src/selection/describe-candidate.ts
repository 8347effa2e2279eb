import type { Feature } from './features.js';
import type { Candidate } from './selection-outcome.js';

/** A winner is a tool, a capability and a pattern, never a name alone. */
export function nameOf({ tool, capability, pattern }: Candidate): string {
  return `${tool.name} on ${tool.platform} (${capability}/${pattern})`;
}

/** What a feature of a candidate is made of, as its definition gives it or as it was estimated. */
export function inputOf({ definition, estimate }: Candidate, feature: Feature): number | null {
  if (feature === 'time') return estimate.timeMs;
  if (feature === 'cost') return estimate.cost;
  if (feature === 'complexity') return definition.complexityScore;
  const share = definition.preferenceMatch[feature];
  return typeof share === 'number' ? share : null;
}

/** The same in words: `80 ms`, `0.9`, `not known`. */
export function amountOf(candidate: Candidate, feature: Feature): string {
  const input = inputOf(candidate, feature);
  if (input === null) return 'not known';
  if (feature !== 'time') return shown(input);
  return input < 1_000 ? `${shown(input)} ms` : `${shown(input / 1_000)} s`;
}

/** Three digits that count, the same in every locale. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
