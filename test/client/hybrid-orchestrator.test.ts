import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Some are deprecated, in testing, or switched off. */
function unevenly(definition: ToolDefinition, index: number): ToolDefinition {
  const status = (['ACTIVE', 'DEPRECATED', 'ACTIVE', 'TESTING', 'ACTIVE'] as const)[index % 5] ?? 'ACTIVE';
  return { ...definition, status, enabled: index % 7 !== 3 };
}

describe('the same request', () => {
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    server = await startTestServer();
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
      const definitions = [...generateCatalog({ toolCount: 60 + seed * 20, seed })].map(unevenly);
      await server.instance.commands.createTenant(caller(), { name: tenant });
      const report = await server.instance.commands.importTools(caller({ tenant }), {
        yaml: toYamlStream(definitions),
      });
      expect(report.failed).toBe(0);
      const yamlPath = await mkdtemp(path.join(folder, 'yaml-'));
      await Promise.all(definitions.map((one, index) => writeFile(path.join(yamlPath, `${index}.yaml`), toYaml(one))));
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

      const offered = [...new Set(definitions.flatMap(({ capabilities }) => capabilities.map(({ name }) => name)))];
      let selected = 0;
      await fc.assert(
        fc.asyncProperty(requests([...offered.slice(0, 12), 'nobody_offers_this']), async (request) => {
          const answer = await server.ask(SELECT, { input: request }, token);
          const { position, ...inService } = fieldOf<Record<string, unknown>>(answer, 'selectTool');
          const answers = await Promise.all(
            [live, pin, yaml].map((selector: ToolSelector) => selector.selectTool(request)),
          );
          for (const local of answers) expect(decisionOf(local)).toEqual(inService);
          expect(answers.map(({ source }) => source)).toEqual(['live', 'live', 'yaml']);
          if (position !== undefined) selected += 1;
        }),
        { numRuns: 60 },
      );
      expect(selected).toBeGreaterThan(10);
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

it('a tie breaker that never answers leaves the winner to a process that has nothing else to do', async () => {
  expect(await runTypeScript('test/client/undecided-process.ts', [])).toEqual({ code: 0, output: 'first failed' });
});

describe('an orchestrator', () => {
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
