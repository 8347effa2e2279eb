import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { GRAPHQL_PATH } from '../graphql/yoga.js';
import { EXAMPLE_OPERATIONS } from './example-operations.js';
import type { Exchange } from './exchange.js';

/** The page is one file with everything in it; its scripts are inline, its editor works in blob workers. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** One word, so that a double click selects it whole. */
const PLACEHOLDER = 'Bearer PASTE_YOUR_TOKEN_HERE';
/** What the headers pane of every tab holds at first. */
const HEADERS = JSON.stringify({ authorization: PLACEHOLDER }, null, 2);

/**
 * Runs in the page, before GraphiQL.
 *
 * Every tab has headers of its own: a token that was given in one of them counts for those that still hold the placeholder, until
 * the browser's tab is closed. The placeholder itself is never sent: the answer then asks for a token.
 *
 * After a reload, GraphiQL looks for the tab that was active by its text, and knows that text only when it was edited; where it
 * finds none, it opens an empty one. So it is told.
 */
const PREPARE = `<script>
  {
    const send = window.fetch;
    window.fetch = (target, options = {}) => {
      const headers = new Headers(options.headers);
      const given = headers.get('authorization');
      const remembered = sessionStorage.getItem('authorization');
      if (given && given !== '${PLACEHOLDER}') sessionStorage.setItem('authorization', given);
      else if (remembered) headers.set('authorization', remembered);
      else headers.delete('authorization');
      headers.set('graphql-require-preflight', 'true');
      return send(target, { ...options, headers });
    };
    try {
      const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
      const { query, variables } = tabs[activeTabIndex];
      localStorage.setItem('graphiql:query', query ?? '');
      localStorage.setItem('graphiql:variables', variables ?? '');
    } catch {
      // Nothing is stored yet, or something else: GraphiQL then begins anew.
    }
  }
</script>`;

interface Page {
  readonly html: Buffer;
  readonly compressed: Buffer;
  readonly etag: string;
}

/**
 * Serves GraphiQL, whole and from here. Its requests and its subscriptions (server-sent events) carry what stands in its
 * headers pane.
 *
 * @param render makes the page, once unless it fails.
 */
export function graphiqlPage(render = renderPage): (exchange: Exchange) => Promise<void> {
  let page: Promise<Page> | undefined;
  return async ({ request, response }) => {
    // 9 MB that only people who open the page need.
    page ??= render().catch((error: unknown) => {
      // The next one who opens it may have better luck.
      page = undefined;
      throw error;
    });
    const { html, compressed, etag } = await page;
    response.setHeader('content-security-policy', PAGE_POLICY);
    response.setHeader('etag', etag);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('vary', 'accept, accept-encoding');
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    const zipped = request.headers['accept-encoding']?.includes('gzip') === true;
    const body = zipped ? compressed : html;
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': body.byteLength,
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(body);
  };
}

async function renderPage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = Buffer.from(
    renderGraphiQL({
      title: 'Tool catalog',
      endpoint: GRAPHQL_PATH,
      headers: HEADERS,
      defaultHeaders: HEADERS,
      defaultTabs: EXAMPLE_OPERATIONS.map(({ query, variables }) => ({
        query,
        headers: HEADERS,
        ...(variables === undefined ? {} : { variables: JSON.stringify(variables, null, 2) }),
      })),
      subscriptionsProtocol: 'SSE',
      // They hold a secret: not for the disk.
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'headers',
      schemaDescription: true,
      inputValueDeprecation: true,
    }).replace('<div id="root">', () => `${PREPARE}<div id="root">`),
  );
  const compressed = await promisify(gzip)(html);
  return { html, compressed, etag: `"${createHash('sha256').update(html).digest('base64url')}"` };
}
