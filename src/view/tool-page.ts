import { BadUserInputError } from '../kernel/errors.js';
import type { ToolState } from './catalog-change.js';
import { compareKeys, decodeCursor, encodeCursor, type SortKey, sortKey, type ToolOrder } from './page-cursor.js';
import { lowerBound } from './tool-order.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;
const BY_NAME: ToolOrder = { field: 'NAME', direction: 'ASC' };

/** Relay's arguments; null and left out mean the same. */
export interface PageArguments {
  /** By name when left out. */
  readonly orderBy?: ToolOrder | null | undefined;
  /** 0 to {@link MAX_PAGE_SIZE}; {@link DEFAULT_PAGE_SIZE} when `last` is left out too. */
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  /** 0 to {@link MAX_PAGE_SIZE}; counts from the end, or from `before`. */
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface ToolEdge {
  readonly cursor: string;
  readonly node: ToolState;
}

export interface ToolPage {
  readonly nodes: readonly ToolState[];
  /** Computed when asked for: most callers read `nodes`. */
  readonly edges: readonly ToolEdge[];
  readonly pageInfo: PageInfo;
  /** Of the whole list, whatever the page. */
  readonly totalCount: number;
}

/** Part of an ordered list: `before` tools lie ahead of it and `behind` follow it. */
interface Slice {
  readonly nodes: readonly ToolState[];
  readonly before: number;
  readonly behind: number;
}

interface Range {
  readonly after: SortKey | null;
  readonly before: SortKey | null;
  readonly size: number;
  /** True when the page counts from the end. */
  readonly fromEnd: boolean;
}

/**
 * One page of a list. Cursors hold the place in the order, not a number, so that following pages neither skip nor repeat
 * a tool that stayed where it was while others came and went.
 *
 * @param tools for the order NAME ascending (the default) in the catalog's order, as every list of a `CatalogView` is, also
 *   after filtering; for other orders in any.
 * @throws BadUserInputError for a cursor of another list or order, a size that is not 0 to 200, or both `first` and `last`.
 */
export function pageTools(tools: readonly ToolState[], page: PageArguments = {}): ToolPage {
  const order = page.orderBy ?? BY_NAME;
  const range = readRange(page, order);
  const inViewOrder = order.field === 'NAME' && order.direction === 'ASC';
  const slice = inViewOrder ? sliceSorted(tools, range) : selectSlice(tools, range, order);
  const cursor = (tool: ToolState) => encodeCursor(sortKey(tool, order), order);
  const [start, end] = [slice.nodes[0], slice.nodes.at(-1)];
  return {
    nodes: slice.nodes,
    get edges() {
      return slice.nodes.map((node) => ({ cursor: cursor(node), node }));
    },
    pageInfo: {
      hasNextPage: slice.behind > 0,
      hasPreviousPage: slice.before > 0,
      startCursor: start === undefined ? null : cursor(start),
      endCursor: end === undefined ? null : cursor(end),
    },
    totalCount: tools.length,
  };
}

function readRange(page: PageArguments, order: ToolOrder): Range {
  const first = readSize(page.first, 'first');
  const last = readSize(page.last, 'last');
  if (first !== null && last !== null) {
    throw new BadUserInputError('A page counts from the start or from the end: give first or last, not both.');
  }
  return {
    after: readCursorOf(page.after, order),
    before: readCursorOf(page.before, order),
    size: first ?? last ?? DEFAULT_PAGE_SIZE,
    fromEnd: last !== null,
  };
}

function readSize(size: number | null | undefined, argument: string): number | null {
  if (size === null || size === undefined) return null;
  if (!Number.isInteger(size) || size < 0 || size > MAX_PAGE_SIZE) {
    throw new BadUserInputError(`${argument} must be a whole number from 0 to ${MAX_PAGE_SIZE}, not ${size}.`);
  }
  return size;
}

function readCursorOf(cursor: string | null | undefined, order: ToolOrder): SortKey | null {
  return cursor === null || cursor === undefined ? null : decodeCursor(cursor, order);
}

/** In a list that is sorted already: two binary searches. */
function sliceSorted(tools: readonly ToolState[], { after, before, size, fromEnd }: Range): Slice {
  const compare = (tool: ToolState, key: SortKey) => compareKeys(sortKey(tool, BY_NAME), key, BY_NAME);
  const start = after === null ? 0 : lowerBound(tools, (tool) => (compare(tool, after) <= 0 ? -1 : 1));
  const end =
    before === null
      ? tools.length
      : Math.max(
          start,
          lowerBound(tools, (tool) => compare(tool, before)),
        );
  const from = fromEnd ? Math.max(start, end - size) : start;
  const to = fromEnd ? end : Math.min(end, start + size);
  return { nodes: tools.slice(from, to), before: from, behind: tools.length - to };
}

/** In a list in any order: one pass that keeps no more than a page, rather than sorting the whole list. */
function selectSlice(tools: readonly ToolState[], range: Range, order: ToolOrder): Slice {
  const { after, before, size, fromEnd } = range;
  const compare = (left: SortKey, right: SortKey) =>
    fromEnd ? compareKeys(right, left, order) : compareKeys(left, right, order);
  const kept: { readonly key: SortKey; readonly tool: ToolState }[] = [];
  let [notAfter, notBefore, inRange] = [0, 0, 0];
  for (const tool of tools) {
    const key = sortKey(tool, order);
    if (after !== null && compareKeys(key, after, order) <= 0) {
      notAfter += 1;
      continue;
    }
    if (before !== null && compareKeys(key, before, order) >= 0) {
      notBefore += 1;
      continue;
    }
    inRange += 1;
    const worst = kept.at(-1);
    if (kept.length >= size && (worst === undefined || compare(key, worst.key) > 0)) continue;
    kept.splice(
      lowerBound(kept, (item) => compare(item.key, key)),
      0,
      { key, tool },
    );
    if (kept.length > size) kept.pop();
  }
  const nodes = kept.map((item) => item.tool);
  const left = inRange - nodes.length;
  return fromEnd
    ? { nodes: nodes.reverse(), before: notAfter + left, behind: notBefore }
    : { nodes, before: notAfter, behind: notBefore + left };
}
