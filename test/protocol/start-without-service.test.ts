import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { HybridOrchestrator } from '../../src/client/hybrid-orchestrator.js';
import { diskCopy } from '../../src/client/node/disk-copy.js';
import { yamlFolder } from '../../src/client/node/yaml-folder.js';
import { toYaml, toYamlStream } from '../../src/definition/to-yaml.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ADMIN_TOKEN, graphql, type ServiceProcess, startService } from '../support/service-process.js';

const IMPORT = 'mutation ($input: ImportToolsInput!) { importTools(input: $input) { created failed } }';
const CONSUMERS = '{ consumers { name lag connected } }';
/** "Seconds": the client tries again every second or two. */
const LIVE_DEADLINE_MS = 25_000;

const definitions = [...generateCatalog({ toolCount: 50, seed: 3 })];
const request = { capabilities: [definitions[0]?.capabilities[0]?.name ?? ''], environment: 'test' };
let database: TestDatabase;
let folder: string;
let port: number;
let service: ServiceProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'without-service-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  port = (probe.address() as AddressInfo).port;
  probe.close();
  await once(probe, 'close');
  await mkdir(path.join(folder, 'yaml'));
  const write = (name: string, text: string) => writeFile(path.join(folder, 'yaml', name), text);
  await Promise.all(definitions.map((definition, index) => write(`${index}.yaml`, toYaml(definition))));
});
afterAll(async () => {
  await service?.stop();
  await database?.drop();
  await rm(folder, { recursive: true });
});

async function start(): Promise<ServiceProcess> {
  service = await startService({ databaseUrl: database.url, dataDir: path.join(folder, 'data'), port });
  return service;
}

function orchestrate(): HybridOrchestrator {
  const orchestrator = new HybridOrchestrator({
    catalog: {
      url: `http://127.0.0.1:${port}/graphql`,
      token: ADMIN_TOKEN,
      diskCopy: diskCopy({ path: path.join(folder, 'catalog.copy') }),
      yamlFolder: yamlFolder(path.join(folder, 'yaml')),
      consumerName: 'planner',
      reconnectMaxMs: 2_000,
      saveEveryMs: 100,
    },
  });
  orchestrator.start();
  return orchestrator;
}

describe('C5: an orchestrator that is started while the service is down', () => {
  it('works from YAML, then from the service, and the next time from its copy; each time it says so, and decides the same', async () => {
    const first = orchestrate();
    await first.ready();
    expect([first.catalog.source, first.catalog.state, first.catalog.list().length]).toEqual(['yaml', 'stale', 50]);
    const fromYaml = await first.selectTool(request);
    expect(fromYaml).toMatchObject({ kind: 'selected', source: 'yaml' });

    const running = await start();
    const input = { yaml: toYamlStream(definitions) };
    expect(await graphql(running.graphqlUrl, IMPORT, { input })).toMatchObject({
      data: { importTools: { failed: 0 } },
    });
    await first.catalog.live({ timeoutMs: LIVE_DEADLINE_MS });
    await expect.poll(() => first.catalog.list().length).toBe(50);
    const live = await first.selectTool(request);
    expect(live.source).toBe('live');
    await expect
      .poll(() => graphql(running.graphqlUrl, CONSUMERS))
      .toMatchObject({ data: { consumers: [{ name: 'planner', connected: true }] } });
    await first.close();
    await running.kill();

    const second = orchestrate();
    await second.ready();
    expect([second.catalog.source, second.catalog.state]).toEqual(['disk', 'stale']);
    expect(second.catalog.stalenessMs).toBeLessThan(60_000);
    const fromDisk = await second.selectTool(request);
    expect(fromDisk.source).toBe('disk');
    await start();
    await second.catalog.live({ timeoutMs: LIVE_DEADLINE_MS });
    expect([second.catalog.source, second.catalog.position]).toEqual(['live', first.catalog.position]);
    await second.close();

    const chosen = [fromYaml, live, fromDisk].map((answer) => {
      if (answer.kind === 'none') return answer.message;
      return [answer.best, ...answer.alternatives].map(({ tool, pattern, score }) => [
        tool.platform,
        tool.name,
        pattern,
        score,
      ]);
    });
    expect(chosen[1]).toEqual(chosen[0]);
    expect(chosen[2]).toEqual(chosen[0]);
  }, 120_000);
});
