import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadUserInputError } from '../../src/kernel/errors.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import {
  compareKeys,
  ORDER_DIRECTIONS,
  sortKey,
  TOOL_ORDER_FIELDS,
  type ToolOrder,
} from '../../src/view/page-cursor.js';
import { compareTools } from '../../src/view/tool-order.js';
import { type PageArguments, pageTools } from '../../src/view/tool-page.js';
import { sampleTool } from './sample-tools.js';

const ORDERS: readonly ToolOrder[] = TOOL_ORDER_FIELDS.flatMap((field) =>
  ORDER_DIRECTIONS.map((direction) => ({ field, direction })),
);

function tools(count: number): ToolState[] {
  return Array.from({ length: count }, (_, index) =>
    sampleTool({
      name: `tool-${String(index % 40).padStart(2, '0')}`,
      platform: `p${Math.floor(index / 40)}`,
      // Few distinct times, so that ties are the rule.
      createdAt: new Date(index % 3).toISOString(),
      updatedAt: new Date((index * 7) % 11).toISOString(),
    }),
  ).sort(compareTools);
}

const ids = (list: readonly ToolState[]) => list.map((tool) => tool.toolId);

function sorted(list: readonly ToolState[], order: ToolOrder): ToolState[] {
  return [...list].sort((a, b) => compareKeys(sortKey(a, order), sortKey(b, order), order));
}

describe('pages', () => {
  it('a default page holds 50 tools by name', () => {
    const list = tools(60);
    const page = pageTools(list);
    expect(page.nodes).toEqual(list.slice(0, 50));
    expect(page.totalCount).toBe(60);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(page.edges[0]).toEqual({ cursor: page.pageInfo.startCursor, node: list[0] });
    expect(page.edges.at(-1)?.cursor).toBe(page.pageInfo.endCursor);
  });

  it.each(ORDERS)('cover the list once, forwards and backwards: $field $direction', (orderBy) => {
    const list = tools(97);
    const forwards: ToolState[] = [];
    let page = pageTools(list, { orderBy, first: 10 });
    forwards.push(...page.nodes);
    while (page.pageInfo.hasNextPage) {
      page = pageTools(list, { orderBy, first: 10, after: page.pageInfo.endCursor });
      expect(page.pageInfo.hasPreviousPage).toBe(true);
      forwards.push(...page.nodes);
    }
    expect(ids(forwards)).toEqual(ids(sorted(list, orderBy)));

    const backwards: ToolState[] = [];
    page = pageTools(list, { orderBy, last: 10 });
    backwards.unshift(...page.nodes);
    while (page.pageInfo.hasPreviousPage) {
      page = pageTools(list, { orderBy, last: 10, before: page.pageInfo.startCursor });
      expect(page.pageInfo.hasNextPage).toBe(true);
      backwards.unshift(...page.nodes);
    }
    expect(ids(backwards)).toEqual(ids(forwards));
  });

  it('any arguments give what a sorted list cut by hand gives', () => {
    const list = tools(45);
    const cursorOf = (tool: ToolState | undefined, orderBy: ToolOrder) =>
      tool === undefined ? null : pageTools([tool], { orderBy }).pageInfo.endCursor;
    const place = fc.option(fc.nat(44), { nil: null });
    fc.assert(
      fc.property(
        fc.constantFrom(...ORDERS),
        place,
        place,
        fc.nat(50),
        fc.boolean(),
        (orderBy, a, b, size, fromEnd) => {
          const whole = sorted(list, orderBy);
          const [start, end] = [a === null ? 0 : a + 1, Math.max(a === null ? 0 : a + 1, b ?? 45)];
          const [from, to] = fromEnd ? [Math.max(start, end - size), end] : [start, Math.min(end, start + size)];
          const page = pageTools(list, {
            orderBy,
            [fromEnd ? 'last' : 'first']: size,
            after: a === null ? null : cursorOf(whole[a], orderBy),
            before: b === null ? null : cursorOf(whole[b], orderBy),
          });
          expect(ids(page.nodes)).toEqual(ids(whole.slice(from, to)));
          expect(page.pageInfo.hasPreviousPage).toBe(from > 0);
          expect(page.pageInfo.hasNextPage).toBe(to < 45);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(ORDERS)('repeat and skip nothing that stays while other tools come and go: $field $direction', (orderBy) => {
    const staying = tools(60);
    const walk = fc.array(fc.record({ removed: fc.nat(19), size: fc.integer({ min: 1, max: 20 }) }), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(walk, (steps) => {
        const seen: string[] = [];
        let after: string | null = null;
        for (let turn = 0; ; turn += 1) {
          const { removed, size } = steps[turn % steps.length] as (typeof steps)[number];
          const passing = Array.from({ length: 20 }, (_, index) =>
            sampleTool({ name: `tool-${String((index * 2) % 40).padStart(2, '0')}`, platform: `x${index}` }),
          ).filter((_, index) => index % (turn + 2) !== removed % (turn + 2));
          const now = [...staying, ...passing].sort(compareTools);
          const page = pageTools(now, { orderBy, first: size, after });
          seen.push(...ids(page.nodes));
          if (!page.pageInfo.hasNextPage) break;
          after = page.pageInfo.endCursor;
        }
        expect(new Set(seen).size).toBe(seen.length);
        const stayed = new Set(ids(staying));
        expect(seen.filter((id) => stayed.has(id))).toEqual(ids(sorted(staying, orderBy)));
      }),
      { numRuns: 50 },
    );
  });

  it('go on from a tool that has been deleted since', () => {
    const list = tools(20);
    const { endCursor } = pageTools(list, { first: 5 }).pageInfo;
    const without = list.filter((_, index) => index !== 4);
    expect(ids(pageTools(without, { first: 3, after: endCursor }).nodes)).toEqual(ids(list.slice(5, 8)));
  });

  it('tell versions of one tool apart', () => {
    const versions = ['1.0.2', '1.0.1', '1.0.0'].map((version) => sampleTool({ name: 'disk', version }));
    const orderBy: ToolOrder = { field: 'CREATED_AT', direction: 'DESC' };
    const first = pageTools(versions, { orderBy, first: 2 });
    const second = pageTools(versions, { orderBy, first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map((tool) => tool.version)).toEqual(['1.0.0', '1.0.1', '1.0.2']);
  });

  it('work for names beyond ASCII and for an empty list', () => {
    const list = ['é', '工具', '\u{1F600}'].map((name) => sampleTool({ name }));
    const { endCursor } = pageTools(list, { first: 2 }).pageInfo;
    expect(pageTools(list, { first: 2, after: endCursor }).nodes).toEqual([list[2]]);
    expect(pageTools([], { first: 0 }).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
    expect(pageTools(list, { first: 0 }).pageInfo.hasNextPage).toBe(true);
  });

  const list = tools(5);
  const otherOrder = pageTools(list, { orderBy: { field: 'UPDATED_AT', direction: 'ASC' } }).pageInfo.endCursor;
  const encoded = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '');
  it.each<[string, PageArguments]>([
    ['negative', { first: -1 }],
    ['negative from the end', { last: -1 }],
    ['too many', { first: 201 }],
    ['a fraction', { first: 1.5 }],
    ['not a number', { first: Number.NaN }],
    ['both sizes', { first: 1, last: 1 }],
    ['an empty cursor', { after: '' }],
    ['a made-up cursor', { after: 'nonsense' }],
    ['another alphabet', { before: '%%%' }],
    ['a number as cursor', { after: encoded(5) }],
    ['too few parts', { after: encoded(['NAME', 'ASC', 'a', 'a', 'linux', 'id']) }],
    ['too many parts', { after: encoded(['NAME', 'ASC', 'a', 'a', 'linux', 'id', '1', '2']) }],
    ['numbers inside', { after: encoded(['NAME', 'ASC', 1, 2, 3, 4, 5]) }],
    ['the cursor of another order', { after: otherOrder }],
  ])('refuse %s', (_, page) => {
    expect(() => pageTools(list, page)).toThrow(BadUserInputError);
  });

  it('allow the largest page', () => {
    expect(pageTools(tools(300), { first: 200 }).nodes).toHaveLength(200);
  });
});
