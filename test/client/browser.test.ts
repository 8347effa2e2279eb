import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { sampleChange, sampleTool } from '../view/sample-tools.js';
import { FeedServer } from './feed-server.js';
import { WatchedClient } from './watched-client.js';

const SOURCE = path.join(import.meta.dirname, '..', '..', 'src');

const NODE_GLOBAL = /\b(?:process\.|Buffer\b|setImmediate\b|clearImmediate\b|__dirname\b|__filename\b|require\()/;

/** Everything that a file imports at run time, and what those import; packages by name, dynamic imports marked. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, specifier = ''] of text.matchAll(/^(?:import|export) (?:(?!type )[^;']*?from )?'([^']+)';/gm)) {
    if (!specifier.startsWith('.')) seen.add(specifier);
    else {
      const next = path.join(path.dirname(file), specifier.replace(/\.js$/, '.ts'));
      if (!seen.has(next)) importsOf(next, seen);
    }
  }
  for (const [, specifier = ''] of text.matchAll(/\bimport\('([^']+)'\)/g)) seen.add(`dynamic ${specifier}`);
  return seen;
}

describe('the client in a browser', () => {
  it('imports nothing of Node, and `ws` only where there is no WebSocket', () => {
    const reached = [...importsOf(path.join(SOURCE, 'client', 'index.ts'))];
    const files = reached.filter((one) => one.startsWith(SOURCE));
    expect(files.length).toBeGreaterThan(20);
    expect(reached.filter((one) => !one.startsWith(SOURCE)).sort()).toEqual([
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
      'dynamic ws',
      'expr-eval',
      'graphql-ws/client',
      'minisearch/SearchableMap',
      'stemmer',
    ]);
  });

  it.each(['client', 'client/testing'])('%s reaches for no module and no global of Node', (entry) => {
    const reached = [...importsOf(path.join(SOURCE, entry, 'index.ts'))];
    expect(reached.filter((one) => /^(?:dynamic )?node:/.test(one))).toEqual([]);
    const files = reached.filter((one) => one.startsWith(SOURCE));
    const found = files.filter((file) =>
      NODE_GLOBAL.test(readFileSync(file, 'utf8').replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '')),
    );
    expect(found).toEqual([]);
    expect(NODE_GLOBAL.test('await new Promise(setImmediate);')).toBe(true);
  });

  afterEach(() => vi.unstubAllGlobals());

  it('takes the WebSocket of the runtime, or the given one', async () => {
    const server = await FeedServer.start();
    server.commit([sampleChange(sampleTool({ name: 'disk' }))]);
    let [global, given] = [0, 0];
    class GlobalSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        global += 1;
      }
    }
    class GivenSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        given += 1;
      }
    }
    vi.stubGlobal('WebSocket', GlobalSocket);
    const clients = [new WatchedClient(server), new WatchedClient(server, { webSocket: GivenSocket })];
    await Promise.all(clients.map(({ client }) => client.ready()));
    expect([global, given]).toEqual([1, 1]);
    await Promise.all(clients.map(({ client }) => client.close()));
    await server.stop();
  });
});
