import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type FreshClone, freshClone, type RunningCommand, readText, situations } from './fresh-clone.js';

/** The README promises 3 minutes for install and first start, and 5 seconds for later ones; a busy machine gets five times that. */
const FIRST_START_MS = 15 * 60_000;
const LATER_START_MS = 25_000;
const URL_LINE = /GraphiQL\s+(http:\S+)\/graphql/;

async function ask<Data>(url: string, token: string, query: string): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as { data?: Data; errors?: unknown };
  if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer));
  return answer.data;
}

describe.each(situations())('as %s', (situation) => {
  let clone: FreshClone | undefined;
  const running: RunningCommand[] = [];

  afterAll(async () => {
    for (const command of running) command.signal('SIGTERM');
    await Promise.all(running.map((command) => command.ended));
    clone?.remove();
  });

  test(
    'npm ci && npm start serves the bundled catalog; a write outlives kill -9; npm run watch goes on across it',
    async () => {
      const startedMs = performance.now();
      clone = freshClone(situation);
      const installed = clone.run('npm', ['ci']);
      // What npm says of the machine's own configuration is none of the project's doing.
      const complaints = installed
        .split('\n')
        .filter((line) => /npm (warn|error)/i.test(line) && !/Unknown (user|env) config/.test(line));
      expect(complaints).toEqual([]);
      const start = () => {
        const command = (clone as FreshClone).start('npm', ['start'], { PORT: port });
        running.push(command);
        return command;
      };
      let port = '0';
      const first = start();
      const url = (await first.line(URL_LINE, FIRST_START_MS))[1] ?? '';
      const firstMs = performance.now() - startedMs;
      port = new URL(url).port;
      const token = readText(path.join(clone.folder, '.data', 'admin-token')).trim();
      expect(first.output()).toContain(token);

      const before = await ask<{ catalog: { toolCount: number; revision: number } }>(
        url,
        token,
        '{ catalog { toolCount revision } }',
      );
      expect(before.catalog.toolCount).toBeGreaterThanOrEqual(60);
      const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
      expect(await page.text()).toMatch(/<title>Tool catalog<.title>/);

      const watch = clone.start('npm', ['run', 'watch', '--', '--url', `${url}/graphql`, '--json']);
      running.push(watch);
      await watch.line(/"state":"live"/, 60_000);
      const update = (text: string) =>
        ask<{ updateTool: { version: string } }>(
          url,
          token,
          `mutation { updateTool(input: { name: "systemctl", patch: { description: "${text}" } }) { ... on Tool { version } } }`,
        );
      const { version } = (await update('Written before the kill.')).updateTool;
      await watch.line(new RegExp(`systemctl.*"${version}"`), 25_000);

      first.signal('SIGKILL');
      await first.ended;
      const laterMs = performance.now();
      const second = start();
      await second.line(URL_LINE, LATER_START_MS);
      const secondMs = performance.now() - laterMs;
      const kept = await ask<{ tool: { version: string; description: string } }>(
        url,
        token,
        '{ tool(name: "systemctl") { version description } }',
      );
      expect(kept.tool).toEqual({ version, description: 'Written before the kill.' });
      const next = (await update('Written after the kill.')).updateTool;
      await watch.line(new RegExp(`systemctl.*"${next.version}"`), 60_000);

      second.signal('SIGTERM');
      await second.ended;

      // The test command works here, too: a part of it that needs PostgreSQL, since all of it has run where this test runs.
      const tested = clone.run('npm', ['test', '--', 'test/catalog/catalog-service.test.ts']);
      expect(tested).toMatch(/Tests\s.*\d+ passed/);
      console.log(
        `${situation}: install and first start ${Math.round(firstMs)} ms, later start ${Math.round(secondMs)} ms`,
      );
    },
    FIRST_START_MS,
  );
});
