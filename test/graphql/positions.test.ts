import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatPosition, type Position } from '../../src/view/position.js';
import { definitionInput } from '../support/definitions.js';
import { caller } from '../support/instance.js';
import { SocketClient } from './support/socket-client.js';
import { codeOf, type GraphqlAnswer, startTestServer, type TestServer } from './support/test-server.js';

const FOLLOW = 'subscription ($p: CatalogPosition) { toolUpdated(after: $p) { action position } }';
const READ = 'query ($p: CatalogPosition) { tools(first: 1, atLeast: $p) { position } }';
const RESUME_WITH_LITERAL = (text: string) => `subscription { toolUpdated(after: ${JSON.stringify(text)}) { action } }`;

let server: TestServer;
let head: Position;
let tokens: readonly string[];

beforeAll(async () => {
  server = await startTestServer({ bookmarkMs: 60_000 });
  const ada = caller();
  await server.instance.commands.createTenant(ada, { name: 'acme' });
  for (const name of ['a', 'b', 'c'])
    await server.instance.commands.createTool(ada, { definition: definitionInput({ name }) });
  // The last position is one that only another tenant's change made.
  await server.instance.commands.createTool(caller({ tenant: 'acme' }), {
    definition: definitionInput({ name: 'own' }),
  });
  head = server.instance.follower.position;
  tokens = [server.adminToken, (await server.newToken('VIEWER', 'acme')).token];
});
afterAll(() => server.close());

describe('L-9: every form of position has a documented beginning or a typed error, at every door, and no status of 500', () => {
  /** What a position is; how a stream begins after it; what a read that asks for it answers. */
  const forms: [string, () => string | null, string, string | undefined][] = [
    ['null', () => null, 'BOOKMARK', undefined],
    ['zero', () => `${head.epoch}:0`, 'CREATED', undefined],
    ['-1', () => `${head.epoch}:-1`, 'POSITION_INVALID', 'POSITION_INVALID'],
    ['2^53', () => `${head.epoch}:9007199254740992`, 'POSITION_INVALID', 'POSITION_INVALID'],
    ['2^63', () => `${head.epoch}:9223372036854775808`, 'POSITION_INVALID', 'POSITION_INVALID'],
    ["the head, another tenant's change", () => formatPosition(head), 'BOOKMARK', undefined],
    ['head + 1', () => `${head.epoch}:${head.revision + 1}`, 'POSITION_AHEAD', 'UNAVAILABLE'],
    ['head + 10^6', () => `${head.epoch}:${head.revision + 1_000_000}`, 'POSITION_AHEAD', 'UNAVAILABLE'],
    ['another epoch', () => `${'0'.repeat(32)}:${head.revision}`, 'POSITION_INVALID', 'POSITION_INVALID'],
    ['made by hand', () => 'shared:1', 'POSITION_INVALID', 'POSITION_INVALID'],
    ['truncated', () => formatPosition(head).slice(0, 10), 'POSITION_INVALID', 'POSITION_INVALID'],
    ['base64 junk', () => Buffer.from(formatPosition(head)).toString('base64'), 'POSITION_INVALID', 'POSITION_INVALID'],
    ['10 KB', () => 'x'.repeat(10_240), 'POSITION_INVALID', 'POSITION_INVALID'],
  ];
  test.each(forms)('%s', async (_, text, begins, refusal) => {
    for (const token of tokens) {
      const client = await SocketClient.connect(server.websocketUrl, token);
      const position = text();
      client.subscribe('variable', FOLLOW, { p: position });
      expect(beginning(await client.nextOf('variable'))).toBe(begins);
      if (position !== null) {
        client.subscribe('literal', RESUME_WITH_LITERAL(position));
        expect(beginning(await client.nextOf('literal'))).toBe(begins);
      }
      client.close();
      const [event, eventStatus] = await firstEvent(position, token);
      expect(event).toBe(begins);
      const response = await server.post(JSON.stringify({ query: READ, variables: { p: position } }), bearer(token));
      const answer = (await response.json()) as GraphqlAnswer;
      for (const status of [eventStatus, response.status]) expect(status).toBeLessThan(500);
      expect(codeOf(answer)).toBe(refusal);
      if (refusal === undefined) expect(answer.data).toEqual({ tools: { position: formatPosition(head) } });
    }
  });

  test.each([[1], [true], [{}], [['x']]])('%j is no position at all', async (value) => {
    const client = await SocketClient.connect(server.websocketUrl, server.adminToken);
    client.subscribe('s', FOLLOW, { p: value });
    expect(beginning(await client.nextOf('s'))).toBe('BAD_USER_INPUT');
    client.close();
    expect(codeOf(await server.ask(READ, { p: value }))).toBe('BAD_USER_INPUT');
  });
});

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** How a stream over server-sent events begins, and the status of its answer. */
async function firstEvent(position: string | null, token: string): Promise<[unknown, number]> {
  const response = await server.post(JSON.stringify({ query: FOLLOW, variables: { p: position } }), {
    accept: 'text/event-stream',
    ...bearer(token),
  });
  let text = '';
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const data = /^data: (\{.+)\n/m.exec(text)?.[1];
    if (data === undefined) continue;
    const { errors, ...payload } = JSON.parse(data) as GraphqlAnswer;
    return [beginning(errors ? { type: 'error', payload: errors } : { type: 'next', payload }), response.status];
  }
  return [`silence: ${text}`, response.status];
}

/** The action of a first update, or the code of the error in its place. */
function beginning({ type, payload }: { readonly type: string; readonly payload?: unknown }): unknown {
  if (type === 'error') return (payload as { extensions: { code: string } }[])[0]?.extensions.code;
  return (payload as { data: { toolUpdated: { action: string } } }).data.toolUpdated.action;
}
