import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { Exchange } from '../../src/http/exchange.js';
import { graphiqlPage } from '../../src/http/graphiql-page.js';

test('a page that could not be made is tried again, and made once', async () => {
  let attempts = 0;
  const serve = graphiqlPage(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('Too many open files.');
    return { html: Buffer.from('<p>'), compressed: Buffer.from(''), etag: '"e"' };
  });
  const server = createServer((request, response) => {
    serve({ request, response } as Exchange).catch(() => response.writeHead(500).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ask = () =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      headers: { 'accept-encoding': 'identity' },
    });
  const answers = [await ask(), await ask(), await ask()];
  expect(answers.map(({ status }) => status)).toEqual([500, 200, 200]);
  expect(attempts).toBe(2);
  server.closeAllConnections();
  server.close();
});
