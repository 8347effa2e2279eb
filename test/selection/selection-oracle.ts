import type { CapabilityDefinition, PatternDefinition } from '../../src/definition/tool-definition.js';
import { compileCondition, compileExpression } from '../../src/expressions/compile-expression.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import type { ToolState } from '../../src/view/catalog-change.js';

/** A pattern as it is judged; the rules are written here a second time, from the documentation, one after the other. */
export interface Judged {
  readonly key: string;
  readonly forbidden: string | null;
  readonly score: number;
  readonly mode: string;
}

const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isNumber = (value: unknown) => typeof value === 'number';
const isBoolean = (value: unknown) => value === true || value === false;
const TYPE_OF: Readonly<Record<string, (value: unknown) => boolean>> = {
  max_cost: isNumber,
  production_safe: isBoolean,
  requires_approval: isBoolean,
  allowed_environments: isTexts,
  required_permissions: isTexts,
  requires_background_if: isText,
  max_N_immediate: isNumber,
};

const WEIGHT_PLACE = { FAST: 0, CHEAP: 1, SIMPLE: 2, ACCURATE: 3, THOROUGH: 4, BALANCED: -1 };

export function keyOf(one: { tool: ToolState; capability: string; pattern: string }): string {
  return [one.tool.platform, one.tool.name, one.capability, one.pattern].join(' ');
}

/** What a tenant sees: its own tools, and the shared ones of other names and platforms. */
function visibleTo(tenant: string, tools: readonly ToolState[]): readonly ToolState[] {
  const place = ({ platform, name }: ToolState) => `${platform} ${name}`;
  const own = tools.filter((tool) => tool.tenant === tenant);
  const taken = new Set(own.map(place));
  return [...own, ...tools.filter((tool) => tool.tenant === 'shared' && !taken.has(place(tool)))];
}

/** Every pattern of every tool that may be selected for the request, in no order. */
export function judgeAll(tools: readonly ToolState[], request: SelectionRequest, tenant = 'shared'): Judged[] {
  return visibleTo(tenant, tools)
    .filter((tool) => mayBeSelected(tool, request))
    .flatMap((tool) =>
      tool.capabilities
        .filter((one) => [one.name, ...one.aliases].some((name) => request.capabilities.includes(name)))
        .flatMap((one) => one.patterns.map((pattern) => judge(tool, one, pattern, request))),
    );
}

function mayBeSelected(tool: ToolState, request: SelectionRequest): boolean {
  if (!tool.enabled) return false;
  if (request.platforms && !request.platforms.includes(tool.platform)) return false;
  if (tool.status === 'TESTING') return request.includeTesting === true;
  return tool.status === 'ACTIVE' || tool.status === 'DEPRECATED';
}

function judge(
  tool: ToolState,
  capability: CapabilityDefinition,
  pattern: PatternDefinition,
  request: SelectionRequest,
): Judged {
  const variables = { N: 1, pages: 1, p95_latency: 100, ...request.variables };
  const items = Number(variables.N);
  const times = (pattern.scope === 'single_item' || pattern.scope === 'single') && items > 1 ? items : 1;
  const timeMs = evaluated(pattern.timeEstimateMs, variables) * times;
  const cost = evaluated(pattern.costEstimate, variables) * times;
  const { policy } = pattern;
  const condition = policy['requires_background_if'];
  const mustWait = typeof condition === 'string' ? holds(condition, variables) : false;
  const tooMany = typeof policy['max_N_immediate'] === 'number' && policy['max_N_immediate'] < items;
  const broken = !Number.isFinite(timeMs) || !Number.isFinite(cost) || mustWait === null;
  const rules: readonly (readonly [string, boolean])[] = [
    [
      'COST_LIMIT',
      cost > (request.costLimit ?? cost) || (isNumber(policy['max_cost']) && cost > Number(policy['max_cost'])),
    ],
    ['NOT_PRODUCTION_SAFE', policy['production_safe'] === false && mustBeSafe(request)],
    ['ENVIRONMENT', lacks(policy['allowed_environments'], [request.environment ?? 'production'], 'one')],
    ['PERMISSION', lacks(policy['required_permissions'], request.permissions ?? [], 'all')],
    ['N_LIMIT', tooMany && request.allowBackground === false],
    ['BACKGROUND_REQUIRED', mustWait === true && request.allowBackground === false],
    ['ESTIMATE_FAILED', broken],
    [
      'DEPENDENCY',
      tool.dependencies.some((one) => one.required && request.unavailableDependencies?.includes(one.name)),
    ],
    [
      'POLICY_UNREADABLE',
      Object.entries(policy).some(([key, value]) => value !== null && TYPE_OF[key]?.(value) === false),
    ],
  ];
  const waits = tooMany || mustWait === true || timeMs > 5000;
  return {
    key: keyOf({ tool, capability: capability.name, pattern: pattern.name }),
    forbidden: rules.find(([, breaks]) => breaks)?.[0] ?? null,
    score: score(pattern, { timeMs, cost, preference: request.preference ?? 'BALANCED' }),
    mode: policy['requires_approval'] === true ? 'APPROVAL_REQUIRED' : waits ? 'BACKGROUND' : 'IMMEDIATE',
  };
}

function mustBeSafe({ environment, requireProductionSafe }: SelectionRequest): boolean {
  return (environment ?? 'production') === 'production' && requireProductionSafe !== false;
}

/** True when a list of the policy is there, and what is held has not one (or not all) of it. */
function lacks(listed: unknown, held: readonly string[], needed: 'one' | 'all'): boolean {
  if (!Array.isArray(listed) || !isTexts(listed)) return false;
  return needed === 'one' ? !listed.some((one) => held.includes(one)) : listed.some((one) => !held.includes(one));
}

/** NaN where there is no result. */
function evaluated(source: string, variables: Record<string, unknown>): number {
  try {
    const value = compileExpression(source).evaluate(variables);
    return value < 0 ? Number.NaN : value;
  } catch {
    return Number.NaN;
  }
}

/** Null where nobody can tell. */
function holds(source: string, variables: Record<string, unknown>): boolean | null {
  try {
    return compileCondition(source).evaluate(variables);
  } catch {
    return null;
  }
}

function score(
  pattern: PatternDefinition,
  { timeMs, cost, preference }: { timeMs: number; cost: number; preference: keyof typeof WEIGHT_PLACE },
): number {
  const within = (value: number, most: number) => (value < 0 ? 0 : value > most ? most : value);
  const share = (value: unknown) => (typeof value === 'number' ? within(value, 1) : 0.5);
  const ms = timeMs < 50 ? 50 : within(timeMs, 60000);
  const features = [
    1 - Math.log(ms / 50) / Math.log(1200),
    1 - within(cost, 10) / 10,
    1 - within(pattern.complexityScore, 1),
    share(pattern.preferenceMatch['accuracy']),
    share(pattern.preferenceMatch['completeness']),
  ];
  const own = WEIGHT_PLACE[preference];
  return features.reduce((sum, value, place) => sum + value * (own < 0 ? 0.2 : place === own ? 0.4 : 0.15), 0);
}
