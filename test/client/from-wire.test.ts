import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FeedError } from '../../src/client/client-errors.js';
import { readPage, readUpdate } from '../../src/client/from-wire.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { sampleCapability, sampleChange, sampleTool } from '../view/sample-tools.js';
import { FeedServer } from './feed-server.js';
import { WatchedClient } from './watched-client.js';

const RICH: ToolState = sampleTool({
  name: 'systemctl',
  owner: 'alice',
  enabled: false,
  status: 'DEPRECATED',
  createdBy: null,
  updatedBy: 'bob',
  category: 'service',
  defaults: { timeout: 30, nested: { list: [1, 'two', null, true] } },
  dependencies: [
    { name: 'systemd', type: 'service', required: true },
    { name: 'sudo', type: 'tool', required: false, version: '>=1.9', platform: 'linux' },
  ],
  metadata: { tags: ['service', 'linux'] },
  extensions: { 'x-team': 'ops' },
  capabilities: [
    {
      ...sampleCapability('service_control', ['restart_service']),
      extensions: { note: 1 },
      patterns: sampleCapability('x').patterns.map((pattern) => ({
        ...pattern,
        complexityScore: 0.55,
        optionalInputs: [{ name: 'lines', type: 'integer' }],
        limitations: ['needs systemd'],
        examples: ['restart nginx', { query: 'is nginx up?' }],
        extensions: { hint: null },
      })),
    },
    { ...sampleCapability('status'), patterns: [] },
  ],
});

describe('a tool on its way over the wire', () => {
  let server: FeedServer;
  beforeAll(async () => {
    server = await FeedServer.start();
    server.commit([sampleChange({ ...RICH, parentVersion: '0.9.0' }, 'CREATED')]);
  });
  afterAll(() => server.stop());

  it.each(['snapshot', 'list'] as const)('arrives by %s as it was, but for its parent version', async (bootstrap) => {
    const { client } = new WatchedClient(server, { bootstrap });
    await client.ready();
    expect(client.get('systemctl')).toEqual({ ...RICH, parentVersion: null });
    await client.close();
  });

  it('arrives as a change as it was', async () => {
    const watched = new WatchedClient(server);
    await watched.client.ready();
    const revision = server.commit([sampleChange({ ...RICH, version: '2.0.0', parentVersion: '1.0.0' })]);
    await watched.caughtUp();
    expect(watched.client.get('systemctl')).toEqual({ ...RICH, version: '2.0.0', parentVersion: null, revision });
    await watched.client.close();
  });
});

describe('a message of another shape', () => {
  const update = (tool: unknown, rest: object = {}) => ({
    toolUpdated: {
      action: 'UPDATED',
      position: 'e:1',
      previousPosition: 'e:0',
      revision: 1,
      lastInRevision: true,
      toolId: 'id',
      tenant: 'shared',
      toolName: 'systemctl',
      platform: 'linux',
      changedFields: [],
      actor: 'admin',
      reason: null,
      contentHash: null,
      at: '2026-01-01T00:00:00.000Z',
      tool,
      ...rest,
    },
  });

  it('is read for what it does to the tool when its action is one of a later release', () => {
    expect(readUpdate(update(RICH, { action: 'PROMOTED' }))).toMatchObject({
      action: 'UPDATED',
      tool: { name: 'systemctl' },
    });
    expect(readUpdate(update(null, { action: 'ARCHIVED' }))).toMatchObject({
      action: 'DELETED',
      toolId: 'id',
      tool: null,
    });
    expect(() => readUpdate(update(null, { action: 'RESTED', toolId: null }))).toThrow(
      '/toolUpdated/toolId is not a text',
    );
  });

  it('is read when it has the right one', () => {
    expect(readUpdate(update(RICH))).toMatchObject({ tool: { name: 'systemctl' } });
    expect(readUpdate(update(null, { action: 'DELETED' }))).toMatchObject({ tool: null });
  });

  it.each(Object.keys(RICH).filter((key) => key !== 'parentVersion'))('is refused for tool/%s, by its place', (key) => {
    expect(() => readUpdate(update({ ...RICH, [key]: Symbol('wrong') }))).toThrow(FeedError);
    expect(() => readUpdate(update({ ...RICH, [key]: Symbol('wrong') }))).toThrow(`/toolUpdated/tool/${key} is not`);
  });

  const [capability] = RICH.capabilities;
  const [pattern] = capability?.patterns ?? [];
  it.each(Object.keys(pattern ?? {}))('is refused for a pattern/%s', (key) => {
    const capabilities = [{ ...capability, patterns: [{ ...pattern, [key]: Symbol('wrong') }] }];
    expect(() => readUpdate(update({ ...RICH, capabilities }))).toThrow(
      `/tool/capabilities/0/patterns/0/${key} is not`,
    );
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'it is not an object'],
    ['no update', {}, '/toolUpdated is not an object'],
    ['a change without its tool', update(null), '/toolUpdated/tool is not an object'],
    ['an action that is none', update(RICH, { action: 7 }), '/toolUpdated/action is not a text'],
    ['a revision beyond 2^53', update(RICH, { revision: 2 ** 53 }), '/toolUpdated/revision is not a whole number'],
  ])('is refused for %s', (_, data, message) => {
    expect(() => readUpdate(data)).toThrow(message);
  });

  it('is refused on a page', () => {
    const page = {
      catalog: { tenant: 'a' },
      tools: { nodes: [null], pageInfo: { hasNextPage: false }, position: 'e:1' },
    };
    expect(() => readPage(page)).toThrow('/tools/nodes/0 is not an object');
  });
});
