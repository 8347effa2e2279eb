import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ConfigError, readConfig, startApp } from '../src/app.js';
import { silentLogger } from './support/instance.js';
import { createTestDatabase, type TestDatabase } from './support/postgres.js';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  [database, folder] = await Promise.all([createTestDatabase(), mkdtemp(path.join(tmpdir(), 'app-'))]);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

/** What the start says, when it is refused as the environment is. */
async function refusal(env: Record<string, string>): Promise<string> {
  const config = readConfig({
    DATABASE_URL: database.url,
    DATA_DIR: path.join(folder, 'data'),
    PORT: '0',
    BUNDLED_CATALOG: 'false',
    ...env,
  });
  const started = await startApp(config, silentLogger).catch((error: unknown) => error);
  if (started instanceof ConfigError) return started.message;
  if (started instanceof Error) throw started;
  await (started as { close(): Promise<void> }).close();
  return '';
}

describe('a start that cannot be', () => {
  it('names the port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toBe(
      `HOST and PORT: cannot listen on 127.0.0.1, port ${port} (another program listens there).`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('names the address that is not of this machine', async () => {
    expect(await refusal({ HOST: '192.0.2.1' })).toContain('cannot listen on 192.0.2.1, port 0 (EADDRNOTAVAIL)');
  });

  it('names the folder that is none', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    expect(await refusal({ DATA_DIR: file })).toMatch(/^DATA_DIR: .+file cannot be used: .+ \(E[A-Z]+\)\.$/);
  });

  it('names what is wrong with the files of a certificate, and none of what is in them', async () => {
    const [garbage, missing] = [path.join(folder, 'garbage.pem'), path.join(folder, 'missing.pem')];
    await writeFile(garbage, 'secret words');
    expect(await refusal({ TLS_CERT: missing, TLS_KEY: garbage })).toBe(
      `TLS_CERT: ${missing} cannot be read (ENOENT).`,
    );
    expect(await refusal({ TLS_CERT: garbage, TLS_KEY: missing })).toBe(`TLS_KEY: ${missing} cannot be read (ENOENT).`);
    const said = await refusal({ TLS_CERT: garbage, TLS_KEY: garbage });
    expect(said).toMatch(
      /^TLS_CERT and TLS_KEY: .+ are not a certificate and its private key in PEM \(ERR_[A-Z_]+\)\.$/,
    );
    expect(said).not.toContain('secret');
  });
});

describe('TLS_CERT and TLS_KEY', () => {
  // Made for this test, for localhost alone and for a hundred years; nobody trusts it.
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((file) => path.join('test/fixtures/tls', file));

  it('make it serve HTTPS and WSS itself', async () => {
    const config = readConfig({
      DATABASE_URL: database.url,
      DATA_DIR: path.join(folder, 'tls'),
      PORT: '0',
      BUNDLED_CATALOG: 'false',
      TLS_CERT: certificate,
      TLS_KEY: key,
    });
    const app = await startApp(config, silentLogger);
    try {
      const ca = await readFile(certificate ?? '');
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${app.url}/healthz`, { ca }, resolve).once('error', reject);
      });
      answer.resume();
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d+/);

      const socket = new WebSocket(`${app.url.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', { ca });
      await once(socket, 'open');
      const acknowledged = once(socket, 'message');
      const payload = { authorization: `Bearer ${app.adminToken.secret}` };
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
      expect(JSON.parse(String((await acknowledged)[0]))).toMatchObject({ type: 'connection_ack' });
      socket.close();
      await expect(fetch(`${app.url.replace('https', 'http')}/healthz`)).rejects.toThrow('fetch failed');
    } finally {
      await app.close();
    }
  });
});
