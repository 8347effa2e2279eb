import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Listener, startListener } from '../../src/database/listener.js';

const sockets = new Set<Socket>();
let server: Server;
let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** AuthenticationOk and ReadyForQuery of PostgreSQL's protocol. */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** Lets everyone in and answers nothing. */
async function silentServer(): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(WELCOME));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('F1: a server that lets the listener in and then says nothing is given up, and tried again', async () => {
  const port = await silentServer();
  const said: string[] = [];
  listener = await startListener({
    config: { host: '127.0.0.1', port, user: 'nobody', database: 'none', ssl: false },
    channel: 'hints',
    onNotify: () => undefined,
    onConnect: () => undefined,
    log: { info: () => undefined, warn: (message: string) => void said.push(message) },
  });
  expect(listener.connected).toBe(false);
  expect(said).toEqual(['LISTEN hints: connection lost, trying again: The server does not answer.']);
  await expect.poll(() => sockets.size, { timeout: 10_000 }).toBeGreaterThan(1);
});
