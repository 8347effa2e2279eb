import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FrameOutlet } from '../../src/graphql/frame-outlet.js';

let door: WebSocketServer;
let served: WebSocket;
let peer: WebSocket;
let connection: Socket;
let heard: string[];

beforeEach(async () => {
  door = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(door, 'listening');
  const connected = once(door, 'connection');
  peer = new WebSocket(`ws://127.0.0.1:${(door.address() as AddressInfo).port}`);
  heard = [];
  peer.on('message', (data, isBinary) => heard.push(isBinary ? 'binary' : String(data)));
  peer.on('ping', (data) => heard.push(`ping ${data}`));
  const [websocket, request] = (await connected) as [WebSocket, IncomingMessage];
  served = websocket;
  connection = request.socket;
  await opened(peer);
});

afterEach(() => {
  peer.terminate();
  door.close();
});

async function opened(socket: WebSocket): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) await once(socket, 'open');
}

function outlet(limits = { maxUnsentBytes: 256 * 1024, patienceMs: 100 }): FrameOutlet {
  return new FrameOutlet(served, connection, limits);
}

test('ws writes to the connection that asked for the upgrade, at once and each frame whole: shared frames fit in between', async () => {
  // What ws keeps to itself: if a release changes it, shared messages must find another way out.
  expect((served as unknown as { _socket: unknown })._socket).toBe(connection);
  expect(connection).toBeInstanceOf(Socket);
  const shared = outlet();
  const expected: string[] = [];
  for (const length of [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 3_000_000]) {
    for (const beginning of ['', '{"id":"ü",']) {
      const rest = 'é'.repeat(Math.max(0, length - Buffer.byteLength(beginning)) / 2) + 'x'.repeat(length % 2);
      served.send(`before ${length}`);
      shared.send([Buffer.from(beginning), Buffer.from(`${beginning}again`)], Buffer.from(rest));
      served.ping(String(length));
      served.send(`after ${length}`);
      expected.push(
        `before ${length}`,
        `${beginning}${rest}`,
        `${beginning}again${rest}`,
        `ping ${length}`,
        `after ${length}`,
      );
    }
  }
  served.close(1000);
  await once(peer, 'close');
  expect(heard).toEqual(expected);
});

test('nothing follows a close frame, and writing to a connection that is gone does no harm', async () => {
  const shared = outlet();
  const closed = once(peer, 'close');
  served.close(4403, 'enough');
  shared.send([Buffer.from('a')], Buffer.from('b'));
  const [code] = (await closed) as [number];
  expect(code).toBe(4403);
  expect(heard).toEqual([]);
  shared.send([Buffer.from('a')], Buffer.from('b'));
});

test('a peer that takes nothing is congested; relief ends after a moment, or when it has taken everything', async () => {
  const shared = outlet({ maxUnsentBytes: 1_000, patienceMs: 60_000 });
  expect(shared.congested).toBe(false);
  await shared.relief();
  peer.pause();
  while (!shared.congested) shared.send([Buffer.from('a')], Buffer.alloc(1_000_000, 'b'));
  await outlet({ maxUnsentBytes: 1_000, patienceMs: 20 }).relief();
  expect(shared.congested).toBe(true);
  const listeners = connection.listenerCount('drain');
  const [relieved, too] = [shared.relief(), shared.relief()];
  peer.resume();
  await Promise.all([relieved, too]);
  expect(shared.congested).toBe(false);
  expect(connection.listenerCount('drain')).toBe(listeners);
});

test('a connection that breaks relieves', async () => {
  const shared = outlet({ maxUnsentBytes: 1_000, patienceMs: 60_000 });
  peer.pause();
  while (!shared.congested) shared.send([Buffer.from('a')], Buffer.alloc(1_000_000, 'b'));
  const relieved = shared.relief();
  served.terminate();
  await relieved;
});
