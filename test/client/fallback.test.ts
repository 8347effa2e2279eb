import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogClient } from '../../src/client/catalog-client.js';
import type { CatalogClientOptions } from '../../src/client/client-options.js';
import type { CopyStorage, DefinitionFinding, StoredCopy } from '../../src/client/copy-storage.js';
import { diskCopy } from '../../src/client/node/disk-copy.js';
import { hostConsumerName } from '../../src/client/node/host-consumer-name.js';
import { yamlFolder } from '../../src/client/node/yaml-folder.js';
import { isConsumerName } from '../../src/kernel/consumer-name.js';
import { sampleTool } from '../view/sample-tools.js';
import { Bench } from './bench.js';

const YAML = path.join(import.meta.dirname, '..', 'fixtures', 'yaml', 'irregular');
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'client-fallback-'));
  file = path.join(folder, 'catalog.copy');
});
afterEach(() => rm(folder, { recursive: true }));
// After the folder, so that its clients are closed before that goes.
const bench = Bench.prepare();

function watch(options: Partial<CatalogClientOptions> = {}) {
  const watched = bench.watch({ diskCopy: diskCopy({ path: file }), saveEveryMs: 1, ...options });
  const warnings: { code?: unknown; message: string }[] = [];
  watched.client.on('warning', (warning) => warnings.push(warning));
  return { ...watched, watched, client: watched.client, warnings };
}

async function keepCopy(): Promise<void> {
  const { watched, client } = watch();
  await watched.caughtUp();
  await client.close();
}

describe('C5: a copy on disk', () => {
  it('SDK-3: is shown at once, with source and age, and is live when the service is back', async () => {
    await keepCopy();
    const kept = await diskCopy({ path: file }).load();
    expect(kept).toMatchObject({ tenant: 'acme', position: { epoch: 'e1', revision: 2 } });
    bench.server.down = true;
    const { watched, client } = watch();
    await client.ready();
    expect([client.source, client.state, client.tenant, client.position]).toEqual(['disk', 'stale', 'acme', 'e1:2']);
    expect(client.list().map((tool) => `${tool.tenant}/${tool.name}`)).toEqual(['shared/disk', 'acme/ssh']);
    expect(client.stalenessMs).toBeGreaterThanOrEqual(Date.now() - (kept?.confirmedAtMs ?? 0) - 50);
    expect(client.stalenessMs).toBeLessThan(60_000);
    await expect.poll(() => client.lastError).not.toBeNull();
    await expect(client.live({ timeoutMs: 1 })).rejects.toThrow(/not live within 1 ms.*cannot be reached/);
    bench.put({ name: 'awk' });
    bench.server.down = false;
    await client.live();
    await watched.caughtUp();
    expect([client.source, client.get('awk')?.name]).toEqual(['live', 'awk']);
    expect(watched.changes.map(({ kind, source, revision }) => [kind, source, revision])).toEqual([
      ['replaced', 'disk', 2],
      ['revision', expect.anything(), 3],
    ]);
    // It went on from where the copy stood, after asking whose token it is.
    expect(bench.server.connections.map(({ after }) => after)).toEqual([null, 'e1:2']);
  });

  it('keeps its age: what was confirmed an hour ago says so', async () => {
    await keepCopy();
    const kept = (await diskCopy({ path: file }).load()) as StoredCopy;
    await diskCopy({ path: file }).save({ ...kept, confirmedAtMs: Date.now() - 3_600_000 });
    bench.server.down = true;
    const { client } = watch();
    await client.ready();
    expect(client.stalenessMs).toBeGreaterThanOrEqual(3_600_000);
  });

  it('SDK-2: whose position has expired is listed anew, and never asked for with that position twice', async () => {
    await keepCopy();
    bench.put({ name: 'awk' });
    bench.put({ name: 'top' });
    bench.server.lowMark = 3;
    const { watched } = watch();
    await watched.caughtUp();
    expect(bench.server.connections.map(({ after }) => after)).toEqual([null, 'e1:2', null]);
  });

  it("of another tenant than the token's is taken away, and reported", async () => {
    const other = sampleTool({ name: 'theirs', tenant: 'globex' });
    const copy = { tenant: 'globex', position: { epoch: 'e1', revision: 2 }, confirmedAtMs: 0, tools: [other] };
    let saved: StoredCopy | null = null;
    const storage: CopyStorage = {
      load: async () => ({ ...copy, contentHash: '' }),
      save: async (given) => {
        saved = given;
      },
    };
    const { watched, client, warnings } = watch({ diskCopy: storage });
    await watched.until(() => client.source === 'disk' || client.source === 'live');
    await watched.caughtUp();
    expect(warnings).toMatchObject([{ code: 'COPY_OF_OTHER_TENANT' }]);
    expect([client.tenant, client.get('theirs')]).toEqual(['acme', undefined]);
    expect(watched.states).toEqual(['stale', 'connecting', 'syncing', 'live']);
    await client.close();
    expect(saved).toMatchObject({ tenant: 'acme' });
    watched.violations.splice(0);
  });

  it('that is damaged is found by the hash of the service, too', async () => {
    await keepCopy();
    const kept = (await diskCopy({ path: file }).load()) as StoredCopy;
    const tools = kept.tools.map((tool) => (tool.name === 'disk' ? { ...tool, version: '6.6.6' } : tool));
    const { watched, client } = watch({
      diskCopy: { load: async () => ({ ...kept, tools }), save: async () => undefined },
    });
    await watched.until(() => watched.damages.length > 0);
    await watched.caughtUp();
    expect(client.get('disk')?.version).toBe('1.0.0');
    // What was shown until then was wrong, and the client could not know.
    watched.violations.splice(0);
  });

  it('that was cut off is reported and passed over, and replaced by something better', async () => {
    await keepCopy();
    await writeFile(file, (await readFile(file)).subarray(0, 500));
    const { watched, client, warnings } = watch();
    await watched.caughtUp();
    expect(warnings).toMatchObject([{ code: 'COPY_DAMAGED', message: expect.stringContaining(file) }]);
    await client.close();
    expect((await diskCopy({ path: file }).load())?.tools).toHaveLength(3);
  });

  it("whose path is somebody else's file is neither used nor kept, says so, and begins when that is away", async () => {
    await writeFile(file, 'thesis');
    const { watched, client, warnings } = watch();
    await watched.caughtUp();
    await expect.poll(() => warnings.length).toBe(2);
    bench.put({ name: 'awk' });
    await watched.caughtUp();
    expect(await readFile(file, 'utf8')).toBe('thesis');
    // Said of reading and of writing, and not again at every attempt.
    expect(warnings).toMatchObject([{ code: 'COPY_FOREIGN' }, { code: 'COPY_FOREIGN' }]);
    expect([client.state, watched.errors]).toEqual(['live', []]);
    await rm(file);
    await client.close();
    expect((await diskCopy({ path: file }).load())?.tools).toHaveLength(4);
  });

  it('that cannot be written is reported once, and following goes on', async () => {
    const { watched, client, warnings } = watch({ diskCopy: diskCopy({ path: path.join(folder, 'no', 'copy') }) });
    await watched.caughtUp();
    for (let index = 0; index < 5; index += 1) {
      bench.put({ name: `tool-${index}` });
      await watched.caughtUp();
    }
    await client.close();
    expect(warnings).toMatchObject([{ code: 'COPY_UNWRITABLE' }]);
    expect(watched.errors).toEqual([]);
  });

  it('is saved while changes come, and once more at the end', async () => {
    const { watched, client } = watch({ saveEveryMs: 5 });
    await watched.caughtUp();
    bench.put({ name: 'awk' });
    await expect
      .poll(
        async () =>
          (
            await diskCopy({ path: file })
              .load()
              .catch(() => null)
          )?.position.revision,
      )
      .toBe(3);
    bench.put({ name: 'top' });
    await watched.caughtUp();
    await client.close();
    expect((await diskCopy({ path: file }).load())?.position.revision).toBe(4);
  });
});

describe('C5: a YAML folder', () => {
  it('serves while there is nothing else, says what is wrong with it, and gives way to the service', async () => {
    bench.server.down = true;
    const { watched, client } = watch({ yamlFolder: yamlFolder(YAML) });
    const findings = new Promise<readonly DefinitionFinding[]>((resolve) => client.on('findings', resolve));
    const { view } = client;
    await client.ready();
    expect([client.source, client.state, client.position, client.stalenessMs]).toEqual([
      'yaml',
      'stale',
      null,
      Number.POSITIVE_INFINITY,
    ]);
    expect(client.list().length).toBeGreaterThan(10);
    expect((await findings).filter(({ severity }) => severity === 'ERROR').length).toBeGreaterThan(3);
    expect((await findings)[0]).toMatchObject({ file: expect.stringMatching(/\.yaml$/), code: expect.any(String) });
    watched.violations.splice(0);
    bench.server.down = false;
    await watched.caughtUp();
    expect([client.source, client.list().length]).toEqual(['live', 2]);
    // The view is the same object, although the tenant has become known since.
    expect([view.tenant, view.find('ssh')?.tenant]).toEqual(['acme', 'acme']);
    await client.close();
    expect(await readFile(file, 'utf8')).not.toContain('"epoch":"yaml"');
  });

  it('gives way to a copy on disk, and makes the same tools each time', async () => {
    await keepCopy();
    bench.server.down = true;
    const { client } = watch({ yamlFolder: yamlFolder(YAML) });
    await client.ready();
    expect(client.source).toBe('disk');
    const [first, second] = [await yamlFolder(YAML).load(), await yamlFolder(YAML).load()];
    expect(first).toEqual(second);
    expect(first.tools[0]?.toolId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(first.tools.map((tool) => tool.toolId)).size).toBe(first.tools.length);
  });

  it('takes the first of two definitions of a tool, and reports the other and what cannot be read', async () => {
    const text = (await readFile(path.join(YAML, 'mapping.yaml'), 'utf8')).toString();
    await writeFile(path.join(folder, 'a.yaml'), text);
    await writeFile(path.join(folder, 'b.yml'), text);
    await writeFile(path.join(folder, 'c.yaml'), Buffer.from([0xff, 0x80]));
    await writeFile(path.join(folder, 'notes.txt'), 'not YAML: [');
    const { tools, findings } = await yamlFolder(folder).load();
    expect(tools).toHaveLength(1);
    expect(
      findings.filter(({ severity }) => severity === 'ERROR').map(({ file: where, code }) => [where, code]),
    ).toEqual([
      ['b.yml', 'DUPLICATE_IN_FOLDER'],
      ['c.yaml', 'YAML_ENCODING'],
    ]);
  });
});

describe('a client without a service', () => {
  it('works from YAML alone, or from disk alone', async () => {
    await keepCopy();
    const yaml = new CatalogClient({ yamlFolder: yamlFolder(YAML) });
    const disk = new CatalogClient({ diskCopy: diskCopy({ path: file }) });
    for (const client of [yaml, disk]) {
      client.start();
      await client.ready();
    }
    expect([yaml.source, yaml.state, disk.source, disk.state]).toEqual(['yaml', 'stale', 'disk', 'stale']);
    const before = await readFile(file);
    await Promise.all([yaml.close(), disk.close()]);
    expect(await readFile(file)).toEqual(before);
  });

  it('says so when there is nothing, rather than let anybody wait', async () => {
    const client = new CatalogClient({ yamlFolder: yamlFolder(path.join(folder, 'missing')) });
    const warnings: unknown[] = [];
    client.on('warning', (warning) => warnings.push(warning));
    client.start();
    await expect(client.ready()).rejects.toThrow('There is no service to follow');
    await expect(client.ready()).rejects.toThrow('There is no service to follow');
    expect(warnings).toMatchObject([{ code: 'COPY_UNREADABLE' }]);
    await client.close();
    expect(() => new CatalogClient({})).toThrow('Without a url');
  });

  it('never becomes live, and says so', async () => {
    const client = new CatalogClient({ yamlFolder: yamlFolder(YAML) });
    const early = client.live();
    client.start();
    await expect(early).rejects.toThrow('There is no service to follow: the copy stays as it is.');
    await expect(client.live()).rejects.toThrow('There is no service to follow: the copy stays as it is.');
    await client.ready();
    await client.close();
  });
});

describe('C7: reports of the position', () => {
  it('are sent when it is live, and again when it has moved', async () => {
    const { watched } = watch({ consumerName: 'planner', reportEveryMs: 5 });
    await watched.caughtUp();
    await expect.poll(() => bench.server.reports.map(({ position }) => position)).toContain('e1:2');
    bench.put({ name: 'awk' });
    await expect.poll(() => bench.server.reports.at(-1)).toEqual({ consumer: 'planner', position: 'e1:3' });
    expect(new Set(bench.server.reports.map(({ position }) => position)).size).toBe(bench.server.reports.length);
  });

  it('that fail or are refused disturb nothing, and a refusal is not asked for again', async () => {
    let asked = 0;
    bench.server.refuseReport = () => {
      asked += 1;
      return new GraphQLError('No.', { extensions: { code: asked < 3 ? 'UNAVAILABLE' : 'FORBIDDEN' } });
    };
    const { watched, client } = watch({ reportEveryMs: 2 });
    await watched.caughtUp();
    await expect.poll(() => asked).toBe(3);
    for (let index = 0; index < 10; index += 1) {
      bench.put({ name: `tool-${index}` });
      await watched.caughtUp();
    }
    expect([asked, client.state, client.lastError, watched.errors]).toEqual([3, 'live', null, []]);
  });

  it('carry a name that says who it is', async () => {
    expect(isConsumerName(hostConsumerName())).toBe(true);
    expect(hostConsumerName()).not.toBe(hostConsumerName());
    expect(() => new CatalogClient({ url: 'http://localhost', consumerName: 'two words' })).toThrow(
      'consumerName must be',
    );
    const silent = watch({ consumerName: null, reportEveryMs: 1 });
    const named = watch({ reportEveryMs: 1 });
    await Promise.all([silent.watched.caughtUp(), named.watched.caughtUp()]);
    await expect.poll(() => bench.server.reports.length).toBeGreaterThan(0);
    expect(new Set(bench.server.reports.map(({ consumer }) => consumer)).size).toBe(1);
    expect(bench.server.reports[0]?.consumer).toMatch(/^client-[0-9a-f]{8}$/);
  });
});
