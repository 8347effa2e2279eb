import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../src/kernel/errors.js';
import { selectTool } from '../../src/selection/select-tool.js';
import type { Selected } from '../../src/selection/selection-outcome.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { sampleTool } from '../view/sample-tools.js';
import { capability, toolWith, viewOf } from './selection-catalog.js';

function select(tools: Iterable<ToolState>, request: Partial<SelectionRequest> = {}): Selected {
  const outcome = selectTool(viewOf(tools), { capabilities: ['job'], ...request });
  if (outcome.kind === 'none') throw new Error(outcome.message);
  return outcome;
}

function nothing(tools: Iterable<ToolState>, request: Partial<SelectionRequest> = {}): string {
  const outcome = selectTool(viewOf(tools), { capabilities: ['job'], ...request });
  if (outcome.kind === 'selected') throw new Error(outcome.justification);
  return outcome.message;
}

const named = (name: string, pattern = {}, given: Partial<ToolState> = {}) => toolWith(pattern, { name, ...given });
const order = ({ best, alternatives }: Selected) => [best, ...alternatives].map(({ tool }) => tool.name);

const slow = { timeEstimateMs: '4000', costEstimate: '1' };
const dear = { timeEstimateMs: '80', costEstimate: '9' };
const exact = { preferenceMatch: { accuracy: 1, completeness: 0.2 } };
const whole = { preferenceMatch: { accuracy: 0.2, completeness: 1 } };
const plain = { complexityScore: 0, preferenceMatch: { accuracy: 0.1, completeness: 0.1 } };
const intricate = { complexityScore: 1, preferenceMatch: { accuracy: 0.6, completeness: 0.6 } };

describe('selectTool', () => {
  it.each([
    ['FAST', dear, slow],
    ['CHEAP', slow, dear],
    ['ACCURATE', exact, whole],
    ['THOROUGH', whole, exact],
    ['SIMPLE', plain, intricate],
    ['BALANCED', intricate, { ...plain, complexityScore: 0.6 }],
  ] as const)('prefers what %s asks for', (preference, winner, loser) => {
    const outcome = select([named('a', loser), named('b', winner)], { preference });
    expect(order(outcome)).toEqual(['b', 'a']);
    expect(outcome.preference).toBe(preference);
  });

  it('detects the preference unless it is given', () => {
    const tools = [named('fast', dear), named('cheap', slow)];
    expect(select(tools, { query: 'the cheap one' })).toMatchObject({ preference: 'CHEAP', best: { tool: tools[1] } });
    expect(select(tools, { query: 'the cheap one', preference: 'FAST' }).best.tool).toBe(tools[0]);
    expect(select(tools, { query: 'the one' }).preference).toBe('BALANCED');
  });

  it('scores by formula', () => {
    const tool = named('a', {
      timeEstimateMs: '50 * N',
      costEstimate: '2',
      complexityScore: 0.3,
      preferenceMatch: { accuracy: 0.9 },
    });
    const { best } = select([tool], { preference: 'ACCURATE', variables: { N: 1 } });
    expect(best.features).toEqual({ time: 1, cost: 0.8, complexity: 0.7, accuracy: 0.9, completeness: 0.5 });
    expect(best.score).toBe(0.81);
    expect(best.estimate).toEqual({ timeMs: 50, cost: 2, missingVariables: [], error: null });
  });

  it('finds capabilities by name and by alias, each pattern once', () => {
    const tool = sampleTool({
      name: 'systemctl',
      capabilities: [
        capability('service_control', [{ name: 'stop' }, { name: 'restart' }], ['restart_service', 'job']),
        capability('service_status', [{ name: 'show' }]),
      ],
    });
    const patterns = (capabilities: readonly string[]) => {
      const { best, alternatives } = select([tool], { capabilities });
      return [best, ...alternatives].map((one) => `${one.capability}/${one.pattern}`);
    };
    const control = ['service_control/restart', 'service_control/stop'];
    expect(patterns(['service_control'])).toEqual(control);
    expect(patterns(['restart_service'])).toEqual(control);
    expect(patterns(['job', 'service_control', 'restart_service'])).toEqual(control);
    expect(patterns(['service_status', 'job'])).toEqual([...control, 'service_status/show']);
    expect(nothing([tool], { capabilities: ['restart'] })).toBe("No tool offers 'restart'.");
  });

  it('selects what is enabled, and ACTIVE or DEPRECATED, and what is in testing when asked', () => {
    const tools = [
      named('active'),
      named('deprecated', {}, { status: 'DEPRECATED' }),
      named('disabled', {}, { status: 'DISABLED' }),
      named('testing', {}, { status: 'TESTING' }),
      named('off', {}, { enabled: false }),
      named('off-testing', {}, { status: 'TESTING', enabled: false }),
    ];
    expect(order(select(tools))).toEqual(['active', 'deprecated']);
    const withTesting = select(tools, { includeTesting: true });
    expect(order(withTesting)).toEqual(['active', 'testing', 'deprecated']);
    expect(withTesting.alternatives[0]?.notes).toEqual(['In testing.']);
    expect(nothing(tools.slice(2))).toBe(
      "None of the tools that offer 'job' can be selected: 3 not enabled, 1 in testing.",
    );
  });

  it('ranks what is deprecated after everything else, and says so', () => {
    const old = named('old', { timeEstimateMs: '50', costEstimate: '0' }, { status: 'DEPRECATED' });
    const outcome = select([old, named('new', slow)]);
    expect(order(outcome)).toEqual(['new', 'old']);
    expect(outcome).toMatchObject({ ambiguous: false, clarifyingQuestion: null });
    expect(outcome.justification).toContain('old on linux (job/default) with 0.88 is deprecated and ranks behind it');
    const alone = select([old]);
    expect(alone.best.notes).toEqual(['Deprecated: ranked after every tool that is not.']);
    expect(alone.justification).toContain('Deprecated');
  });

  it('is never ambiguous between a deprecated tool and another, however close', () => {
    const outcome = select([named('new'), named('old', {}, { status: 'DEPRECATED' })]);
    expect(outcome).toMatchObject({ ambiguous: false, best: { tool: { name: 'new' } } });
  });

  it('keeps to the platforms of the request', () => {
    const uname = named('uname', { timeEstimateMs: '50', costEstimate: '0', complexityScore: 0 });
    const pods = named('kubectl-get-pods', slow, { platform: 'kubernetes' });
    const request = { query: 'list all pods', platforms: ['kubernetes'] };
    expect(order(select([uname, pods], request))).toEqual(['kubectl-get-pods']);
    expect(nothing([uname], request)).toBe("None of the tools that offer 'job' can be selected: 1 on other platforms.");
  });

  it('tells tools of one name on two platforms apart', () => {
    const [linux, windows] = ['linux', 'windows'].map((platform) => named('ping', {}, { platform }));
    if (!linux || !windows) throw new Error('Two platforms were given.');
    expect(select([windows, linux]).best.tool).toBe(linux);
    expect(select([windows, linux], { platforms: ['windows'] }).best.tool).toBe(windows);
  });

  it('keeps the order of name, platform, capability and pattern, byte by byte, where nothing else tells', () => {
    const capabilities = [capability('b', [{}], ['job']), capability('a', [{ name: 'z' }, { name: 'Z' }], ['job'])];
    const tools = ['é', 'a', 'Z', '\u{1F600}', '\uFFFD'].flatMap((name) =>
      ['windows', 'linux'].map((platform) => sampleTool({ name, platform, capabilities })),
    );
    const { best, alternatives } = select(tools, { capabilities: ['job'] });
    const keys = [best, ...alternatives].map((one) => [one.tool.name, one.tool.platform, one.capability, one.pattern]);
    const bytes = (key: readonly string[]) => Buffer.from(key.join('\0'), 'utf8');
    expect(keys).toHaveLength(30);
    expect(keys).toEqual([...keys].sort((left, right) => Buffer.compare(bytes(left), bytes(right))));
  });

  it('keeps that order over several capabilities, whichever the request names first', () => {
    const tools = [
      sampleTool({ name: 'a', capabilities: [capability('job')] }),
      sampleTool({ name: 'b', capabilities: [capability('work')] }),
    ];
    for (const capabilities of [
      ['work', 'job'],
      ['job', 'work'],
    ]) {
      expect(order(select(tools, { capabilities }))).toEqual(['a', 'b']);
    }
    const dearer = tools.map((tool) => ({
      ...tool,
      capabilities: tool.capabilities.map(({ name }) => capability(name, [dear])),
    }));
    const outcome = selectTool(viewOf(dearer), { capabilities: ['work', 'job'], costLimit: 1 });
    expect(outcome.rejected.map(({ tool }) => tool.name)).toEqual(['a', 'b']);
  });

  it('answers others where one tool is broken in every way', () => {
    const broken = [
      named('a', { timeEstimateMs: 'x'.repeat(2_000) }),
      named('b', { costEstimate: 'toString()' }),
      named('c', { policy: { requires_background_if: 'N >' } }),
      named('d', { policy: { max_cost: 'x' } }),
      sampleTool({ name: 'e', capabilities: [capability('job', [])] }),
    ];
    const outcome = select([...broken, named('good')]);
    expect(order(outcome)).toEqual(['good']);
    expect(outcome.rejected.map(({ tool, code }) => [tool.name, code])).toEqual([
      ['a', 'ESTIMATE_FAILED'],
      ['b', 'ESTIMATE_FAILED'],
      ['c', 'ESTIMATE_FAILED'],
      ['d', 'POLICY_UNREADABLE'],
    ]);
  });

  it('names the rejections where nothing is left', () => {
    const tools = [named('a', dear), named('b', dear), named('c', { policy: { production_safe: false } })];
    expect(nothing([...tools, named('d', {}, { enabled: false })], { costLimit: 2 })).toBe(
      "Every candidate for 'job' was rejected: 2 COST_LIMIT, 1 NOT_PRODUCTION_SAFE. Other tools that offer it: 1 not enabled.",
    );
  });

  it('says which variables it assumed, and where the catalog stood', () => {
    const outcome = select([named('a')], { variables: { pages: 3 } });
    expect(outcome.assumedVariables).toEqual({ N: 1, p95_latency: 100 });
    expect(outcome.position).toEqual({ epoch: 'test', revision: 1 });
  });

  it('refuses a request that it cannot read', () => {
    expect(() => selectTool(viewOf([]), { capabilities: [] })).toThrow(ValidationError);
  });

  it('takes the version that it is told to', () => {
    const latest = named('a', slow);
    const variant = named('a', dear, { version: '2.0.0', status: 'TESTING', isLatest: false });
    const versionOf = (tool: ToolState) => (tool.name === 'a' ? variant : tool);
    const outcome = selectTool(viewOf([latest]), { capabilities: ['job'] }, { versionOf });
    expect(outcome).toMatchObject({ kind: 'selected', best: { tool: variant } });
  });

  it('ranks a variant among equals by what the words match of its tool', () => {
    const [first, pods] = [named('a'), named('pods')];
    const versionOf = (tool: ToolState) => ({ ...tool, version: '2.0.0', isLatest: false });
    const request = { capabilities: ['job'], query: 'list the pods' };
    const outcome = selectTool(viewOf([first, pods]), request, { versionOf });
    expect(outcome).toMatchObject({ kind: 'selected', best: { tool: { name: 'pods', version: '2.0.0' } } });
  });
});
