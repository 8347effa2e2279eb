import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { selectTool } from '../../src/selection/select-tool.js';
import type { Candidate, SelectionOutcome } from '../../src/selection/selection-outcome.js';
import { sampleTool } from '../view/sample-tools.js';
import { CAPABILITIES, generatedTools, requests, TENANTS, tools } from './random-selection.js';
import { capability, viewOf } from './selection-catalog.js';
import { judgeAll, keyOf } from './selection-oracle.js';

const RUNS = { numRuns: 1_000 };
const request = requests(CAPABILITIES);

function candidatesOf(outcome: SelectionOutcome) {
  return outcome.kind === 'none' ? [] : [outcome.best, ...outcome.alternatives];
}

describe('whatever is in the catalog and whatever is asked', () => {
  it('every pattern is a candidate with its score and mode, or rejected with its code, as the rules say', () => {
    fc.assert(
      fc.property(tools, request, fc.constantFrom(...TENANTS), (all, asked, tenant) => {
        const outcome = selectTool(viewOf(all, tenant), asked);
        const judged = judgeAll(all, { ...asked, preference: outcome.preference }, tenant);
        const allowed = judged.filter(({ forbidden }) => forbidden === null);
        expect(outcome.rejected.map((one) => `${keyOf(one)} ${one.code}`).sort()).toEqual(
          judged.flatMap(({ key, forbidden }) => (forbidden === null ? [] : [`${key} ${forbidden}`])).sort(),
        );
        const found = candidatesOf(outcome);
        expect(found.map((one) => `${keyOf(one)} ${one.executionMode}`).sort()).toEqual(
          allowed.map(({ key, mode }) => `${key} ${mode}`).sort(),
        );
        const byKey = new Map(allowed.map((one) => [one.key, one]));
        for (const one of found) expect(one.score).toBeCloseTo(byKey.get(keyOf(one))?.score ?? -1, 9);
        expect(outcome.kind).toBe(allowed.length === 0 ? 'none' : 'selected');
      }),
      RUNS,
    );
  });

  it('the best comes first, nothing that is deprecated before what is not; of equals what the words match, then names', () => {
    fc.assert(
      fc.property(tools, request, fc.constantFrom(...TENANTS), (all, asked, tenant) => {
        const view = viewOf(all, tenant);
        const found = candidatesOf(selectTool(view, asked));
        const hits = view.search(asked.query ?? '', { limit: 1_000, filter: { capabilities: asked.capabilities } });
        const matches = new Map(hits.map(({ tool, score }) => [tool.toolId, score]));
        const keys = found.map(({ tool, capability: offered, pattern, score }) => ({
          figures: [tool.status === 'DEPRECATED' ? score - 2 : score, matches.get(tool.toolId) ?? 0],
          names: [tool.name, tool.platform, offered, pattern].join('\0'),
        }));
        const sorted = [...keys].sort((left, right) => {
          const [score = 0, match = 0] = left.figures.map((figure, index) => (right.figures[index] ?? 0) - figure);
          return score || match || (left.names < right.names ? -1 : 1);
        });
        expect(keys).toEqual(sorted);
      }),
      RUNS,
    );
  });

  it('the answer is the same at every call, with and without a cache, in whatever order the tools came', () => {
    fc.assert(
      fc.property(tools, request, fc.infiniteStream(fc.nat()), (all, asked, numbers) => {
        const view = viewOf(all);
        const expressions = createExpressionCache(3);
        const first = selectTool(view, asked, { expressions });
        expect(selectTool(view, asked, { expressions })).toEqual(first);
        const shuffled = all.map((tool) => ({ tool, place: numbers.next().value })).sort((a, b) => a.place - b.place);
        expect(selectTool(viewOf(shuffled.map(({ tool }) => tool)), asked)).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });

  it('a broken tool takes nothing from the others, nor does one of another tenant', () => {
    const broken = sampleTool({
      name: 'a-broken',
      capabilities: CAPABILITIES.map((name) =>
        capability(name, [
          { timeEstimateMs: '((', costEstimate: '__proto__', policy: { max_cost: [], requires_background_if: 7 } },
        ]),
      ),
    });
    const foreign = sampleTool({
      name: 'foreign',
      tenant: 'acme',
      capabilities: CAPABILITIES.map((name) => capability(name)),
    });
    fc.assert(
      fc.property(tools, request, (all, asked) => {
        const alone = selectTool(viewOf(all), asked);
        expect(candidatesOf(selectTool(viewOf([foreign, ...all]), asked))).toEqual(candidatesOf(alone));
        const together = selectTool(viewOf([broken, foreign, ...all]), asked);
        // Among equals the words of the request decide, and one more tool that is seen may make a word less rare.
        expect(byKey(candidatesOf(together))).toEqual(byKey(candidatesOf(alone)));
        expect(together.rejected.filter(({ tool }) => tool.name !== 'a-broken')).toEqual(alone.rejected);
        expect(JSON.stringify(together)).not.toContain('foreign');
      }),
      { numRuns: 500 },
    );
  });
});

function byKey(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

it('the rules hold over generated catalogs', () => {
  for (const seed of [1, 2, 3]) {
    const all = generatedTools(300, seed);
    const view = viewOf(all);
    const names = view.capabilities().map(({ name }) => name);
    const expressions = createExpressionCache(10_000);
    fc.assert(
      fc.property(requests(names), (asked) => {
        const outcome = selectTool(view, asked, { expressions });
        const judged = judgeAll(all, { ...asked, preference: outcome.preference });
        const expected = judged.map(({ key, forbidden }) => `${key} ${forbidden}`).sort();
        const found = [
          ...candidatesOf(outcome).map((one) => `${keyOf(one)} null`),
          ...outcome.rejected.map((one) => `${keyOf(one)} ${one.code}`),
        ];
        expect(found.sort()).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  }
});
