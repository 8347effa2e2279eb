import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveConnection } from '../../scripts/lib/connection.js';
import { readEnvironment } from '../../scripts/lib/environment.js';

let folder: string;
const environment = (variables: NodeJS.ProcessEnv = {}) =>
  readEnvironment({ DATA_DIR: path.join(folder, 'data'), XDG_CONFIG_HOME: folder, ...variables });
const putConfig = (value: unknown) =>
  writeFile(
    path.join(folder, 'tool-catalog', 'config.json'),
    typeof value === 'string' ? value : JSON.stringify(value),
  );

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'connection-'));
  await mkdir(path.join(folder, 'data'));
  await mkdir(path.join(folder, 'tool-catalog'));
  await writeFile(path.join(folder, 'data', 'admin-token'), 'from-file\n');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the token', () => {
  test('comes from the option, the environment, the configuration file, the data folder, in this order', async () => {
    expect(resolveConnection({}, environment()).token).toBe('from-file');
    await putConfig({ token: 'from-config' });
    expect(resolveConnection({}, environment()).token).toBe('from-config');
    const variables = environment({ TOOL_CATALOG_TOKEN: 'from-variable' });
    expect(resolveConnection({}, variables).token).toBe('from-variable');
    expect(resolveConnection({ token: 'from-option' }, variables).token).toBe('from-option');
  });

  test('of the data folder goes to loopback only', () => {
    for (const url of ['http://127.0.0.1:4000/', 'http://[::1]:4000', 'http://localhost']) {
      expect(resolveConnection({ url }, environment()).token).toBe('from-file');
    }
    for (const url of [
      'http://example.com',
      'http://notlocalhost',
      'http://localhost.example.com',
      'http://127.0.0.1.example.com',
    ]) {
      expect(() => resolveConnection({ url }, environment())).toThrow('No token for http');
    }
  });

  test('of the configuration file goes to its own service only', async () => {
    await putConfig({ url: 'https://catalog.example.com/graphql', token: 'from-config' });
    expect(resolveConnection({}, environment())).toMatchObject({ token: 'from-config' });
    expect(() => resolveConnection({ url: 'https://other.example.com' }, environment())).toThrow('No token for');
  });

  test('that was given and is empty is not another one', () => {
    const refused = () => resolveConnection({ token: '' }, environment({ TOOL_CATALOG_TOKEN: 'from-variable' }));
    expect(refused).toThrow('The token from --token is empty.');
  });

  test('that is missing is explained', () => {
    const empty = readEnvironment({ XDG_CONFIG_HOME: '/nonexistent', DATA_DIR: '/nonexistent' });
    expect(() => resolveConnection({}, empty)).toThrow(
      /--token, in TOOL_CATALOG_TOKEN or as "token" in .*admin-token/s,
    );
  });

  test('never appears in a message', async () => {
    await putConfig('{"token": "tc_secret');
    expect(() => resolveConnection({}, environment())).toThrow(/^(?!.*tc_secret).*config\.json is not a JSON object/s);
    expect(() => resolveConnection({ token: 'tc secret\n' }, environment())).toThrow(/^(?!.*tc secret)/s);
  });
});

describe('the URL', () => {
  test('comes from the option, the environment, the configuration file, else it is the default', async () => {
    expect(resolveConnection({}, environment()).url).toBe('http://localhost:4000/graphql');
    await putConfig({ url: 'http://localhost:4001', token: 'x' });
    expect(resolveConnection({}, environment()).url).toBe('http://localhost:4001/graphql');
    const variables = environment({ TOOL_CATALOG_URL: 'http://localhost:4002/graphql' });
    expect(resolveConnection({}, variables).url).toBe('http://localhost:4002/graphql');
    expect(resolveConnection({ url: 'http://localhost:4003' }, variables).url).toBe('http://localhost:4003/graphql');
  });

  test.each(['localhost:4000', 'ftp://localhost', 'nonsense'])('%s is refused', (url) => {
    expect(() => resolveConnection({ url }, environment())).toThrow('is not an http or https URL');
  });
});
