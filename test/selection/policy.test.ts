import { describe, expect, it } from 'vitest';
import { selectTool } from '../../src/selection/select-tool.js';
import type { SelectionOutcome } from '../../src/selection/selection-outcome.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { toolWith, viewOf } from './selection-catalog.js';

function select(tool: ToolState, request: Partial<SelectionRequest> = {}): SelectionOutcome {
  return selectTool(viewOf([tool]), { capabilities: ['job'], ...request });
}

function rejection(outcome: SelectionOutcome) {
  expect(outcome.kind).toBe('none');
  expect(outcome.rejected).toHaveLength(1);
  const [rejected] = outcome.rejected;
  return { code: rejected?.code, message: rejected?.message };
}

function best(outcome: SelectionOutcome) {
  if (outcome.kind === 'none') throw new Error(outcome.message);
  expect(outcome.rejected).toEqual([]);
  return outcome.best;
}

type Case = readonly [what: string, tool: ToolState, request: Partial<SelectionRequest>, message: string];

const requires = (name: string, required = true) =>
  toolWith({}, { dependencies: [{ name, type: 'service', required }] });
const costs = (cost: string, policy = {}) => toolWith({ costEstimate: cost, policy });
const policy = (rules: ToolState['metadata']) => toolWith({ policy: rules });

describe('what a policy forbids is rejected', () => {
  it.each<Case>([
    ['above the limit', costs('2'), { costLimit: 1.99 }, 'The estimated cost 2 is above the limit of 1.99.'],
    ['above max_cost', costs('2', { max_cost: 1 }), {}, "The estimated cost 2 is above the pattern's max_cost of 1."],
    [
      'above both',
      costs('N', { max_cost: 3 }),
      { costLimit: 2, variables: { N: 4 } },
      "The estimated cost 4 is above the limit of 2. The estimated cost 4 is above the pattern's max_cost of 3.",
    ],
    [
      'above the limit for all items',
      toolWith({ costEstimate: '1', scope: 'single_item' }),
      { costLimit: 9, variables: { N: 10 } },
      'The estimated cost 10 is above the limit of 9.',
    ],
  ])('COST_LIMIT: %s', (_what, tool, request, message) => {
    expect(rejection(select(tool, request))).toEqual({ code: 'COST_LIMIT', message });
  });

  it.each<Case>([
    ['by default', policy({ production_safe: false }), {}, 'environment is production'],
    ['where asked for', policy({ production_safe: false }), { environment: 'production' }, 'environment is production'],
    [
      'with a line break',
      policy({ production_safe: false }),
      { environment: 'production\n' },
      'environment is production',
    ],
    ['in capitals', policy({ production_safe: false }), { environment: 'Production' }, 'environment is Production'],
  ])('NOT_PRODUCTION_SAFE: %s', (_what, tool, request, message) => {
    const rejected = rejection(select(tool, request));
    expect(rejected).toEqual({ code: 'NOT_PRODUCTION_SAFE', message: expect.stringContaining(message) });
  });

  it.each<Case>([
    [
      'another',
      policy({ allowed_environments: ['staging', 'test'] }),
      {},
      'It is allowed in staging, test, and the environment is production.',
    ],
    ['none', policy({ allowed_environments: [] }), {}, 'It is allowed in none, and the environment is production.'],
    [
      'another spelling',
      policy({ allowed_environments: ['staging'] }),
      { environment: 'Staging' },
      'It is allowed in staging, and the environment is Staging.',
    ],
  ])('ENVIRONMENT: %s', (_what, tool, request, message) => {
    expect(rejection(select(tool, request))).toEqual({ code: 'ENVIRONMENT', message });
  });

  it('PERMISSION names what is not held', () => {
    const tool = policy({ required_permissions: ['sudo', 'reboot', 'read'] });
    const message = 'It requires permissions that are not held: sudo, reboot.';
    expect(rejection(select(tool, { permissions: ['read'] }))).toEqual({ code: 'PERMISSION', message });
  });

  it('N_LIMIT only where no background run is allowed', () => {
    const tool = policy({ max_N_immediate: 10 });
    const request = { variables: { N: 11 }, allowBackground: false };
    const message = 'N is 11, above max_N_immediate 10, and the request allows no background run.';
    expect(rejection(select(tool, request))).toEqual({ code: 'N_LIMIT', message });
    expect(best(select(tool, { ...request, variables: { N: 10 } })).executionMode).toBe('IMMEDIATE');
  });

  it('BACKGROUND_REQUIRED only where no background run is allowed', () => {
    const tool = policy({ requires_background_if: 'N > 50' });
    const request = { variables: { N: 51 }, allowBackground: false };
    const message = 'Where N > 50 it runs in the background only, and the request allows no background run.';
    expect(rejection(select(tool, request))).toEqual({ code: 'BACKGROUND_REQUIRED', message });
    expect(best(select(tool, { ...request, variables: { N: 50 } })).executionMode).toBe('IMMEDIATE');
  });

  it.each<Case>([
    ['time', toolWith({ timeEstimateMs: 'files * 2' }), {}, "time_estimate_ms: The variable 'files' is missing."],
    [
      'both',
      toolWith({ timeEstimateMs: 'files', costEstimate: 'size' }),
      {},
      "time_estimate_ms: The variable 'files' is missing. cost_estimate: The variable 'size' is missing.",
    ],
    [
      'condition',
      policy({ requires_background_if: 'files > 1' }),
      {},
      "requires_background_if: The variable 'files' is missing.",
    ],
    ['negative', costs('1 - 2'), {}, 'cost_estimate: gives -1, and an estimate is never negative.'],
    ['division', costs('1 / (N - 1)'), {}, 'cost_estimate: 1 / 0 has no result.'],
    [
      'too large',
      toolWith({ timeEstimateMs: '1e300', scope: 'single_item' }),
      { variables: { N: 1e10 } },
      'The estimate of one item, 10000000000 times, is too large.',
    ],
    [
      'broken',
      toolWith({ timeEstimateMs: 'N +' }),
      {},
      'time_estimate_ms: Expected a number, a variable, a function or ( at position 4, found the end.',
    ],
    [
      'a boolean where a number is needed',
      toolWith({ timeEstimateMs: 'busy' }),
      { variables: { busy: true } },
      "time_estimate_ms: The variable 'busy' must be a finite number.",
    ],
  ])('ESTIMATE_FAILED: %s', (_what, tool, request, message) => {
    expect(rejection(select(tool, request))).toEqual({ code: 'ESTIMATE_FAILED', message });
  });

  it('DEPENDENCY only for what is required', () => {
    const request = { unavailableDependencies: ['systemd'] };
    const message = 'It requires what is not available: systemd.';
    expect(rejection(select(requires('systemd'), request))).toEqual({ code: 'DEPENDENCY', message });
    best(select(requires('systemd', false), request));
    best(select(requires('dbus'), request));
  });

  it.each([
    { max_cost: 'ten' },
    { production_safe: 'no' },
    { requires_approval: 1 },
    { allowed_environments: 'staging' },
    { required_permissions: [1] },
    { requires_background_if: true },
    { max_N_immediate: [] },
  ])('POLICY_UNREADABLE: %j, since nobody can tell what it forbids', (rules) => {
    const [key] = Object.keys(rules);
    const message = `Its policy cannot be read: ${key} has the wrong type.`;
    expect(rejection(select(policy(rules)))).toEqual({ code: 'POLICY_UNREADABLE', message });
  });

  it('says everything that is wrong, under the code of the first', () => {
    const tool = toolWith({
      costEstimate: '5',
      timeEstimateMs: 'files',
      policy: { production_safe: false, allowed_environments: ['test'], required_permissions: ['sudo'] },
    });
    const { code, message } = rejection(select(tool, { costLimit: 1 }));
    expect(code).toBe('COST_LIMIT');
    for (const part of ['above the limit', 'not safe', 'allowed in test', 'sudo', "'files'"])
      expect(message).toContain(part);
  });
});

describe('a cost that equals its limit but for the noise of multiplying', () => {
  it.each<readonly [string, ToolState]>([
    ['by its expression', costs('0.1 * N')],
    ['counted per item', toolWith({ costEstimate: '0.1', scope: 'single_item' })],
    ['against max_cost', costs('0.1 * N', { max_cost: 0.3 })],
  ])('is allowed: %s', (_what, tool) => {
    expect(best(select(tool, { costLimit: 0.3, variables: { N: 3 } })).estimate.cost).toBeCloseTo(0.3, 12);
  });

  it.each([
    [0.3, 0.300000000001],
    [0, 1e-300],
  ])('is none where limit %d meets %d', (costLimit, cost) => {
    expect(rejection(select(costs(String(cost)), { costLimit })).code).toBe('COST_LIMIT');
  });
});

describe('what a policy allows is selected', () => {
  it.each<readonly [string, ToolState, Partial<SelectionRequest>]>([
    ['a cost that equals the limit', costs('2'), { costLimit: 2 }],
    ['a cost that equals max_cost', costs('2', { max_cost: 2 }), {}],
    ['what is unsafe, elsewhere', policy({ production_safe: false }), { environment: 'staging' }],
    ['what is unsafe, where it is waived', policy({ production_safe: false }), { requireProductionSafe: false }],
    ['a named environment', policy({ allowed_environments: ['staging'] }), { environment: 'staging' }],
    ['all permissions held', policy({ required_permissions: ['a', 'b'] }), { permissions: ['b', 'c', 'a'] }],
    ['a condition over a boolean', policy({ requires_background_if: 'busy' }), { variables: { busy: false } }],
    ['keys that are null', policy({ max_cost: null, allowed_environments: null, production_safe: null }), {}],
    ['keys that nobody knows', policy({ max_execution_time: 1, colour: 'red' }), {}],
  ])('%s', (_what, tool, request) => expect(best(select(tool, request)).notes).toEqual([]));
});

describe('execution mode and SLA class', () => {
  const takes = (timeEstimateMs: string, rules = {}) => toolWith({ timeEstimateMs, policy: rules });

  it.each([
    ['999.9', 'IMMEDIATE', 'INTERACTIVE'],
    ['1000', 'IMMEDIATE', 'BATCH'],
    ['5000', 'IMMEDIATE', 'BATCH'],
    ['5000.1', 'BACKGROUND', 'BATCH'],
    ['9999.9', 'BACKGROUND', 'BATCH'],
    ['10000', 'BACKGROUND', 'BACKGROUND'],
  ])('%s ms: %s, %s', (time, executionMode, slaClass) => {
    expect(best(select(takes(time)))).toMatchObject({ executionMode, slaClass });
  });

  it.each([
    [{ requires_approval: true }, 1, 'APPROVAL_REQUIRED', ['Its policy requires approval.']],
    [{ requires_background_if: 'N > 50' }, 51, 'BACKGROUND', ['Runs in the background: N > 50.']],
    [{ requires_background_if: 'N > 50' }, 50, 'IMMEDIATE', []],
    [{ max_N_immediate: 9 }, 10, 'BACKGROUND', ['Runs in the background: N is above max_N_immediate 9.']],
    [{ max_N_immediate: 10 }, 10, 'IMMEDIATE', []],
    [
      { requires_approval: true, requires_background_if: 'true' },
      1,
      'APPROVAL_REQUIRED',
      ['Its policy requires approval.', 'Runs in the background: true.'],
    ],
  ])('%j with N = %d: %s', (rules, N, executionMode, notes) => {
    expect(best(select(takes('10', rules), { variables: { N } }))).toMatchObject({ executionMode, notes });
  });

  it('counts one item at a time for N items', () => {
    const tool = toolWith({ timeEstimateMs: '600', costEstimate: '0.5', scope: 'single_item' });
    const one = best(select(tool));
    expect(one).toMatchObject({ estimate: { timeMs: 600, cost: 0.5 }, executionMode: 'IMMEDIATE', notes: [] });
    expect(best(select(tool, { variables: { N: 10 } }))).toMatchObject({
      estimate: { timeMs: 6_000, cost: 5 },
      executionMode: 'BACKGROUND',
      slaClass: 'BATCH',
      notes: ['Works on one item: time and cost count 10 times.'],
    });
    expect(best(select(tool, { variables: { N: 0 } })).estimate).toMatchObject({ timeMs: 600, cost: 0.5 });
    expect(best(select(tool, { variables: { N: 1.5 } })).estimate).toMatchObject({ timeMs: 900, cost: 0.75 });
  });

  it.each([
    ['single_item', 400],
    ['single', 400],
    ['full', 100],
    ['exhaustive', 100],
  ])('counts scope %s as %d ms for four items', (scope, timeMs) => {
    const tool = toolWith({ timeEstimateMs: '100', scope });
    expect(best(select(tool, { variables: { N: 4 } })).estimate.timeMs).toBe(timeMs);
  });
});
