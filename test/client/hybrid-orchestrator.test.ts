import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { CatalogClient } from '../../src/client/catalog-client.js';
import { HybridOrchestrator, type HybridSelection, type ToolSelector } from '../../src/client/hybrid-orchestrator.js';
import { yamlFolder } from '../../src/client/node/yaml-folder.js';
import { createTestCatalog } from '../../src/client/testing/test-catalog.js';
import { toYaml, toYamlStream } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';
import { BadUserInputError, ValidationError } from '../../src/kernel/errors.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import type { TieBreaker } from '../../src/selection/tie-breaker.js';
import { fieldOf, startTestServer, type TestServer } from '../graphql/support/test-server.js';
import { requests } from '../selection/random-selection.js';
import { caller } from '../support/instance.js';
import { runTypeScript } from '../support/run-typescript.js';
import { sampleCapability, sampleTool } from '../view/sample-tools.js';

const SELECT = `query ($input: SelectToolInput!) {
  selectTool(input: $input) {
    __typename
    ... on NoToolFoundError { message rejected(first: 200) { ...Rejected } }
    ... on ToolSelection {
      best { ...Chosen } alternatives(first: 200) { ...Chosen } rejected(first: 200) { ...Rejected }
      preference ambiguous clarifyingQuestion justification assumedVariables position
    }
  }
}
fragment Chosen on Candidate { tool { name platform version } capability pattern score estimate { timeMs cost } executionMode slaClass }
fragment Rejected on RejectedCandidate { tool { name platform version } capability pattern code message }`;

interface Shown {
  readonly tool: { readonly name: string; readonly platform: string; readonly version: string };
}

/** What was decided, and why; not under which ids and at which revision. */
function decisionOf(selection: HybridSelection): unknown {
  const shown = <T extends Shown>({ tool: { name, platform, version } }: T) => ({ name, platform, version });
  const rejected = selection.rejected.slice(0, 200).map(({ capability, pattern, code, message, ...given }) => ({
    tool: shown(given),
    capability,
    pattern,
    code,
    message,
  }));
  if (selection.kind === 'none') return { __typename: 'NoToolFoundError', message: selection.message, rejected };
  const chosen = [selection.best, ...selection.alternatives.slice(0, 200)].map((candidate) => {
    const { capability, pattern, score, estimate, executionMode, slaClass } = candidate;
    const { timeMs, cost } = estimate;
    return { tool: shown(candidate), capability, pattern, score, estimate: { timeMs, cost }, executionMode, slaClass };
  });
  const { preference, ambiguous, clarifyingQuestion, justification, assumedVariables } = selection;
  const said = { preference, ambiguous, clarifyingQuestion, justification, assumedVariables };
  return { __typename: 'ToolSelection', best: chosen[0], alternatives: chosen.slice(1), rejected, ...said };
}

const STATUSES = ['ACTIVE', 'DEPRECATED', 'ACTIVE', 'TESTING', 'ACTIVE', 'DISABLED', 'ACTIVE', 'ACTIVE'] as const;

/** Some are deprecated, in testing, disabled or switched off, forbid what requests ask, or need what is not there. */
function unevenly(definition: ToolDefinition, index: number): ToolDefinition {
  const rules = {
    ...(index % 4 === 1 ? { required_permissions: ['sudo'] } : {}),
    ...(index % 9 === 2 ? { allowed_environments: ['staging'] } : {}),
    ...(index % 6 === 3 ? { max_N_immediate: 5 } : {}),
  };
  const capabilities = definition.capabilities.map((capability) => ({
    ...capability,
    patterns: capability.patterns.map((pattern) => ({ ...pattern, policy: { ...pattern.policy, ...rules } })),
  }));
  const dependencies = index % 5 === 4 ? [{ name: 'systemd', type: 'service', required: true }] : [];
  return {
    ...definition,
    capabilities,
    dependencies,
    status: STATUSES[index % 8] ?? 'ACTIVE',
    enabled: index % 7 !== 3,
  };
}

/** The shared tools, every second one replaced by one of the tenant's own that offers something else. */
function ownVersions(shared: readonly ToolDefinition[]): readonly ToolDefinition[] {
  return shared.flatMap((definition, index) => {
    const other = shared[index + 1];
    if (index % 2 === 0 || other === undefined) return [];
    const { capabilities, description } = other;
    return [{ ...definition, capabilities, description, status: 'ACTIVE' as const, enabled: index % 4 === 1 }];
  });
}

const placeOf = ({ platform, name }: ToolDefinition) => `${platform} ${name}`;

describe('the same request', () => {
  let server: TestServer;
  let folder: string;
  const shared = [...generateCatalog({ toolCount: 40, seed: 9 })].map(unevenly);
  beforeAll(async () => {
    server = await startTestServer();
    expect((await server.instance.commands.importTools(caller(), { yaml: toYamlStream(shared) })).failed).toBe(0);
    folder = await mkdtemp(path.join(tmpdir(), 'orchestrator-'));
  });
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true });
  });

  it.each([1, 2, 3])(
    'has the same answer in the service, in a client, in a pin and from YAML: catalog %i',
    async (seed) => {
      const tenant = `tenant-${seed}`;
      const generated = [...generateCatalog({ toolCount: 60 + seed * 20, seed })].map(unevenly);
      const own = new Map([...generated, ...ownVersions(shared)].map((one) => [placeOf(one), one]));
      const definitions = [...own.values()];
      await server.instance.commands.createTenant(caller(), { name: tenant });
      const report = await server.instance.commands.importTools(caller({ tenant }), {
        yaml: toYamlStream(definitions),
      });
      expect(report.failed).toBe(0);
      const yamlPath = await mkdtemp(path.join(folder, 'yaml-'));
      const seen = [...new Map([...shared, ...definitions].map((one) => [placeOf(one), one])).values()];
      expect(seen.length).toBeLessThan(shared.length + definitions.length - 10);
      await Promise.all(seen.map((one, index) => writeFile(path.join(yamlPath, `${index}.yaml`), toYaml(one))));
      const { token } = await server.newToken('ADMIN', tenant);
      const live = new HybridOrchestrator({ catalog: { url: `${server.url}/graphql`, token, consumerName: null } });
      const yaml = new HybridOrchestrator({ catalog: { yamlFolder: yamlFolder(yamlPath) } });
      for (const orchestrator of [live, yaml]) {
        orchestrator.start();
        await orchestrator.ready();
      }
      await live.catalog.live();
      const pin = live.pin();
      const newest = definitions[0];
      if (newest === undefined) throw new Error('The catalog is empty.');
      await server.instance.commands.deleteTool(caller({ tenant }), { name: newest.name, platform: newest.platform });
      const restored = () =>
        server.instance.commands.restoreTool(caller({ tenant }), { name: newest.name, platform: newest.platform });
      await restored();
      await expect.poll(() => live.catalog.contentHash).toBe(server.services.source.viewFor(tenant).contentHash);
      expect(live.view.find(newest.name, newest.platform)?.revision).not.toBe(
        pin.view.find(newest.name, newest.platform)?.revision,
      );

      const offers = seen.flatMap(({ capabilities }) => capabilities);
      const names = [...new Set(offers.map(({ name }) => name))].slice(0, 12);
      const aliases = [...new Set(offers.flatMap((one) => one.aliases))].slice(0, 6);
      expect(aliases).toHaveLength(6);
      let selected = 0;
      const codes = new Set<string>();
      await fc.assert(
        fc.asyncProperty(requests([...names, ...aliases, 'nobody_offers_this']), async (request) => {
          const answer = await server.ask(SELECT, { input: request }, token);
          const { position, ...inService } = fieldOf<Record<string, unknown>>(answer, 'selectTool');
          const answers = await Promise.all(
            [live, pin, yaml].map((selector: ToolSelector) => selector.selectTool(request)),
          );
          for (const local of answers) expect(decisionOf(local)).toEqual(inService);
          expect(answers.map(({ source }) => source)).toEqual(['live', 'live', 'yaml']);
          if (position !== undefined) selected += 1;
          for (const { code } of answers[0]?.rejected ?? []) codes.add(code);
        }),
        { numRuns: 100 },
      );
      expect(selected).toBeGreaterThan(0);
      expect([...codes]).toEqual(
        expect.arrayContaining(['COST_LIMIT', 'PERMISSION', 'ENVIRONMENT', 'ESTIMATE_FAILED']),
      );
      await Promise.all([live.close(), yaml.close()]);
    },
  );
});

const REQUEST: SelectionRequest = { capabilities: ['service_control'], environment: 'test' };
const twins = () => createTestCatalog([sampleTool({ name: 'first' }), sampleTool({ name: 'second' })]);

describe('a tie breaker', () => {
  it('decides, and gets both with their real figures', async () => {
    let asked: unknown;
    const tieBreaker: TieBreaker = (question) => {
      asked = question;
      return { choice: 'B', reason: 'I like it.' };
    };
    const selection = await new HybridOrchestrator({ catalog: twins(), tieBreaker }).selectTool(REQUEST);
    expect(selection).toMatchObject({ best: { tool: { name: 'second' } }, tieBreak: { outcome: 'broken' } });
    expect(asked).toMatchObject({ a: { tool: 'first', timeMs: 102, cost: 1 }, b: { tool: 'second' } });
  });

  it.each<[string, TieBreaker]>([
    ['times out', () => new Promise(() => undefined)],
    [
      'throws',
      () => {
        throw new Error('no quota');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no quota'))],
    ['answers nonsense', (() => ({ choice: 'C' })) as unknown as TieBreaker],
    ['answers nothing', (() => undefined) as unknown as TieBreaker],
  ])('that %s leaves the answer that it would have been without it, marked so', async (_, tieBreaker) => {
    const catalog = twins();
    const plain = await new HybridOrchestrator({ catalog }).selectTool(REQUEST);
    const options = { catalog, tieBreaker, tieBreakerDeadlineMs: 20 };
    const selection = await new HybridOrchestrator(options).selectTool(REQUEST);
    expect(selection.tieBreak).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('failed') });
    expect({ ...selection, tieBreak: null }).toEqual(plain);
  });
});

it('a tie breaker is no longer waited for when the caller says so, also over a pin', async () => {
  const tieBreaker: TieBreaker = () => new Promise(() => undefined);
  const orchestrator = new HybridOrchestrator({ catalog: twins(), tieBreaker, tieBreakerDeadlineMs: 600_000 });
  for (const selector of [orchestrator, orchestrator.pin()]) {
    const controller = new AbortController();
    const waiting = selector.selectTool(REQUEST, { signal: controller.signal });
    controller.abort();
    expect(await waiting).toMatchObject({ best: { tool: { name: 'first' } }, tieBreak: { outcome: 'failed' } });
  }
});

it('a tie breaker that never answers leaves the winner to a process that has nothing else to do', async () => {
  expect(await runTypeScript('test/client/undecided-process.ts', [])).toEqual({ code: 0, output: 'first failed' });
});

describe('an orchestrator', () => {
  it('gives way while it reads what the first selection by words needs, and reads nothing without words', async () => {
    const catalog = createTestCatalog(Array.from({ length: 100 }, (_, index) => sampleTool({ name: `tool-${index}` })));
    const orchestrator = new HybridOrchestrator({ catalog });
    const prepare = vi.spyOn(catalog.view, 'prepareSearch');
    await orchestrator.selectTool(REQUEST);
    expect(prepare).not.toHaveBeenCalled();
    await orchestrator.selectTool({ ...REQUEST, query: 'the tool' });
    expect(prepare.mock.results.map(({ value }) => value)).toEqual([false, false, true]);
  });

  it('selects from the catalog as it moves on, and a pin from the catalog as it was', async () => {
    const catalog = twins();
    const orchestrator = new HybridOrchestrator({ catalog });
    const pin = orchestrator.pin();
    catalog.change('first', { enabled: false });
    catalog.put(sampleTool({ name: 'third', capabilities: [sampleCapability('other')] }));
    expect(await orchestrator.selectTool(REQUEST)).toMatchObject({
      best: { tool: { name: 'second' } },
      alternatives: [],
    });
    const pinned = await pin.selectTool(REQUEST);
    expect(pinned).toMatchObject({ best: { tool: { name: 'first' } }, position: { epoch: 'test', revision: 1 } });
    expect(await pin.selectTool({ capabilities: ['other'] })).toMatchObject({ kind: 'none' });
    expect(await pin.selectTool({ ...REQUEST, query: 'the second one' })).toMatchObject({
      best: { tool: { name: 'second' } },
    });
  });

  it('says what it selected from, and refuses what is too old where it was told to', async () => {
    const catalog = twins();
    const orchestrator = new HybridOrchestrator({ catalog, maxStalenessMs: 1_000 });
    catalog.trust({ state: 'stale', source: 'disk', stalenessMs: 1_000 });
    expect(await orchestrator.selectTool(REQUEST)).toMatchObject({ source: 'disk', stalenessMs: 1_000 });
    const pin = orchestrator.pin();
    catalog.trust({ stalenessMs: 1_001 });
    await expect(orchestrator.selectTool(REQUEST)).rejects.toMatchObject({
      code: 'CATALOG_TOO_OLD',
      stalenessMs: 1_001,
    });
    expect(() => orchestrator.pin()).toThrow('is 1001 ms old; 1000 ms are allowed');
    expect((await pin.selectTool(REQUEST)).stalenessMs).toBeGreaterThanOrEqual(1_000);
    catalog.trust({ source: 'yaml', stalenessMs: Number.POSITIVE_INFINITY });
    await expect(orchestrator.selectTool(REQUEST)).rejects.toThrow('was never confirmed');
    expect(await new HybridOrchestrator({ catalog }).selectTool(REQUEST)).toMatchObject({ source: 'yaml' });
    catalog.trust({ state: 'connecting', source: 'none' });
    await expect(orchestrator.selectTool(REQUEST)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('refuses requests and options that break a rule, and closes only what is its own', async () => {
    const catalog = twins();
    const orchestrator = new HybridOrchestrator({ catalog });
    await expect(orchestrator.selectTool({ capabilities: [] })).rejects.toThrow(ValidationError);
    expect(() => new HybridOrchestrator({ catalog, tieBreakerDeadlineMs: 0 })).toThrow(BadUserInputError);
    expect(() => new HybridOrchestrator({ catalog, maxStalenessMs: Number.NaN })).toThrow(BadUserInputError);
    expect(() => new HybridOrchestrator({ catalog: {} })).toThrow('Without a url');
    orchestrator.start();
    await orchestrator.ready();
    await orchestrator.close();
    expect(catalog.state).toBe('live');
    const own = new HybridOrchestrator({ catalog: { url: 'http://127.0.0.1:9/graphql' } });
    own.start();
    await own.close();
    expect(own.catalog).toBeInstanceOf(CatalogClient);
    expect(own.catalog.state).toBe('closed');
  });
});
