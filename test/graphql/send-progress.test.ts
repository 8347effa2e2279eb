import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SendProgress } from '../../src/graphql/send-progress.js';

const MEBIBYTE = 1024 * 1024;
/** More than any kernel holds for a connection. */
const BYTES = 64 * MEBIBYTE;

let sender: Socket;
let consumer: Socket;

beforeEach(async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection');
  consumer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  consumer.pause();
  [sender] = (await connected) as [Socket];
  server.close();
});

afterEach(() => {
  sender.destroy();
  consumer.destroy();
});

/** Takes this much of what was sent. */
async function take(bytes: number): Promise<void> {
  for (let taken = 0; taken < bytes; ) {
    const chunk = consumer.read() as Buffer | null;
    if (chunk === null) await once(consumer, 'readable');
    else taken += chunk.byteLength;
  }
}

test('a consumer that takes a part of one large write now and then is not stalled; one that stops is', async () => {
  let nowMs = 0;
  const progress = new SendProgress(sender, nowMs);
  sender.write(Buffer.alloc(BYTES));
  for (let round = 0; round < 5; round += 1) {
    await take(8 * MEBIBYTE);
    nowMs += 29_000;
    // The system tells the sender a moment later.
    while (progress.stalledMs(nowMs) > 0) await tick();
    expect(sender.writableLength).toBe(BYTES);
  }
  // What is still on its way fills the buffers in between; then nothing moves.
  do {
    nowMs += 30_000;
    await tick();
  } while (progress.stalledMs(nowMs) < 30_000);
  expect(progress.stalledMs(nowMs + 5_000)).toBe(35_000);
});

test('nothing that waits is no stall, however long', () => {
  const progress = new SendProgress(sender, 0);
  expect(progress.stalledMs(3_600_000)).toBe(0);
});
