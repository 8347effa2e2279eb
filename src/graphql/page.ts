import { BadUserInputError } from '../kernel/errors.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type PageInfo } from '../view/tool-page.js';
import type { CatalogSchemaBuilder } from './builder.js';
import { PAGE_ARGUMENTS } from './page-arguments.js';

/** One page of a list, as the connection types show it. */
export interface Page<T> {
  readonly nodes: readonly T[];
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: PageInfo;
  /** Of the whole list, whatever the page. */
  readonly totalCount: number;
}

export interface ForwardArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/**
 * Pages forward through a list by its items' keys, for lists too short to need an index.
 * @throws BadUserInputError for a size that is out of bounds or a cursor of another list.
 */
export function pageByKey<T>(items: readonly T[], keyOf: (item: T) => string, args: ForwardArguments): Page<T> {
  const size = args.first ?? DEFAULT_PAGE_SIZE;
  if (size < 0 || size > MAX_PAGE_SIZE) {
    throw new BadUserInputError(`first must be a whole number from 0 to ${MAX_PAGE_SIZE}, not ${size}.`);
  }
  const start = typeof args.after === 'string' ? indexAfter(items, keyOf, args.after) : 0;
  const end = start + size;
  const nodes = items.slice(start, end);
  const edges = nodes.map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}

function indexAfter<T>(items: readonly T[], keyOf: (item: T) => string, cursor: string): number {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  const index = encodeCursor(key) === cursor ? items.findIndex((item) => keyOf(item) === key) : -1;
  if (index < 0) {
    throw new BadUserInputError('`after` is not a cursor of this list: take it from an edge or from pageInfo.');
  }
  return index + 1;
}

function encodeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

/** The arguments `first` and `after`, described once. */
export function forwardArguments(builder: CatalogSchemaBuilder) {
  return builder.args((t) => ({
    first: t.int({ description: PAGE_ARGUMENTS.first }),
    after: t.string({ description: PAGE_ARGUMENTS.after }),
  }));
}

/** The arguments `last` and `before`, described once. */
export function backwardArguments(builder: CatalogSchemaBuilder) {
  return builder.args((t) => ({
    last: t.int({ description: PAGE_ARGUMENTS.last }),
    before: t.string({ description: PAGE_ARGUMENTS.before }),
  }));
}
