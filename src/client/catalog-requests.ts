import { ForbiddenError, PositionError, UnauthenticatedError, UnavailableError } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json.js';
import type { ToolState } from '../view/catalog-change.js';
import { formatPosition, type Position, parsePosition } from '../view/position.js';
import { MAX_PAGE_SIZE } from '../view/tool-page.js';
import type { Listing } from './catalog-copy.js';
import { errorFromGraphql, FeedError } from './client-errors.js';
import { withDeadline } from './deadline.js';
import { LIST_QUERY, REPORT_MUTATION, TENANT_QUERY } from './documents.js';
import { type ListedPage, readPage, readTenant } from './from-wire.js';

/** `fetch` as the client uses it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface CatalogRequests {
  readonly url: string;
  readonly fetch: Fetch;
  readonly token: string | undefined;
  /** For one request. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The tenant that the token belongs to. @throws CatalogError */
export async function fetchTenant(requests: CatalogRequests): Promise<string> {
  return readTenant(await post(requests, { query: TENANT_QUERY, variables: {} }));
}

/** Tells the service how far this client has come. @throws CatalogError */
export async function reportPosition(requests: CatalogRequests, consumer: string, position: Position): Promise<void> {
  const variables = { consumer, position: formatPosition(position) };
  await post(requests, { query: REPORT_MUTATION, variables });
}

/**
 * Lists the whole catalog page by page (live-update rule C1).
 * @throws CatalogError; FeedError FEED_MALFORMED also when history was replaced between two pages.
 */
export async function listCatalog(requests: CatalogRequests): Promise<Listing> {
  const tools: ToolState[] = [];
  const positions: Position[] = [];
  for (let after: string | null = null; ; ) {
    const variables: Readonly<Record<string, unknown>> = { first: MAX_PAGE_SIZE, after };
    const page: ListedPage = readPage(await post(requests, { query: LIST_QUERY, variables }));
    tools.push(...page.tools);
    positions.push(readPosition(page.position));
    if (page.nextCursor === null) return toListing(page.tenant, tools, positions);
    after = page.nextCursor;
  }
}

function toListing(tenant: string, tools: readonly ToolState[], positions: readonly Position[]): Listing {
  const lowest = positions.reduce((low, position) => (position.revision < low.revision ? position : low));
  if (positions.some((position) => position.epoch !== lowest.epoch)) {
    throw new FeedError('FEED_MALFORMED', 'The history was replaced while the catalog was being listed.');
  }
  return { tenant, tools, from: lowest, completeAt: Math.max(...positions.map((position) => position.revision)) };
}

function readPosition(text: string): Position {
  try {
    return parsePosition(text);
  } catch (error) {
    if (!(error instanceof PositionError)) throw error;
    throw new FeedError('FEED_MALFORMED', `The service listed at the position ${JSON.stringify(text)}.`);
  }
}

/** `data` of the answer. */
function post(requests: CatalogRequests, body: object): Promise<unknown> {
  // Until the answer has been read to its end: a service may fall silent in the middle of it.
  return withDeadline(requests, async (signal) => {
    const response = await send(requests, body, signal);
    const answer = await readAnswer(requests, response);
    if (Array.isArray(answer?.errors) && answer.errors.length > 0) throw errorFromGraphql(answer.errors);
    if (response.status === 401) throw new UnauthenticatedError('The service does not accept the token.');
    if (response.status === 403) throw new ForbiddenError('The service refuses the token.');
    if (!response.ok) throw new UnavailableError(`The service answered with status ${response.status}.`);
    if (answer === undefined)
      throw new UnavailableError(`What answers at ${requests.url} is no service: no JSON came.`);
    return answer.data;
  });
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

/** Undefined for what is no JSON object, as from a proxy. @throws UnavailableError for an answer that broke off. */
async function readAnswer({ url }: CatalogRequests, response: Response): Promise<Answer | undefined> {
  const text = await response.text().catch((error: unknown) => {
    throw new UnavailableError(`The answer from ${url} broke off: ${reasonOf(error)}`);
  });
  try {
    const answer: unknown = JSON.parse(text);
    return isJsonObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

async function send({ url, token, fetch }: CatalogRequests, body: object, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    throw new UnavailableError(`The service cannot be reached at ${url}: ${reasonOf(error)}`);
  }
}

/** `fetch` says 'fetch failed' and hides the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
