import type { PatternDefinition } from '../../../src/definition/tool-definition.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import type { Action } from './actions.js';
import { INPUTS, OPTIONAL_INPUTS } from './inputs.js';
import type { Random } from './random.js';

/** One way of doing an action, and what that costs against doing it plainly. */
interface Style {
  readonly name: string;
  readonly how: string;
  readonly ask: string;
  readonly scope: string;
  readonly completeness: string;
  readonly timeFactor: number;
  readonly costFactor: number;
  readonly complexity: number;
  /** speed, accuracy, cost, complexity, completeness: 0 to 1. */
  readonly match: readonly [number, number, number, number, number];
  readonly limitation: string;
  /** Only offered for actions that change something. */
  readonly onlyChanges?: true;
}

const STYLES: readonly Style[] = [
  {
    name: 'execute',
    how: 'directly, one target at a time',
    ask: '{a}',
    scope: 'single_item',
    completeness: 'complete',
    timeFactor: 1,
    costFactor: 1,
    complexity: 0.3,
    match: [0.8, 0.9, 0.8, 0.8, 0.8],
    limitation: 'One target a run',
  },
  {
    name: 'quick_check',
    how: 'from cached data where there is some',
    ask: 'quickly: {a}',
    scope: 'single_item',
    completeness: 'partial',
    timeFactor: 0.25,
    costFactor: 0.3,
    complexity: 0.1,
    match: [1, 0.6, 0.95, 0.95, 0.4],
    limitation: 'The answer may be up to a minute old',
  },
  {
    name: 'batch',
    how: 'for many targets at once, a few in parallel',
    ask: '{a}, everywhere',
    scope: 'batch',
    completeness: 'complete',
    timeFactor: 3,
    costFactor: 2.5,
    complexity: 0.5,
    match: [0.6, 0.9, 0.6, 0.5, 0.9],
    limitation: 'Stops at the first ten failures',
  },
  {
    name: 'deep_analysis',
    how: 'thoroughly, and explains what it found',
    ask: '{a} and explain it in detail',
    scope: 'exhaustive',
    completeness: 'complete',
    timeFactor: 6,
    costFactor: 5,
    complexity: 0.8,
    match: [0.2, 1, 0.3, 0.3, 1],
    limitation: 'Puts noticeable load on the target',
  },
  {
    name: 'preview',
    how: 'without changing anything, and shows what would happen',
    ask: 'what happens if I {a}',
    scope: 'single_item',
    completeness: 'partial',
    timeFactor: 0.5,
    costFactor: 0.4,
    complexity: 0.2,
    match: [0.9, 0.7, 0.9, 0.9, 0.5],
    limitation: 'Later changes by others are not foreseen',
    onlyChanges: true,
  },
  {
    name: 'watch_live',
    how: 'continuously until it is stopped',
    ask: 'keep on: {a}',
    scope: 'continuous',
    completeness: 'complete',
    timeFactor: 4,
    costFactor: 2,
    complexity: 0.4,
    match: [0.5, 0.95, 0.5, 0.6, 0.9],
    limitation: 'Holds a connection open all the time',
  },
];

const READING_STYLES = STYLES.filter((style) => !style.onlyChanges);
const PATTERN_COUNTS: readonly (readonly [number, number])[] = [
  [1, 76],
  [2, 19],
  [3, 5],
];

/** One to three ways of doing the action to the subject. */
export function generatePatterns(action: Action, subject: string, random: Random): readonly PatternDefinition[] {
  const count = random.pickWeighted(PATTERN_COUNTS);
  const [plain, ...others] = action.changes ? STYLES : READING_STYLES;
  const styles = random.chance(0.75) && plain !== undefined ? [plain] : [];
  if (styles.length < count) styles.push(...random.sample(others, count - styles.length));
  return styles.map((style) => generatePattern(style, { action, subject, random }));
}

interface PatternContext {
  readonly action: Action;
  readonly subject: string;
  readonly random: Random;
}

function generatePattern(style: Style, context: PatternContext): PatternDefinition {
  const { action, subject, random } = context;
  const variable = random.pick(action.variables);
  const asks = action.asks.map((ask) => ask.replaceAll('{s}', subject));
  const baseMs = Math.max(5, Math.round(random.integer(...action.timeMs) * style.timeFactor));
  const cost = Math.round(random.integer(1, 8) * style.costFactor * 10) / 10;
  const required = known(INPUTS, action.inputs);
  const optional = known(OPTIONAL_INPUTS, [...action.inputs, 'format']);
  return {
    name: style.name,
    description: `${action.description.replaceAll('{s}', subject)}, ${style.how}`,
    typicalUseCases: random.sample(asks, 2).map((ask, index) => (index === 0 ? style.ask.replace('{a}', ask) : ask)),
    timeEstimateMs: timeExpression(baseMs, variable, random),
    costEstimate: costExpression(cost, variable, random),
    complexityScore: rounded(Math.min(1, style.complexity + random.next() * 0.15)),
    scope: style.scope,
    completeness: style.completeness,
    limitations: random.chance(0.7) ? [style.limitation] : [],
    policy: policyFor(style, action, { baseMs, cost, random }),
    preferenceMatch: preferenceMatch(style, random),
    requiredInputs: required,
    optionalInputs: random.chance(0.35) ? optional : [],
    outputSchema: outputSchema(action, random),
    examples: random.chance(0.4) ? [{ query: asks[0] ?? subject, expected: style.name }] : [],
    extensions: {},
  };
}

function known(inputs: Readonly<Record<string, JsonObject>>, names: readonly string[]): readonly JsonObject[] {
  return names.map((name) => inputs[name]).filter((input) => input !== undefined);
}

/** Forms that grow as real work grows: with the items, with their logarithm, by pages, by the slowest answer. */
function timeExpression(baseMs: number, variable: string, random: Random): string {
  const slope = rounded(Math.max(0.01, (baseMs * random.next()) / 100));
  return random.pick([
    () => `${baseMs}`,
    () => `${baseMs} + ${slope} * ${variable}`,
    () => `${baseMs} + ${slope} * ${variable} * log(${variable} + 2)`,
    () => `max(${baseMs}, ${slope} * ${variable})`,
    () => `${baseMs} + ${random.integer(10, 90)} * ceil(${variable} / ${random.pick([10, 50, 100])})`,
    () => `${baseMs} + ${random.integer(2, 9)} * sqrt(${variable} + 1)`,
    () => `min(${baseMs * 20}, ${baseMs} + ${slope} * ${variable})`,
    () => `${baseMs} + ${slope} * ${variable} + ${random.integer(1, 3)} * network_latency`,
  ])();
}

function costExpression(cost: number, variable: string, random: Random): string {
  return random.pick([
    () => `${cost}`,
    () => `ceil(${variable} / ${random.pick([10, 100, 1000])})`,
    () => `max(${cost}, 0.${random.integer(1, 9)} * ${variable} / 100)`,
    () => `${cost} + 0.0${random.integer(1, 9)} * ${variable}`,
    () => `${cost} + log10(${variable} + 1)`,
  ])();
}

function policyFor(
  style: Style,
  action: Action,
  { baseMs, cost, random }: { readonly baseMs: number; readonly cost: number; readonly random: Random },
): JsonObject {
  const risky = action.changes && style.name !== 'preview';
  const limit = random.pick([50, 100, 500, 1000]);
  return {
    max_cost: Math.ceil(cost) * random.pick([10, 20, 50]),
    requires_approval: risky && random.chance(0.4),
    production_safe: !risky || random.chance(0.6),
    max_execution_time: Math.max(5, Math.ceil(baseMs / 100)),
    ...(random.chance(0.3) ? { requires_background_if: `N > ${limit}` } : {}),
    ...(style.scope === 'batch' ? { max_N_immediate: limit } : {}),
    ...(random.chance(0.1) ? { allowed_environments: ['staging', 'production'] } : {}),
  };
}

function preferenceMatch(style: Style, random: Random): JsonObject {
  const [speed, accuracy, cost, complexity, completeness] = style.match.map((value) =>
    rounded(Math.min(1, Math.max(0, value + (random.next() - 0.5) * 0.2))),
  );
  return {
    speed: speed ?? 0,
    accuracy: accuracy ?? 0,
    cost: cost ?? 0,
    complexity: complexity ?? 0,
    completeness: completeness ?? 0,
  };
}

function outputSchema(action: Action, random: Random): JsonObject {
  if (random.chance(0.7)) return {};
  return {
    type: 'object',
    properties: {
      success: { type: 'boolean' },
      ...(action.changes ? { changed: { type: 'boolean' } } : { items: { type: 'array' } }),
      message: { type: 'string' },
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
