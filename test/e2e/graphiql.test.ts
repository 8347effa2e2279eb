import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ADMIN_TOKEN, type ServiceProcess, startService } from '../support/service-process.js';
import { openBrowser } from './browser.js';

const PLACEHOLDER = 'PASTE_YOUR_TOKEN_HERE';

let database: TestDatabase | undefined;
let dataDir: string | undefined;
let service: ServiceProcess;
let browser: Browser | undefined;
let context: BrowserContext;
/** Every address that a page asked for. */
let asked: string[];
/** What the browser complained about, refusals by the page's policy among them. */
let complaints: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(path.join(tmpdir(), 'tool-catalog-graphiql-'));
  service = await startService({ databaseUrl: database.url, dataDir, env: { BUNDLED_CATALOG: 'true' } });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await database?.drop();
  if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  if (!browser) throw new Error('There is no browser.');
  asked = [];
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.on('request', (request) => asked.push(request.url()));
  context.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
});

afterEach(async () => {
  await context.close();
  const elsewhere = asked.filter((address) => new URL(address.replace(/^blob:/, '')).origin !== service.url);
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
  expect(asked.length).toBeGreaterThan(1);
});

async function openGraphiql(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(service.graphqlUrl);
  await shows(page, 'ListTools');
  return page;
}

const shows = (page: Page, operation: string) =>
  page.locator('.graphiql-query-editor').getByText(operation).first().waitFor();

const answers = (page: Page, text: string) => page.locator('.graphiql-response').getByText(text).first().waitFor();

const run = (page: Page) => page.locator('.graphiql-execute-button').click();

/** As the first tab explains it: a double click on the placeholder, what is pasted takes its place, run. */
async function giveToken(page: Page): Promise<void> {
  const pane = page.locator('.graphiql-editor-tool');
  const value = pane.getByText(PLACEHOLDER).last();
  // The text is there before the editor takes clicks.
  await expect
    .poll(async () => {
      await value.click({ position: { x: 180, y: 8 } });
      return pane.locator('.monaco-editor.focused').count();
    })
    .toBe(1);
  await value.dblclick({ position: { x: 180, y: 8 } });
  await page.keyboard.insertText(ADMIN_TOKEN);
  await pane.getByText(`"Bearer ${ADMIN_TOKEN}"`).last().waitFor();
  await run(page);
  await answers(page, 'totalCount');
}

/** By the keyboard: the mouse would have to wait for the tabs' animation. */
async function turnTo(page: Page, operation: string): Promise<void> {
  await page.getByTitle(operation, { exact: true }).press('Enter');
  // GraphiQL puts the query into the address when it has read it; until then it would run the one before.
  await page.waitForURL(({ searchParams }) => new RegExp(` ${operation}\\b`).test(searchParams.get('query') ?? ''));
}

test('whoever gives no token is asked for one', async () => {
  const page = await openGraphiql();
  await run(page);
  await answers(page, 'Send a token');
  await turnTo(page, 'FollowTools');
  await run(page);
  await answers(page, 'Send a token');
});

test('a token that was given once serves every tab, and a mutation shows in a subscription that runs', async () => {
  const page = await openGraphiql();
  await giveToken(page);

  const following = await openGraphiql();
  await giveToken(following);
  await turnTo(following, 'FollowTools');
  const opened = following.waitForResponse((response) => response.url().includes('FollowTools'));
  await run(following);
  expect((await opened).headers()['content-type']).toContain('text/event-stream');

  await turnTo(page, 'UpdateTool');
  await run(page);
  await answers(page, '1.0.1');
  await answers(following, 'UPDATED');
  await answers(following, 'rsync');
});

test('opened again, it shows the tab that was active, and still knows the token', async () => {
  const page = await openGraphiql();
  /** GraphiQL stores its tabs a moment after the last change. */
  const openAgain = async (activeTab: number) => {
    const stored = async () => JSON.stringify(await context.storageState());
    await expect.poll(stored).toMatch(new RegExp(`activeTabIndex\\W+${activeTab}\\b`));
    expect(await stored()).not.toContain(ADMIN_TOKEN);
    await page.goto(service.graphqlUrl);
  };
  await giveToken(page);
  await openAgain(0);
  await shows(page, 'ListTools');
  await turnTo(page, 'GetTool');
  await openAgain(1);
  await shows(page, 'GetTool');
  await run(page);
  await answers(page, 'estimate');
  expect(await page.getByRole('tab').allInnerTexts()).not.toContain('<untitled>');
});
