import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MessageAllowance } from '../../src/graphql/message-allowance.js';
import { WEBSOCKET_LIMITS } from '../../src/graphql/websocket-limits.js';
import { SocketClient } from './support/socket-client.js';
import { startTestServer, type TestServer } from './support/test-server.js';

describe('the allowance', () => {
  test('is a burst, then a rate; what came beyond it is made up for first', () => {
    const allowance = new MessageAllowance({ messageBurst: 3, messagesPerSecond: 10 }, 0);
    const spend = (count: number) => {
      for (let spent = 0; spent < count; spent += 1) allowance.spend();
    };
    spend(2);
    expect(allowance.isSpent).toBe(false);
    spend(6);
    allowance.fill(500, true);
    expect(allowance.isSpent).toBe(true);
    allowance.fill(501, true);
    expect(allowance.isSpent).toBe(false);
    // However long it was silent, it gets no more than the burst.
    allowance.fill(1_000_000, true);
    spend(3);
    expect(allowance.isSpent).toBe(true);
  });

  test('is not filled while the peer takes nothing', () => {
    const allowance = new MessageAllowance({ messageBurst: 1, messagesPerSecond: 1_000 }, 0);
    allowance.spend();
    allowance.fill(60_000, false);
    expect(allowance.isSpent).toBe(true);
    allowance.fill(60_001, true);
    expect(allowance.isSpent).toBe(false);
  });
});

describe('W-10: floods', () => {
  let server: TestServer;
  const clients: SocketClient[] = [];

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => server.close());

  async function connect(): Promise<SocketClient> {
    const client = await SocketClient.connect(server.websocketUrl, server.adminToken);
    clients.push(client);
    return client;
  }

  const FLOOD = 100_000;
  const PING = '{"type":"ping"}';
  const QUERY = { query: '{ catalog { revision } }' };

  test.each([
    ['pings', () => PING],
    [
      'what cannot be parsed',
      (index: number) => JSON.stringify({ id: `${index}`, type: 'subscribe', payload: { query: '{' } }),
    ],
  ])('a flood of %s is read slowly, and others are answered meanwhile', async (_, messageAt) => {
    const [flooder, honest] = [await connect(), await connect()];
    let heard = 0;
    flooder.socket.on('message', () => {
      heard += 1;
    });
    for (let sent = 0; sent < FLOOD; sent += 1) flooder.send(messageAt(sent));
    for (let asked = 0; asked < 30; asked += 1) {
      honest.send({ id: `${asked}`, type: 'subscribe', payload: QUERY });
      expect(await honest.nextOf(`${asked}`)).toMatchObject({ type: 'next' });
    }
    expect(heard).toBeLessThan(FLOOD / 2);
  });

  test('as much as is allowed at once is answered at once', async () => {
    const client = await connect();
    const { messageBurst } = WEBSOCKET_LIMITS;
    for (let sent = 0; sent < messageBurst - 10; sent += 1) client.send(PING);
    for (let heard = 0; heard < messageBurst - 10; heard += 1) expect((await client.next()).type).toBe('pong');
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});
