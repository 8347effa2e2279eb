import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { importBundledCatalog } from '../../src/catalog/bundled-catalog.js';
import { packageRoot } from '../../src/database/package-root.js';
import { toYamlStream } from '../../src/definition/to-yaml.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { selectTool } from '../../src/selection/select-tool.js';
import type { Candidate, RejectedCandidate, SelectionOutcome } from '../../src/selection/selection-outcome.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import { formatPosition } from '../../src/view/position.js';
import { requests } from '../selection/random-selection.js';
import { capabilityInput, definitionInput, patternInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { codeOf, fieldOf, startTestServer, type TestServer } from './support/test-server.js';

const CANDIDATE = `
  tool { platform name version } capability pattern score
  features { time cost complexity accuracy completeness }
  estimate { timeMs cost missingVariables error } executionMode slaClass notes`;
const REJECTED = 'tool { platform name version } capability pattern code message';
const QUERY = `query ($input: SelectToolInput!) {
  selectTool(input: $input) {
    __typename
    ... on ToolSelection {
      best { ${CANDIDATE} } alternatives(first: 200) { ${CANDIDATE} } alternativeCount
      rejected { ${REJECTED} } rejectedCount
      preference ambiguous clarifyingQuestion justification assumedVariables position
    }
    ... on NoToolFoundError { code message rejected { ${REJECTED} } rejectedCount }
    ... on ValidationError { code message issues { code path message } }
  }
}`;

let server: TestServer;
let acme: string;

beforeAll(async () => {
  server = await startTestServer();
  const { commands } = server.instance;
  await importBundledCatalog(commands, path.join(packageRoot(), 'catalog'));
  const yaml = toYamlStream([...generateCatalog({ toolCount: 150, seed: 7 })]);
  const report = await commands.importTools(caller(), { yaml });
  expect(report.failed).toBe(0);
  await commands.createTenant(caller(), { name: 'acme' });
  acme = (await server.newToken('VIEWER', 'acme')).token;
});
afterAll(() => server.close());

async function ask(input: unknown, token?: string | null) {
  return server.ask(QUERY, { input }, token);
}

const tool = ({ tool: { platform, name, version } }: Candidate | RejectedCandidate) => ({ platform, name, version });

function shownCandidate(candidate: Candidate): object {
  const { definition: _definition, ...shown } = candidate;
  return { ...shown, tool: tool(candidate) };
}

/** The outcome as the query shows it. */
function shown(outcome: SelectionOutcome): object {
  const rejected = outcome.rejected.map((one) => ({ ...one, tool: tool(one) }));
  const rejections = { rejected: rejected.slice(0, 200), rejectedCount: rejected.length };
  if (outcome.kind === 'none') {
    return { __typename: 'NoToolFoundError', code: 'NO_TOOL_FOUND', message: outcome.message, ...rejections };
  }
  const { kind: _kind, decidedBy: _decidedBy, best, alternatives, position, ...others } = outcome;
  return {
    ...others,
    __typename: 'ToolSelection',
    best: shownCandidate(best),
    alternatives: alternatives.slice(0, 200).map(shownCandidate),
    alternativeCount: alternatives.length,
    ...rejections,
    position: formatPosition(position),
  };
}

describe('Query.selectTool', () => {
  it('answers what the pure function answers over the same view, whatever is asked', async () => {
    const view = server.instance.follower.viewFor('shared');
    const expressions = createExpressionCache(10_000);
    const names = view.capabilities().map(({ name }) => name);
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(requests([...names, 'no_such_capability']), async (request) => {
        const answer = fieldOf<{ __typename: string }>(await ask(request), 'selectTool');
        seen.add(answer.__typename);
        expect(answer).toEqual(shown(selectTool(view, request, { expressions })));
      }),
      { numRuns: 200 },
    );
    expect([...seen].sort()).toEqual(['NoToolFoundError', 'ToolSelection']);
  });

  it('does not choose uname for the pods, though both share the capability and their estimates', async () => {
    for (const [name, platform, description] of [
      ['uname', 'linux', 'Shows the name and release of the kernel.'],
      ['zz-kubectl-get', 'kubernetes', 'Lists the pods of a cluster.'],
    ] as const) {
      const pattern = patternInput({ name: 'execute', description, typicalUseCases: [description] });
      const capabilities = [capabilityInput({ name: 'shared_by_all', description, patterns: [pattern] })];
      const definition = definitionInput({ name, platform, description, capabilities });
      await server.instance.commands.createTool(caller(), { definition });
    }
    const request = { capabilities: ['shared_by_all'] };
    const choose = async (over: object) => fieldOf(await ask({ ...request, ...over }), 'selectTool');
    expect(await choose({ query: 'list all pods' })).toMatchObject({ best: { tool: { name: 'zz-kubectl-get' } } });
    expect(await choose({ query: 'which kernel' })).toMatchObject({ best: { tool: { name: 'uname' } } });
    expect(await choose({ platforms: ['kubernetes'] })).toMatchObject({ best: { tool: { name: 'zz-kubectl-get' } } });
  });

  it('refuses a request that breaks rules, with the place of each', async () => {
    const input = { capabilities: [], costLimit: -1, variables: [1], query: 'x'.repeat(1_001) };
    const answer = fieldOf<{ issues: { path: string; code: string }[] }>(await ask(input), 'selectTool');
    expect(answer).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' });
    expect(answer.issues.map(({ code, path: place }) => `${code} ${place}`).sort()).toEqual([
      'SELECTION_CAPABILITY_MISSING /capabilities',
      'SELECTION_TOO_LARGE /query',
      'SELECTION_VALUE_INVALID /costLimit',
      'SELECTION_VARIABLE_INVALID /variables',
    ]);
  });

  it.each([
    ['an unknown preference', { preference: 'QUICK' }],
    ['a text for a number', { costLimit: 'much' }],
    ['an unknown field', { colour: 'red' }],
  ])('is no place for %s', async (_what, over) => {
    expect(codeOf(await ask({ capabilities: ['service_control'], ...over }))).toBe('BAD_USER_INPUT');
  });

  it('needs a token', async () => {
    expect(codeOf(await ask({ capabilities: ['service_control'] }, null))).toBe('UNAUTHENTICATED');
  });

  it('shows at most as many as asked for, and how many there are', async () => {
    const query = `query ($input: SelectToolInput!, $first: Int) { selectTool(input: $input) {
      ... on ToolSelection { alternatives(first: $first) { score } alternativeCount }
      ... on NoToolFoundError { rejected(first: $first) { code } rejectedCount } } }`;
    const input = { capabilities: ['service_control', 'service_status', 'log_search'] };
    const few = await server.ask(query, { input, first: 1 });
    const answer = fieldOf<{ alternatives: unknown[]; alternativeCount: number }>(few, 'selectTool');
    expect(answer.alternatives).toHaveLength(1);
    expect(answer.alternativeCount).toBeGreaterThan(1);
    const none = await server.ask(query, { input: { ...input, costLimit: 0, environment: 'nowhere' }, first: 0 });
    expect(none.errors).toBeUndefined();
    for (const first of [-1, 201]) expect(codeOf(await server.ask(query, { input, first }))).toBe('BAD_USER_INPUT');
  });

  it('costs what it may show', async () => {
    const whole = 'tool { capabilities { patterns { name description scope timeEstimateMs costEstimate } } }';
    const field = `selectTool(input: { capabilities: ["x"] }) { ... on ToolSelection { rejected { ${whole} } } }`;
    expect((await server.ask(`{ ${field} }`)).errors).toBeUndefined();
    const many = Array.from({ length: 14 }, (_, index) => `f${index}: ${field}`).join(' ');
    expect(codeOf(await server.ask(`{ ${many} }`))).toBe('OPERATION_TOO_EXPENSIVE');
    expect((await server.ask(`{ ${many.replaceAll('rejected', 'rejected(first: 5)')} }`)).errors).toBeUndefined();
  });
});

describe('tenants', () => {
  const secret = definitionInput({
    name: 'acme-secret',
    capabilities: [capabilityInput({ name: 'acme_only', patterns: [patternInput({ costEstimate: '1' })] })],
  });
  const request: SelectionRequest = { capabilities: ['acme_only'] };

  beforeAll(async () => {
    const answer = await server.ask(
      'mutation ($input: CreateToolInput!) { createTool(input: $input) { __typename } }',
      { input: { definition: secret } },
      (await server.newToken('ADMIN', 'acme')).token,
    );
    expect(fieldOf(answer, 'createTool')).toEqual({ __typename: 'Tool' });
  });

  it('select from their own tools', async () => {
    expect(fieldOf(await ask(request, acme), 'selectTool')).toMatchObject({
      __typename: 'ToolSelection',
      best: { tool: { name: 'acme-secret' } },
    });
  });

  it('learn nothing of the tools of others', async () => {
    const known = fieldOf(await ask(request), 'selectTool');
    const unknown = fieldOf(await ask({ capabilities: ['nobodys'] }), 'selectTool');
    expect(JSON.stringify(known).replaceAll('acme_only', 'nobodys')).toBe(JSON.stringify(unknown));
  });
});
