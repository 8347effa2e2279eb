import { describe, expect, it } from 'vitest';
import type { PatternDefinition } from '../../src/definition/tool-definition.js';
import { FEATURES } from '../../src/selection/features.js';
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

const two = (a: Partial<PatternDefinition>, b: Partial<PatternDefinition>, request: Partial<SelectionRequest> = {}) =>
  select([toolWith(a, { name: 'a' }), toolWith(b, { name: 'b' })], request);
const match = (accuracy: number, completeness: number) => ({ preferenceMatch: { accuracy, completeness } });

describe('ambiguity', () => {
  it.each([
    // BALANCED weighs 0.2, so 0.4 of a feature makes 0.08.
    [0.4, false],
    [0.3999, true],
    [0.41, false],
    [0, true],
  ])('of scores that %d of one feature sets apart: %s', (less, ambiguous) => {
    const outcome = two(match(1, 0.5), match(1 - less, 0.5));
    expect(outcome.ambiguous).toBe(ambiguous);
    expect(outcome.clarifyingQuestion === null).toBe(!ambiguous);
  });

  it('is none where nothing else is there', () => {
    expect(select([toolWith()])).toMatchObject({ ambiguous: false, clarifyingQuestion: null, alternatives: [] });
  });

  it('may be between two patterns of one tool', () => {
    const tool = sampleTool({ name: 't', capabilities: [capability('job', [{ name: 'x' }, { name: 'y' }])] });
    expect(select([tool])).toMatchObject({ ambiguous: true, best: { pattern: 'x' }, alternatives: [{ pattern: 'y' }] });
  });
});

describe('the clarifying question', () => {
  it.each([
    [
      'time',
      { timeEstimateMs: '80', ...match(0.8, 0.7) },
      { timeEstimateMs: '4000', ...match(1, 0.85) },
      ['80 ms', '4 s'],
    ],
    ['cost', { costEstimate: '1', ...match(0.7, 0.7) }, { costEstimate: '4', ...match(0.85, 0.85) }, ['1', '4']],
    ['complexity', { complexityScore: 0.2 }, { complexityScore: 0.5 }, ['0.2', '0.5']],
    ['accuracy', match(0.9, 0.4), match(0.6, 0.6), ['0.9', '0.6']],
    ['completeness', match(0.6, 0.6), match(0.4, 0.9), ['0.6', '0.9']],
  ] as const)('is about %s where they differ most in it', (feature, a, b, amounts) => {
    const outcome = two(a, b);
    const { clarifyingQuestion } = outcome;
    const words = { time: 'long', cost: 'cost', complexity: 'simple', accuracy: 'accurate', completeness: 'complete' };
    expect(outcome.ambiguous).toBe(true);
    expect(clarifyingQuestion).toContain(words[feature]);
    for (const amount of amounts) expect(clarifyingQuestion).toContain(`${feature} (${amount})`);
    for (const name of ['a', 'b']) expect(clarifyingQuestion).toContain(`${name} on linux (job/default)`);
  });

  it('is what the two are for where no feature differs by 0.05', () => {
    const outcome = two(
      { ...match(0.8, 0.8), description: 'Lists pods.' },
      { ...match(0.8, 0.751), description: 'Shows the kernel.' },
    );
    expect(outcome.clarifyingQuestion).toBe(
      'Which one is meant: a on linux (job/default), "Lists pods.", or b on linux (job/default), "Shows the kernel."?',
    );
    expect(two(match(0.8, 0.8), match(0.8, 0.75)).clarifyingQuestion).toContain('How complete');
  });

  it('says so of what a definition does not tell', () => {
    const outcome = two(match(0.8, 0.8), { preferenceMatch: { accuracy: 0.8 } });
    expect(outcome.clarifyingQuestion).toContain('completeness (not known)');
  });
});

describe('the justification', () => {
  it('names the two features that decided, by weight', () => {
    const a = { timeEstimateMs: '80', costEstimate: '1', ...match(0.9, 0.1) };
    const b = { timeEstimateMs: '4000', costEstimate: '9', ...match(0.8, 1) };
    expect(two(a, b, { preference: 'FAST' })).toMatchObject({ decidedBy: ['time', 'cost'] });
    expect(two(a, b, { preference: 'CHEAP' })).toMatchObject({ decidedBy: ['cost', 'time'] });
    expect(two(a, b, { preference: 'FAST' }).justification).toBe(
      'a on linux (job/default) was selected for FAST with a score of 0.778. Against b on linux (job/default) with 0.558, ' +
        'these decided: time (80 ms against 4 s) and cost (1 against 9).',
    );
  });

  it('never names one in which the winner is behind while it leads or equals in two', () => {
    const outcome = two(match(1, 0.5), { ...match(0.8, 0.5), complexityScore: 0.19 });
    expect(outcome.decidedBy[0]).toBe('accuracy');
    expect(outcome.decidedBy).not.toContain('complexity');
  });

  it('does not say of a feature that it decided where it is the same, or speaks for the other', () => {
    expect(two(match(1, 0.5), match(0.8, 0.5)).justification).toContain(
      'this decided: accuracy (1 against 0.8) alone; time (100 ms against 100 ms) makes no difference.',
    );
    const fast = { timeEstimateMs: '50', costEstimate: '2', complexityScore: 0.5, ...match(0.5, 0.5) };
    const slow = { timeEstimateMs: '60000', costEstimate: '1', complexityScore: 0.4, ...match(0.7, 0.7) };
    const outcome = two(fast, slow);
    expect(outcome.decidedBy[0]).toBe('time');
    expect(outcome.justification).toContain(
      'this decided: time (50 ms against 60 s) alone; cost (2 against 1) speaks least against it.',
    );
  });

  it('tells what equals differ in', () => {
    const outcome = two(match(1, 0.5), match(0.5, 1));
    expect(outcome.justification).toContain(
      'It leads in accuracy (1 against 0.5) alone; time (100 ms against 100 ms) makes no difference.',
    );
    expect(two({ ...match(1, 0.9), complexityScore: 0.5 }, { ...match(0.8, 0.7), complexityScore: 0.1 })).toMatchObject(
      {
        justification: expect.stringMatching(
          /It leads in accuracy \(1 against 0.8\) and completeness \(0.9 against 0.7\)\./,
        ),
      },
    );
  });

  it('names what brings it most before a rival that is deprecated', () => {
    const old = toolWith({ ...match(1, 0), costEstimate: '9' }, { name: 'old', status: 'DEPRECATED' });
    const outcome = select([old, toolWith({ timeEstimateMs: '50', costEstimate: '0.1', ...match(0.5, 0.5) })]);
    expect(outcome.decidedBy).toEqual(['time', 'cost']);
  });

  it('names what brings it most where nothing comes second, or an equal', () => {
    const lone = select([toolWith({ timeEstimateMs: '50', costEstimate: '0' })]);
    expect(lone.justification).toContain('What counts most for it: time (50 ms) and cost (0).');
    expect(lone.decidedBy).toEqual(['time', 'cost']);
    const outcome = two({ costEstimate: '0' }, { costEstimate: '0' });
    expect(outcome.justification).toContain('is its equal');
    expect(outcome.decidedBy).toEqual(['cost', 'time']);
  });

  it('carries the notes of the winner', () => {
    expect(select([toolWith({ policy: { requires_approval: true } })]).justification).toContain('requires approval');
  });

  it.each(FEATURES)('has a place for %s', (feature) => {
    const better = { timeEstimateMs: '60', costEstimate: '0', complexityScore: 0, ...match(1, 1) };
    const worse = {
      time: { timeEstimateMs: '60000' },
      cost: { costEstimate: '10' },
      complexity: { complexityScore: 1 },
      accuracy: match(0, 1),
      completeness: match(1, 0),
    };
    expect(two(better, { ...better, ...worse[feature] }).decidedBy[0]).toBe(feature);
  });
});

describe('candidates of equal score', () => {
  const job = (name: string, description: string, platform = 'linux') =>
    sampleTool({
      name,
      platform,
      description,
      capabilities: [capability('primary_capability', [{ name: 'execute', description }])],
    });
  const tools = [
    job('apt-list', 'Lists the packages that are installed'),
    job('kubectl-get-pods', 'Lists the pods of a cluster', 'kubernetes'),
    job('uname', 'Shows kernel and machine'),
  ];
  const request = { capabilities: ['primary_capability'] };

  it.each([
    ['list all pods', 'kubectl-get-pods'],
    ['which kernel runs here', 'uname'],
    ['installed packages', 'apt-list'],
  ])('rank by how well "%s" matches their tools', (query, name) => {
    const outcome = select(tools, { ...request, query });
    expect(outcome.best.tool.name).toBe(name);
    expect(outcome.best.score).toBe(outcome.alternatives[1]?.score);
  });

  it('rank by those words beyond the tools that match best and offer something else, and beyond the first', () => {
    const others = Array.from({ length: 20 }, (_, index) =>
      sampleTool({
        name: `pods-${index}`,
        description: 'Lists all pods. Pods, pods.',
        capabilities: [capability('other')],
      }),
    );
    const outcome = select([...tools, ...others], { ...request, query: 'list all pods and the kernel' });
    const names = [outcome.best, ...outcome.alternatives].map(({ tool }) => tool.name);
    expect(new Set(names.slice(0, 2))).toEqual(new Set(['kubectl-get-pods', 'uname']));
    expect(names[2]).toBe('apt-list');
  });

  it('keep the order of names without words, or with words that match nothing', () => {
    for (const query of [undefined, ' ', 'zzz qqq']) {
      const { best, alternatives } = select(tools, { ...request, query });
      expect([best, ...alternatives].map(({ tool }) => tool.name)).toEqual(['apt-list', 'kubectl-get-pods', 'uname']);
    }
  });

  it('never go before a higher score, however well their tools match', () => {
    const better = sampleTool({
      name: 'zz',
      capabilities: [capability('primary_capability', [{ costEstimate: '0.9' }])],
    });
    expect(select([...tools, better], { ...request, query: 'list all pods' }).best.tool).toBe(better);
  });
});
