import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadUserInputError } from '../../src/kernel/errors.js';
import { breakTie } from '../../src/selection/break-tie.js';
import { selectTool } from '../../src/selection/select-tool.js';
import type { TieBreaker, TieBreakQuestion } from '../../src/selection/tie-breaker.js';
import { toolWith, viewOf } from './selection-catalog.js';

const request = { capabilities: ['job'], query: 'do the job', variables: { N: 3 } };
const tools = [
  toolWith(
    {
      timeEstimateMs: '100',
      costEstimate: '0.5',
      scope: 'single_item',
      limitations: ['One target a run'],
      preferenceMatch: { accuracy: 0.9, completeness: 0.7 },
    },
    { name: 'a', version: '1.2.3' },
  ),
  toolWith({ timeEstimateMs: '500', complexityScore: 0.3, preferenceMatch: { accuracy: 0.9 } }, { name: 'b' }),
  toolWith({ timeEstimateMs: '60000', costEstimate: '9' }, { name: 'c' }),
];
const tied = selectTool(viewOf(tools), request);
const never: TieBreaker = () => new Promise(() => undefined);

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeEach(() => process.on('unhandledRejection', note));
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const names = (outcome: Awaited<ReturnType<typeof breakTie>>) =>
  outcome.kind === 'none' ? [] : [outcome.best, ...outcome.alternatives].map(({ tool }) => tool.name);

describe('breakTie', () => {
  it('is about an ambiguous selection', () => {
    expect(tied).toMatchObject({ kind: 'selected', ambiguous: true, best: { tool: { name: 'a' } } });
  });

  it('shows the tie breaker the request and what the two really take', async () => {
    const asked: TieBreakQuestion[] = [];
    await breakTie(tied, request, (question) => {
      asked.push(question);
      return { choice: 'A', reason: 'Because.' };
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      request,
      preference: 'BALANCED',
      a: {
        tool: 'a',
        platform: 'linux',
        version: '1.2.3',
        capability: 'job',
        pattern: 'default',
        timeMs: 300,
        cost: 1.5,
        accuracy: 0.9,
        completeness: 0.7,
        complexity: 0.2,
        limitations: ['One target a run'],
        notes: ['Works on one item: time and cost count 3 times.'],
      },
      b: { tool: 'b', timeMs: 500, cost: 1, accuracy: 0.9, completeness: null, complexity: 0.3, limitations: [] },
    });
  });

  it('leaves the winner where A is chosen', async () => {
    const broken = await breakTie(tied, request, () => ({ choice: 'A', reason: 'Fits.' }));
    expect(broken).toEqual({ ...tied, tieBreak: { outcome: 'broken', reason: 'Fits.' } });
  });

  it('puts the second first where B is chosen, and says why', async () => {
    const broken = await breakTie(tied, request, async () => ({ choice: 'B', reason: 'It is complete.' }));
    expect(broken.tieBreak).toEqual({ outcome: 'broken', reason: 'It is complete.' });
    expect(names(broken)).toEqual(['b', 'a', 'c']);
    expect(broken).toMatchObject({
      justification: expect.stringMatching(
        / The tie breaker chose b on linux \(job\/default\) instead: It is complete\.$/,
      ),
    });
  });

  it.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a letter', 'A'],
    ['a list', ['A', 'Because.']],
    ['another choice', { choice: 'C', reason: 'Because.' }],
    ['no choice', { reason: 'Because.' }],
    ['a small letter', { choice: 'a', reason: 'Because.' }],
    ['no reason', { choice: 'B' }],
    ['a blank reason', { choice: 'B', reason: ' ' }],
    [
      'what throws when it is read',
      {
        get choice() {
          throw new Error('hidden');
        },
      },
    ],
  ])('stands by the winner when the answer is %s', async (_what, answer) => {
    const broken = await breakTie(tied, request, () => answer as never);
    expect(broken).toEqual({
      ...tied,
      tieBreak: { outcome: 'failed', reason: expect.stringMatching(/^The tie breaker failed: ./) },
    });
  });

  it.each<readonly [string, TieBreaker]>([
    [
      'throws',
      () => {
        throw new Error('no key');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no key'))],
    ['rejects with a text', () => Promise.reject('no key')],
  ])('stands by the winner when the tie breaker %s', async (_what, tieBreaker) => {
    const broken = await breakTie(tied, request, tieBreaker);
    expect(broken).toEqual({ ...tied, tieBreak: { outcome: 'failed', reason: 'The tie breaker failed: no key' } });
  });

  it('stands by the winner when no answer comes in time, and tells the tie breaker', async () => {
    const signals: AbortSignal[] = [];
    const broken = await breakTie(
      tied,
      request,
      (question) => {
        signals.push(question.signal);
        return never(question);
      },
      { deadlineMs: 10 },
    );
    expect(broken.tieBreak).toEqual({
      outcome: 'failed',
      reason: 'The tie breaker failed: No answer came within 10 ms.',
    });
    expect(names(broken)).toEqual(names({ ...tied, tieBreak: broken.tieBreak }));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('lets an answer or a failure that comes too late go unnoticed', async () => {
    let answer = (_late: never): void => undefined;
    let fail = (_late: Error): void => undefined;
    const late: TieBreaker = () =>
      new Promise((resolve, reject) => {
        answer = resolve;
        fail = reject;
      });
    const first = await breakTie(tied, request, late, { deadlineMs: 10 });
    answer({ choice: 'B', reason: 'Late.' } as never);
    const second = await breakTie(tied, request, late, { deadlineMs: 10 });
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([first, second].map(({ tieBreak }) => tieBreak.outcome)).toEqual(['failed', 'failed']);
  });

  it('stops when it is told to, also before it begins', async () => {
    const controller = new AbortController();
    const waiting = breakTie(tied, request, never, { signal: controller.signal });
    controller.abort();
    const stopped = { outcome: 'failed', reason: 'The tie breaker failed: It was stopped.' };
    expect((await waiting).tieBreak).toEqual(stopped);
    const calls: unknown[] = [];
    const again = await breakTie(tied, request, (question) => calls.push(question) as never, {
      signal: controller.signal,
    });
    expect(again.tieBreak).toEqual(stopped);
    expect(calls).toEqual([]);
  });

  it('asks nobody where the selection is clear, or there is none', async () => {
    const alone = selectTool(viewOf(tools.slice(0, 1)), request);
    const clear = selectTool(viewOf([tools[0], tools[2]].filter((tool) => tool !== undefined)), request);
    expect(clear).toMatchObject({ kind: 'selected', ambiguous: false, alternatives: [{ tool: { name: 'c' } }] });
    const none = selectTool(viewOf([]), request);
    for (const outcome of [alone, clear, none]) {
      const broken = await breakTie(outcome, request, () => {
        throw new Error('It was asked.');
      });
      expect(broken).toEqual({ ...outcome, tieBreak: { outcome: 'not-needed', reason: expect.any(String) } });
    }
  });

  it.each([0, -1, Number.NaN, 600_001, Number.POSITIVE_INFINITY])('refuses a deadline of %d ms', async (deadlineMs) => {
    await expect(breakTie(tied, request, never, { deadlineMs })).rejects.toThrow(BadUserInputError);
  });

  it('takes a part of a millisecond', async () => {
    expect((await breakTie(tied, request, never, { deadlineMs: 0.5 })).tieBreak.outcome).toBe('failed');
  });
});
