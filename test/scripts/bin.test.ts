import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import { CatalogServer, smallTools, TOKEN } from './catalog-server.js';

const BIN = path.join(import.meta.dirname, '../../dist/scripts/tool-catalog.js');
const server = new CatalogServer();
let url: string;

beforeEach(async () => {
  server.tools.clear();
  if (!existsSync(BIN)) throw new Error(`${BIN} is not there: run 'npm run build' first, as 'npm test' does.`);
  url = await server.start();
});
afterEach(() => server.stop());

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env['PATH'], TOOL_CATALOG_TOKEN: TOKEN, TOOL_CATALOG_URL: url },
  });
  return { child, exit: once(child, 'exit'), stderr: text(child.stderr) };
}

test('a reader that has seen enough ends the command quietly', async () => {
  for (const tool of generateCatalog({ toolCount: 400, seed: 1 }))
    server.tools.set(`${tool.platform}/${tool.name}`, tool);
  const { child, exit, stderr } = start('export', '--stdout');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await exit).toEqual([0, null]);
  expect(await stderr).toBe('');
});

test('Ctrl-C ends it with 130, and says what was not sent, and of what nobody knows whether it was stored', async () => {
  const held = server.holdAnswer(2);
  const { child, exit, stderr } = start('import', '-', '--quiet');
  const stdout = text(child.stdout);
  child.stdin.end(smallTools(1_200));
  await held;
  expect(server.tools.size).toBe(1_000);
  child.kill('SIGINT');
  expect(await exit).toEqual([130, null]);
  expect(await stdout).toMatch(/^500 documents: 500 created, .*; 500 not confirmed; 200 not sent \(/);
  expect(await stderr).not.toContain('    at ');
});

test('a slow reader gets everything', async () => {
  for (const tool of generateCatalog({ toolCount: 400, seed: 1 }))
    server.tools.set(`${tool.platform}/${tool.name}`, tool);
  const first = server.answered(1);
  const { child, exit } = start('export', '--stdout');
  await first;
  const whole = await text(child.stdout);
  expect(await exit).toEqual([0, null]);
  expect(whole.match(/^tool_name:/gm)).toHaveLength(400);
});
