import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { CatalogClient } from '../../src/client/catalog-client.js';
import { UnavailableError } from '../../src/kernel/errors.js';

const opened: (CatalogClient | Server)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) {
    if (one instanceof CatalogClient) await one.close();
    else {
      one.closeAllConnections();
      one.close();
    }
  }
});

/** A client of a service that answers requests so. */
async function clientOf(answer: RequestListener, requestTimeoutMs: number) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const client = new CatalogClient({ url, requestTimeoutMs, reconnectMinMs: 60_000, reconnectMaxMs: 60_000 });
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  opened.push(client, server);
  client.start();
  return { client, errors };
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

describe('C3: a request that gets no whole answer is a lost connection', () => {
  const collect = garbageCollector();

  it.each<[string, RequestListener]>([
    ['no answer', () => undefined],
    ['an answer that does not end', (_, response) => void response.write('{"data":')],
  ])('%s: ends in time, though memory is collected meanwhile', async (_, answer) => {
    const { client, errors } = await clientOf(answer, 500);
    const failure = () => {
      collect();
      return client.lastError;
    };
    await expect.poll(failure, { timeout: 10_000, interval: 20 }).toBeInstanceOf(UnavailableError);
    expect(client.lastError?.message).toContain('No answer came within 500 ms');
    expect(errors).toEqual([]);
  });

  it.each<[string, RequestListener, string]>([
    [
      'that breaks off',
      (_, response) => {
        response.write('{"data":', () => response.destroy());
      },
      'broke off',
    ],
    ['of a proxy', (_, response) => void response.end('<html>Back soon</html>'), 'no JSON came'],
    ['that is no object', (_, response) => void response.end('null'), 'no JSON came'],
  ])('an answer %s is no broken rule of the feed', async (_, answer, message) => {
    const { client, errors } = await clientOf(answer, 30_000);
    await expect.poll(() => client.lastError, { timeout: 10_000 }).toBeInstanceOf(UnavailableError);
    expect(client.lastError?.message).toContain(message);
    expect(errors).toEqual([]);
  });
});
