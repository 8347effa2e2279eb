import type { FoundOffers, PassedOver } from './find-offers.js';
import type { SelectionTerms } from './read-selection-request.js';
import type { RejectedCandidate } from './selection-outcome.js';

const PASSED_OVER: Readonly<Record<PassedOver, string>> = {
  'other-platform': 'on other platforms',
  'not-enabled': 'not enabled',
  'in-testing': 'in testing',
};

/** Why a selection has no winner, in words. */
export function explainNothing(
  { capabilities }: SelectionTerms,
  { toolCount, passedOver, offers }: FoundOffers,
  rejected: readonly RejectedCandidate[],
): string {
  const names = capabilities.map((name) => `'${name}'`).join(', ');
  if (toolCount === 0) return `No tool offers ${names}.`;
  const reasons = [...passedOver].map(([reason, count]) => `${count} ${PASSED_OVER[reason]}`);
  if (offers.length === 0) {
    const passed = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
    return `None of the tools that offer ${names} can be selected${passed}.`;
  }
  const counts = new Map<string, number>();
  for (const { code } of rejected) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
  const passed = reasons.length === 0 ? '' : ` Other tools that offer it: ${reasons.join(', ')}.`;
  return `Every candidate for ${names} was rejected: ${codes}.${passed}`;
}
