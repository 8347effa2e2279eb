import { describe, expect, it } from 'vitest';
import { Bench } from './bench.js';
import { TOKEN } from './feed-server.js';

const bench = Bench.prepare();

describe('a token function', () => {
  it('that never answers holds up neither the next attempt nor closing', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return asked === 1 ? new Promise<string>(() => undefined) : TOKEN;
    };
    const watched = bench.watch({ token, requestTimeoutMs: 500 });
    await watched.caughtUp();
    expect(asked).toBeGreaterThan(1);
    const hanging = bench.watch({ token: () => new Promise<string>(() => undefined) });
    await hanging.client.close();
    expect(hanging.client.state).toBe('closed');
  });

  it('that throws is asked again, and what it threw is told', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      if (asked === 1) throw new Error('The vault is sealed.');
      return TOKEN;
    };
    const watched = bench.watch({ token });
    await watched.caughtUp();
    expect(watched.errors).toMatchObject([{ message: 'The vault is sealed.' }]);
  });

  it('that answers what no header may carry is told so, and what it answered is told nobody', async () => {
    const log: string[] = [];
    const watched = bench.watch({ token: () => 'tcat_secret\nof Ada', log: ({ message }) => log.push(message) });
    await watched.until(() => watched.errors.length > 0);
    expect(watched.errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('token') }]);
    await expect(watched.client.ready({ timeoutMs: 1 })).rejects.toThrow('on one line');
    expect(log.join()).not.toContain('secret');
    // As it comes out of a file.
    const whole = bench.watch({ token: `${TOKEN}\n` });
    await whole.caughtUp();
  });

  it('renews a token that ended while it was connected, without the wait of a refusal', async () => {
    let token = TOKEN;
    const watched = bench.watch({ token: () => token, reconnectMaxMs: 600_000 });
    await watched.client.live();
    bench.server.token = 'renewed';
    token = 'renewed';
    bench.server.closeSockets(4403, 'The token is no longer valid');
    await watched.state('stale');
    bench.put({ name: 'meanwhile' });
    await watched.caughtUp();
    // Renewing is no fault.
    expect(watched.errors).toEqual([]);
  });
});

describe('an answer that breaks off', () => {
  it('is a lost connection: tried again, and nothing is thrown away for it', async () => {
    let cut = 0;
    const fetch = async (url: string, init: RequestInit) => {
      const answer = await globalThis.fetch(url, init);
      if (cut > 0) return answer;
      cut += 1;
      const text = await answer.text();
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text.slice(0, text.length / 2)));
          controller.error(new Error('ECONNRESET'));
        },
      });
      return new Response(body, { headers: { 'content-type': 'application/json' } });
    };
    const log: string[] = [];
    const watched = bench.watch({ bootstrap: 'list', fetch, log: ({ message }) => log.push(message) });
    await watched.caughtUp();
    expect(cut).toBe(1);
    expect(watched.errors).toEqual([]);
    expect(log[0]).toMatch(/broke off.* \(reconnect\)$/);
  });
});
