import { performance } from 'node:perf_hooks';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { selectTool } from '../../src/selection/select-tool.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import { ORDINARY_VARIABLES } from '../../src/validation/ordinary-variables.js';
import { catalogInMemory } from './catalog-in-memory.js';

const CANDIDATES = 126;
const CAPABILITY = 'primary_capability';
const CALLS = 5_000;

interface Row {
  readonly work: string;
  readonly result: string;
}

/** Selections in memory among exactly 126 candidates: with other variables at every call, and the same again and again. */
export function measureSelection(): Row[] {
  const view = catalogInMemory(candidates());
  const expressions = createExpressionCache(10_000);
  const variables = Object.fromEntries([...ORDINARY_VARIABLES].map((name) => [name, 10]));
  const request: SelectionRequest = {
    query: 'quickly check the web servers',
    capabilities: [CAPABILITY],
    variables,
    requireProductionSafe: false,
  };
  const select = (N: number) => selectTool(view, { ...request, variables: { ...variables, N } }, { expressions });
  const outcome = select(1);
  const count = outcome.rejected.length + (outcome.kind === 'none' ? 0 : outcome.alternatives.length + 1);
  if (count !== CANDIDATES) throw new Error(`There are ${count} candidates, not ${CANDIDATES}.`);
  const other = medianMs((call) => select(1 + (call % 10)));
  const same = medianMs(() => select(1));
  const words = medianMs((call) =>
    selectTool(view, { ...request, query: `check the web servers ${call}` }, { expressions }),
  );
  return [
    {
      work: `selectTool among ${CANDIDATES} candidates, in memory, another N at every call (${outcome.rejected.length} rejected)`,
      result: `${other.toFixed(3)} ms`,
    },
    { work: 'the same with the same request every time', result: `${same.toFixed(3)} ms` },
    { work: 'the same with other words at every call', result: `${words.toFixed(3)} ms` },
    { work: 'the same with a search among equals', result: `${tiedMs(expressions).toFixed(3)} ms` },
  ];
}

/** Tools of one pattern each, as the generator makes them, all under one capability. */
function candidates(): ToolDefinition[] {
  return [...generateCatalog({ toolCount: CANDIDATES, seed: 11 })].map((definition) => {
    const capabilities = definition.capabilities.slice(0, 1).map((capability) => ({
      ...capability,
      name: CAPABILITY,
      aliases: [],
      patterns: capability.patterns.slice(0, 1),
    }));
    return { ...definition, capabilities };
  });
}

function tiedMs(expressions: ReturnType<typeof createExpressionCache>): number {
  const equal = candidates().map((definition) => ({
    ...definition,
    capabilities: definition.capabilities.map((capability) => ({
      ...capability,
      patterns: capability.patterns.map((pattern) => ({
        ...pattern,
        timeEstimateMs: '500',
        costEstimate: '1',
        complexityScore: 0.3,
        policy: {},
        preferenceMatch: {},
      })),
    })),
  }));
  const view = catalogInMemory(equal);
  const request = { query: 'quickly check the web servers', capabilities: [CAPABILITY] };
  return medianMs(() => selectTool(view, request, { expressions }));
}

/** Median of many calls, so that what else the machine does counts little; the first ones are left out. */
function medianMs(call: (index: number) => unknown): number {
  const times = Array.from({ length: CALLS }, (_, index) => {
    const startMs = performance.now();
    call(index);
    return performance.now() - startMs;
  });
  return times.slice(CALLS / 5).sort((left, right) => left - right)[Math.floor(CALLS * 0.4)] ?? Number.NaN;
}
