import { describe, expect, it } from 'vitest';
import { detectPreference } from '../../src/selection/detect-preference.js';
import measured from './golden-preference-detection.json' with { type: 'json' };

interface Case {
  readonly query: string;
  readonly mode: string;
  readonly match_counts: Readonly<Record<string, number>>;
}

const cases = measured as readonly Case[];

describe('detectPreference', () => {
  it('has all measured cases', () => expect(cases).toHaveLength(26));

  it.each(cases)('takes "$query" for $mode, as measured', ({ query, mode, match_counts }) => {
    const detected = detectPreference(query);
    expect(detected.mode).toBe(mode.toUpperCase());
    const counts = Object.entries(match_counts).map(([name, count]) => [name.toUpperCase(), count]);
    expect(detected.matchCounts).toEqual(Object.fromEntries(counts));
  });

  it.each([
    ['double-check the low cost and low-cost, cost-effective ones in detail', { ACCURATE: 1, CHEAP: 3, THOROUGH: 1 }],
    ['double, check; low  cost; in\tdetail', {}],
    ['fast_path breakfast fast1 快速fast', {}],
    ['fast-path (fast) fast. FAST', { FAST: 4 }],
  ])('counts whole words in "%s"', (query, counts) => {
    const none = { FAST: 0, ACCURATE: 0, THOROUGH: 0, CHEAP: 0, SIMPLE: 0 };
    expect(detectPreference(query).matchCounts).toEqual({ ...none, ...counts });
  });

  it.each([
    ['easy cheap', 'CHEAP'],
    ['cheap full', 'THOROUGH'],
    ['full exact', 'ACCURATE'],
    ['exact fast', 'FAST'],
    ['', 'BALANCED'],
  ])('of equals in "%s" takes %s', (query, mode) => expect(detectPreference(query).mode).toBe(mode));
});
