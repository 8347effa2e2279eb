import type { ToolState } from './catalog-change.js';

/** Code units of UTF-16 renumbered so that they sort as the UTF-8 bytes would: surrogates after everything else. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Order of two texts by their UTF-8 bytes, the same in every locale and in PostgreSQL's "C" collation. */
export function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) return byteRank(left.charCodeAt(index)) - byteRank(right.charCodeAt(index));
  }
  return left.length - right.length;
}

type ToolKey = Pick<ToolState, 'name' | 'platform'>;

/** By name, then platform: what tells apart the tools that a tenant sees. */
export function compareByName(left: ToolKey, right: ToolKey): number {
  return compareBytes(left.name, right.name) || compareBytes(left.platform, right.platform);
}

/** The order of every list of a catalog: name, platform, toolId. The last only matters where shadowed tools are listed too. */
export function compareTools(left: ToolState, right: ToolState): number {
  return compareByName(left, right) || compareBytes(left.toolId, right.toolId);
}

/** The first index of a sorted list whose item does not come before the sought one; `compare` tells item from sought. */
export function lowerBound<T>(items: readonly T[], compare: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(items[middle] as T) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
