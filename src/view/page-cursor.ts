import { BadUserInputError } from '../kernel/errors.js';
import type { ToolState } from './catalog-change.js';
import { compareBytes } from './tool-order.js';

export const TOOL_ORDER_FIELDS = ['NAME', 'CREATED_AT', 'UPDATED_AT'] as const;
export type ToolOrderField = (typeof TOOL_ORDER_FIELDS)[number];

export const ORDER_DIRECTIONS = ['ASC', 'DESC'] as const;
export type OrderDirection = (typeof ORDER_DIRECTIONS)[number];

export interface ToolOrder {
  readonly field: ToolOrderField;
  readonly direction: OrderDirection;
}

/** Where a tool stands in an order: the value ordered by, then name, platform, toolId and version, so that no two are equal. */
export type SortKey = readonly [value: string, name: string, platform: string, toolId: string, version: string];

export function sortKey(tool: ToolState, order: ToolOrder): SortKey {
  const value = { NAME: tool.name, CREATED_AT: tool.createdAt, UPDATED_AT: tool.updatedAt }[order.field];
  return [value, tool.name, tool.platform, tool.toolId, tool.version];
}

/** Compares two keys of one order. The direction turns the value ordered by; ties stay in ascending order. */
export function compareKeys(left: SortKey, right: SortKey, order: ToolOrder): number {
  const byValue = compareBytes(left[0], right[0]);
  if (byValue !== 0) return order.direction === 'ASC' ? byValue : -byValue;
  return (
    compareBytes(left[1], right[1]) ||
    compareBytes(left[2], right[2]) ||
    compareBytes(left[3], right[3]) ||
    compareBytes(left[4], right[4])
  );
}

/** An opaque text for a place in an order: it stays right when the tool that it came from moves or goes. */
export function encodeCursor(key: SortKey, order: ToolOrder): string {
  const bytes = new TextEncoder().encode(JSON.stringify([order.field, order.direction, ...key]));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws BadUserInputError for a text that {@link encodeCursor} did not write, or wrote for another order. */
export function decodeCursor(cursor: string, order: ToolOrder): SortKey {
  const [field, direction, value, name, platform, toolId, version, ...more] = readCursor(cursor);
  if (version === undefined || more.length > 0) throw notACursor();
  if (field !== order.field || direction !== order.direction) {
    throw new BadUserInputError(
      `This cursor belongs to a list ordered by ${field} ${direction}. Give the same order with it, or start without a cursor.`,
    );
  }
  return [value, name, platform, toolId, version] as SortKey;
}

function readCursor(cursor: string): readonly string[] {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const parts: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  } catch {
    throw notACursor();
  }
  throw notACursor();
}

function notACursor(): BadUserInputError {
  return new BadUserInputError(
    'This is not a cursor of this list. Take one from pageInfo or from an edge, or leave it out.',
  );
}
