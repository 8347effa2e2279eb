import { describe, expect, it } from 'vitest';
import type { PatternDefinition, ToolDefinition } from '../../src/definition/tool-definition.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { type Issue, isAcceptable } from '../../src/kernel/issue.js';
import { checkDefinition } from '../../src/validation/check-definition.js';
import { VALIDATION_ISSUE_CODES } from '../../src/validation/issue-codes.js';

const PATTERN: PatternDefinition = {
  name: 'list',
  description: 'Lists every process.',
  typicalUseCases: [],
  timeEstimateMs: '100 + 2 * N',
  costEstimate: '0.1',
  complexityScore: 0.2,
  scope: 'batch',
  completeness: 'complete',
  limitations: [],
  policy: {},
  preferenceMatch: {},
  requiredInputs: [],
  optionalInputs: [],
  outputSchema: {},
  examples: [],
  extensions: {},
};

const PATH = '/capabilities/processes/patterns/list';

function definition(patterns: readonly PatternDefinition[], capability = 'processes'): ToolDefinition {
  return {
    name: 'ps',
    version: '1.0',
    platform: 'linux',
    category: 'system',
    description: 'Shows processes.',
    defaults: {},
    dependencies: [],
    metadata: {},
    extensions: {},
    capabilities: [{ name: capability, aliases: [], description: 'Processes.', patterns, extensions: {} }],
  };
}

function check(changes: Partial<PatternDefinition>): Issue[] {
  const issues = checkDefinition(definition([{ ...PATTERN, ...changes }]), createExpressionCache(100));
  for (const issue of issues) {
    expect(Object.keys(VALIDATION_ISSUE_CODES)).toContain(issue.code);
    expect(issue.message).toMatch(/^\S.*\.$/s);
  }
  return issues;
}

const summary = (issues: readonly Issue[]) => issues.map(({ severity, code, path }) => [severity, code, path]);

describe('an estimate', () => {
  it.each([
    ['100'],
    ['1000 * log(N)'],
    ['100 + 50 * ceil(N / 100) * max(1, pages)'],
    ['p95_latency * N + delay'],
    ['packet_count * 1000 / max(1, iterations)'],
    ['N ** 2'],
    ['num_files + num_entries + file_size_kb + dns_latency + num_directories + num_processes + count'],
  ])('%s is good', (source) => {
    expect(check({ timeEstimateMs: source, costEstimate: source })).toEqual([]);
  });

  it.each([
    ['100 / (N - 1)', 'ESTIMATE_FAILS_SOMETIMES', 'with N = 1: 100 / 0 has no result.'],
    ['N - 50', 'ESTIMATE_FAILS_SOMETIMES', 'with N = 1: it gives -49, and an estimate is never negative.'],
    ['exp(N)', 'ESTIMATE_FAILS_SOMETIMES', 'with N = 1000: '],
    ['count - pages', 'ESTIMATE_FAILS_SOMETIMES', 'with count = 1, pages = 10: '],
    ['count - pages + delay - iterations', 'ESTIMATE_FAILS_SOMETIMES', 'count = 1, pages = 1000'],
  ])('%s is a warning', (source, code, reason) => {
    const issues = check({ timeEstimateMs: source });
    expect(summary(issues)).toEqual([['WARNING', code, `${PATH}/time_estimate_ms`]]);
    expect(issues[0]?.message).toContain(reason);
    expect(issues[0]?.hint).toContain('max');
  });

  it.each([
    ['-N', 'ESTIMATE_FAILS', 'with N = 1: it gives -1'],
    ['5 - N', 'ESTIMATE_FAILS', 'with N = 10: it gives -5'],
    ['log(-N)', 'ESTIMATE_FAILS', 'with N = 1: '],
    ['-5', 'ESTIMATE_FAILS', 'always fails: it gives -5'],
    ['1 / 0', 'ESTIMATE_FAILS', 'always fails: 1 / 0'],
    ['ten', undefined, ''],
    ['', 'EXPRESSION_EMPTY', ''],
    ['N ^ 2', 'EXPRESSION_FORBIDDEN', ''],
    ['round(N)', 'EXPRESSION_UNKNOWN_FUNCTION', ''],
    ['N > 5', 'EXPRESSION_TYPE', ''],
    ['__proto__', 'EXPRESSION_RESERVED_NAME', ''],
  ])('%j: %s', (source, code, reason) => {
    const issues = check({ costEstimate: source });
    expect(isAcceptable(issues)).toBe(code === undefined);
    if (code === undefined) return;
    expect(summary(issues)).toEqual([['ERROR', code, `${PATH}/cost_estimate`]]);
    expect(issues[0]?.message).toContain(reason);
  });

  it('tells of unusual variables, and which is meant', () => {
    const issues = check({ timeEstimateMs: '10 * n + num_pods' });
    expect(summary(issues)).toEqual([['INFO', 'EXPRESSION_UNUSUAL_VARIABLE', `${PATH}/time_estimate_ms`]]);
    expect(issues[0]?.message).toContain("'n', 'num_pods'");
    expect(issues[0]?.hint).toBe("Did you mean 'N'?");
  });

  it('is checked fast enough with the most variables that fit', () => {
    const names = Array.from({ length: 240 }, (_, i) => `v${i}`.slice(0, 4));
    const source = names
      .join('+')
      .slice(0, 1_000)
      .replace(/\+\w*$/, '');
    const startedAt = performance.now();
    expect(isAcceptable(check({ timeEstimateMs: source }))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(250);
  });
});

describe('a policy', () => {
  it('with all that selection applies is good, and other keys are let be', () => {
    const policy = {
      requires_background_if: 'N > 50 and not pages < 3',
      max_cost: 0,
      max_N_immediate: 100,
      max_execution_time: 30,
      max_execution_time_ms: 30_000,
      requires_approval: false,
      production_safe: true,
      allowed_environments: ['production'],
      required_permissions: [],
      owner_note: ['anything', { at: 'all' }],
    };
    expect(check({ policy })).toEqual([]);
  });

  it.each([
    ['max_cost', -1],
    ['max_cost', '5'],
    ['max_cost', null],
    ['max_N_immediate', true],
    ['max_execution_time', [1]],
    ['max_execution_time_ms', '30s'],
    ['requires_approval', 'true'],
    ['production_safe', 1],
    ['allowed_environments', 'production'],
    ['allowed_environments', ['production', 1]],
    ['required_permissions', { admin: true }],
    ['requires_background_if', true],
    ['requires_background_if', null],
  ])('%s: %j is refused', (key, value) => {
    const issues = check({ policy: { [key]: value } });
    expect(summary(issues)).toEqual([['ERROR', 'POLICY_VALUE_INVALID', `${PATH}/policy/${key}`]]);
    expect(issues[0]?.message).toContain(key);
    expect(issues[0]?.hint).toContain('leave the key out');
  });

  it.each([
    ['N >', 'EXPRESSION_SYNTAX'],
    ['N != 1 and 100 / (N - 1) > 5', undefined],
    ['N', 'CONDITION_FAILS'],
    ['N + 1', 'EXPRESSION_TYPE'],
    ['N > 50 && pages > 1', 'EXPRESSION_FORBIDDEN'],
    ['', 'EXPRESSION_EMPTY'],
  ])('condition %j: %s', (source, code) => {
    const expected = code === undefined ? [] : [['ERROR', code, `${PATH}/policy/requires_background_if`]];
    expect(summary(check({ policy: { requires_background_if: source } }))).toEqual(expected);
  });

  it('condition that divides by zero for one ordinary value is a warning', () => {
    expect(summary(check({ policy: { requires_background_if: '100 / (N - 1) > 5' } }))).toEqual([
      ['WARNING', 'CONDITION_FAILS_SOMETIMES', `${PATH}/policy/requires_background_if`],
    ]);
  });

  it('tells of unusual variables in a condition', () => {
    expect(summary(check({ policy: { requires_background_if: 'num_pods > 5 or urgent' } }))).toEqual([
      ['INFO', 'EXPRESSION_UNUSUAL_VARIABLE', `${PATH}/policy/requires_background_if`],
    ]);
  });

  it.each([
    ['production_save', 'production_safe'],
    ['requires_aproval', 'requires_approval'],
    ['max_n_immediate', 'max_N_immediate'],
    ['maxCost', 'max_cost'],
    ['max_execution_time_s', 'max_execution_time'],
  ])('with %s is a warning that names %s', (key, meant) => {
    const issues = check({ policy: { [key]: true } });
    expect(summary(issues)).toEqual([['WARNING', 'POLICY_KEY_MISSPELT', `${PATH}/policy/${key}`]]);
    expect(issues[0]?.hint).toContain(meant);
  });

  it('may have keys of its own', () => {
    expect(check({ policy: { team: 'a', timeout_seconds: 5, cost: 1, 'a/b': {}, approval_required: true } })).toEqual(
      [],
    );
  });

  it('that allows no environment is a warning', () => {
    expect(summary(check({ policy: { allowed_environments: [] } }))).toEqual([
      ['WARNING', 'POLICY_NO_ENVIRONMENT', `${PATH}/policy/allowed_environments`],
    ]);
  });
});

describe('preference_match', () => {
  it('from 0 to 1 is good', () => {
    expect(check({ preferenceMatch: { speed: 0, accuracy: 1, completeness: 0.5 } })).toEqual([]);
  });

  it.each([
    [1.1, 'WARNING', 'PREFERENCE_OUT_OF_RANGE'],
    [-0.1, 'WARNING', 'PREFERENCE_OUT_OF_RANGE'],
    ['0.8', 'ERROR', 'PREFERENCE_NOT_A_NUMBER'],
    [null, 'ERROR', 'PREFERENCE_NOT_A_NUMBER'],
    [true, 'ERROR', 'PREFERENCE_NOT_A_NUMBER'],
  ])('%j: %s %s', (value, severity, code) => {
    expect(summary(check({ preferenceMatch: { 'speed/~': value } }))).toEqual([
      [severity, code, `${PATH}/preference_match/speed~1~0`],
    ]);
  });
});

describe('issues', () => {
  it('come in the order of the document, with escaped names', () => {
    const patterns = [
      { ...PATTERN, name: 'a/b', timeEstimateMs: '(', policy: { max_cost: -1 }, preferenceMatch: { cost: 2 } },
      { ...PATTERN, name: 'c~d', costEstimate: ')' },
    ];
    const issues = checkDefinition(definition(patterns, 'x/y'), createExpressionCache(10));
    expect(issues.map(({ path }) => path)).toEqual([
      '/capabilities/x~1y/patterns/a~1b/time_estimate_ms',
      '/capabilities/x~1y/patterns/a~1b/policy/max_cost',
      '/capabilities/x~1y/patterns/a~1b/preference_match/cost',
      '/capabilities/x~1y/patterns/c~0d/cost_estimate',
    ]);
  });

  it('are none where there is nothing to select', () => {
    const tool = definition([]);
    expect(checkDefinition(tool, createExpressionCache(10))).toEqual([]);
    expect(checkDefinition({ ...tool, capabilities: [] }, createExpressionCache(10))).toEqual([]);
  });
});
