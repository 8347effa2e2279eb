import { expect, test } from 'vitest';
import { Turns } from '../../src/live/turns.js';

const WORKERS = 20;
const PIECES = 10;
const PIECE_MS = 1;

function busy(): void {
  const endMs = performance.now() + PIECE_MS;
  while (performance.now() < endMs);
}

/** Turns of the event loop that others had while the workers worked, and who worked when. */
async function work(turn: () => Promise<void> | undefined): Promise<{ turns: number; order: number[] }> {
  let turns = 0;
  let done = false;
  const order: number[] = [];
  const count = () => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(
    Array.from({ length: WORKERS }, async (_, worker) => {
      for (let piece = 0; piece < PIECES; piece += 1) {
        await turn();
        order.push(worker);
        busy();
      }
    }),
  );
  done = true;
  return { turns, order };
}

test('whoever works in turns lets others work, too', async () => {
  const turns = new Turns(5);
  const shared = await work(() => turns.next());
  expect(shared.turns).toBeGreaterThan((WORKERS * PIECES * PIECE_MS) / 5 / 5);
  const alone = await work(() => undefined);
  expect(alone.turns).toBe(0);
});

test('everyone gets a turn before anyone has had many', async () => {
  const turns = new Turns(5);
  const { order } = await work(() => turns.next());
  expect(new Set(order.slice(0, WORKERS * 3)).size).toBe(WORKERS);
});
