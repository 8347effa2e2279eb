import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FeedServer, TOKEN } from '../client/feed-server.js';
import { sampleChange, sampleTool } from '../view/sample-tools.js';
import { startCommand } from './run-command.js';

const YAML = `tool_name: disk
description: Shows disks.
platform: linux
category: system
capabilities:
  service_control:
    description: Does it.
    patterns:
      run: { description: Runs., typical_use_cases: [], time_estimate_ms: "100", cost_estimate: "1", complexity_score: 0.2, scope: batch, completeness: complete, limitations: [], policy: { production_safe: true }, preference_match: { accuracy: 0.5, completeness: 0.5 } }
`;

let server: FeedServer;
let folder: string;
beforeEach(async () => {
  server = await FeedServer.start();
  folder = await mkdtemp(path.join(tmpdir(), 'watch-'));
  await writeFile(path.join(folder, 'disk.yaml'), YAML);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

it('tells what it holds before what it selects from that, and gives the reason of a loss only', async () => {
  server.down = true;
  server.commit([sampleChange(sampleTool({ name: 'disk' }), 'CREATED')]);
  const stop = new AbortController();
  const args = ['--url', server.url, 'watch', '--yaml', folder, '--select', 'service_control'];
  const { exitCode, stdout } = startCommand(args, { environment: { token: TOKEN }, signal: stop.signal });
  await expect.poll(() => stdout.text(), { timeout: 10_000 }).toContain('SELECTED');
  expect(stdout.text()).toMatch(
    /^(?:\S+ {2}connecting: .*\n)?\S+ {2}stale\b.*\n\S+ {2}1 tool, hash \w+\n +from yaml, never confirmed\n +linux 1\n\S+ {2}SELECTED/,
  );
  server.down = false;
  await expect.poll(() => stdout.text(), { timeout: 20_000 }).toContain('from live');
  stop.abort();
  expect(await exitCode).toBe(0);
  const lines = stdout
    .text()
    .split('\n')
    .map((line) => line.replace(/^\S+ {2}/, ''));
  expect(lines).toContain('syncing');
  expect(lines).toContain('live');
  // The same tool, from the service: neither deleted nor created, but of another version's content.
  expect(lines.filter((line) => /^(CREATED|DELETED)/.test(line))).toEqual([]);
  expect(
    lines.filter((line) => /^UPDATED +linux\/disk {2}1\.0\.0 {2}revision 1 {2}while away$/.test(line)),
  ).toHaveLength(1);
});

it.each([
  { begins: 'nothing', has: [], state: 'connecting' },
  { begins: 'a copy on disk', has: ['live'], state: 'stale' },
])('says once why the service cannot be reached when it begins with $begins', async ({ has, state }) => {
  server.commit([sampleChange(sampleTool({ name: 'disk' }), 'CREATED')]);
  const args = ['--url', server.url, 'watch', '--disk-copy', path.join(folder, 'disk.copy')];
  const watchUntil = async (text: RegExp) => {
    const stop = new AbortController();
    const { exitCode, stdout } = startCommand(args, { environment: { token: TOKEN }, signal: stop.signal });
    await expect.poll(() => stdout.text(), { timeout: 10_000 }).toMatch(text);
    stop.abort();
    expect(await exitCode).toBe(0);
    return stdout.text();
  };
  for (const before of has) await watchUntil(new RegExp(` ${before}\n`));
  server.down = true;
  const told = await watchUntil(new RegExp(`^\\S+ {2}${state}: .+`, 'm'));
  expect(told.match(/^\S+ {2}(?:stale|connecting): /gm)).toHaveLength(1);
});
