import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CONNECTED_MS,
  CONSUMER_AGE_MS,
  type Consumer,
  createConsumers,
  forgetConsumers,
} from '../../src/live/consumers.js';
import { codeOf, fieldOf, startTestServer, type TestServer } from '../graphql/support/test-server.js';
import { definitionInput } from '../support/definitions.js';
import { caller, startInstance, type TestInstance } from '../support/instance.js';

const REPORT = `mutation ($consumer: String!, $position: CatalogPosition!) {
  reportPosition(consumer: $consumer, position: $position) { name principal position lag connected lastSeenAt }
}`;
const LIST = '{ consumers { name principal position lag connected lastSeenAt } }';

let server: TestServer;
let other: TestInstance;
let orchestrator: { token: string };

beforeAll(async () => {
  server = await startTestServer();
  other = await startInstance(server.databaseUrl);
  orchestrator = await server.newToken('ORCHESTRATOR');
  await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'disk' }) });
  await server.instance.commands.createTool(caller(), { definition: definitionInput({ name: 'ssh' }) });
});
afterAll(async () => {
  await other?.close();
  await server?.close();
});

const here = () => server.services.source.position;
const at = (revision: number, epoch = here().epoch) => `${epoch}:${revision}`;
const report = (consumer: string, position: string, token = orchestrator.token) =>
  server.ask(REPORT, { consumer, position }, token);
const listed = async (token?: string) => fieldOf<Consumer[]>(await server.ask(LIST, {}, token), 'consumers');

describe('C7: consumers', () => {
  it('are listed with what they reported last, and how far that lags', async () => {
    const reported = fieldOf<Consumer>(await report('planner-1', at(1)), 'reportPosition');
    expect(reported).toMatchObject({ name: 'planner-1', position: at(1), lag: 1, connected: true });
    await report('executor', at(0));
    await report('planner-1', at(2));
    const viewer = await server.newToken('VIEWER');
    const found = await listed(viewer.token);
    expect(found.map(({ name, position, lag }) => [name, position, lag])).toEqual([
      ['executor', at(0), 2],
      ['planner-1', at(2), 0],
    ]);
    expect(Math.abs(Date.now() - Date.parse(found[0]?.lastSeenAt ?? ''))).toBeLessThan(60_000);
  });

  it.each([
    ['', 'BAD_USER_INPUT'],
    ['-begins-wrong', 'BAD_USER_INPUT'],
    ['two words', 'BAD_USER_INPUT'],
    ['nul\u0000', 'BAD_USER_INPUT'],
    ['x'.repeat(101), 'BAD_USER_INPUT'],
  ])('with the name %j are refused', async (name, code) => {
    expect(codeOf(await report(name, at(1)))).toBe(code);
  });

  it.each([
    ['garbage', () => 'garbage', 'POSITION_INVALID'],
    ['another history', () => at(1, 'other'), 'POSITION_INVALID'],
    ['beyond the log', () => at(1_000), 'POSITION_AHEAD'],
    ['beyond 2^53', () => at(2 ** 53), 'POSITION_INVALID'],
  ])('at a position that is %s are refused', async (_, position, code) => {
    expect(codeOf(await report('planner-2', position()))).toBe(code);
    expect((await listed()).map(({ name }) => name)).not.toContain('planner-2');
  });

  it('may be reported by orchestrators and admins only, each for itself and its tenant', async () => {
    const viewer = await server.newToken('VIEWER');
    expect(codeOf(await report('planner-1', at(1), viewer.token))).toBe('FORBIDDEN');
    await server.instance.commands.createTenant(caller(), { name: 'acme' });
    const foreign = await server.newToken('ADMIN', 'acme');
    await report('planner-1', at(0), foreign.token);
    const second = await server.newToken('ORCHESTRATOR');
    await report('planner-1', at(1), second.token);
    expect(
      (await listed())
        .filter(({ name }) => name === 'planner-1')
        .map(({ lag }) => lag)
        .sort(),
    ).toEqual([0, 1]);
    expect(await listed(foreign.token)).toMatchObject([{ name: 'planner-1', lag: 2 }]);
  });

  it('are seen alike by every instance, are gone after 90 s of silence, and forgotten after a week', async () => {
    let nowMs = Date.now();
    const now = () => new Date(nowMs);
    const consumers = createConsumers({ database: other.database, source: other.follower, log: other.log, now });
    // The other instance may lag: then it is the database that knows whether the position exists.
    const behind = createConsumers({
      database: other.database,
      source: { position: { ...here(), revision: 0 } },
      log: other.log,
      now,
    });
    const reported = { tenant: 'shared', principal: 'bot', consumer: 'elsewhere', position: at(2) };
    expect(await behind.report(reported)).toMatchObject({ lag: 0, connected: true });
    const seen = async () => (await consumers.list('shared')).find(({ name }) => name === 'elsewhere');
    expect(await seen()).toMatchObject({ lag: 0, connected: true });
    expect((await listed()).find(({ name }) => name === 'elsewhere')?.connected).toBe(true);
    nowMs += CONNECTED_MS + 1;
    expect(await seen()).toMatchObject({ connected: false });
    expect(await forgetConsumers(other.database, now())).toBe(0);
    nowMs += CONSUMER_AGE_MS;
    expect(await forgetConsumers(other.database, now())).toBeGreaterThan(0);
    expect(await consumers.list('shared')).toEqual([]);
  });

  it('of one principal are at most 1,000: the longest unseen go first', async () => {
    await other.database.withTenant('shared', (transaction) =>
      transaction.consumerPosition.createMany({
        data: Array.from({ length: 1_003 }, (_, index) => ({
          tenant: 'shared',
          principal: 'crowd',
          name: `consumer-${index}`,
          epoch: here().epoch,
          revision: 1n,
          lastSeenAt: new Date(Date.now() - index * 1_000),
        })),
      }),
    );
    expect(await forgetConsumers(other.database, new Date())).toBe(3);
    expect(await listed()).toHaveLength(1_000);
  });

  it('leave no trace in the audit log', async () => {
    const entries = await server.ask('{ auditLog(first: 200) { nodes { action } } }');
    expect(JSON.stringify(entries.data)).toContain('created');
    expect(JSON.stringify(entries.data)).not.toMatch(/position|consumer/);
  });

  it('of a history that was replaced have no lag', async () => {
    await other.database.withTenant('shared', (transaction) =>
      transaction.consumerPosition.create({
        data: { tenant: 'shared', principal: 'old', name: 'before-restore', epoch: 'earlier', revision: 9n },
      }),
    );
    expect((await listed()).find(({ name }) => name === 'before-restore')).toMatchObject({
      lag: null,
      position: 'earlier:9',
    });
  });
});
