import type { ToolStatus } from '../definition/tool-definition.js';
import type { ToolState } from './catalog-change.js';

/** Every given field must match; a list matches any of its values. Null and left out mean the same. */
export interface ToolFilter {
  readonly names?: readonly string[] | null | undefined;
  readonly platforms?: readonly string[] | null | undefined;
  readonly categories?: readonly string[] | null | undefined;
  readonly statuses?: readonly ToolStatus[] | null | undefined;
  readonly enabled?: boolean | null | undefined;
  /** Capability names or aliases. */
  readonly capabilities?: readonly string[] | null | undefined;
  /** Values of `metadata.tags`. */
  readonly tags?: readonly string[] | null | undefined;
  readonly owner?: string | null | undefined;
  /** Only deleted tools; left out or false, only those that are not. */
  readonly deleted?: boolean | null | undefined;
  /** Matches in name or description, whatever the case. */
  readonly text?: string | null | undefined;
}

/** True when the tool matches every given field. An empty list matches nothing. */
export function matchesFilter(tool: ToolState, filter: ToolFilter): boolean {
  return (
    isAnyOf(tool.name, filter.names) &&
    isAnyOf(tool.platform, filter.platforms) &&
    isAnyOf(tool.category, filter.categories) &&
    isAnyOf(tool.status, filter.statuses) &&
    equals(tool.enabled, filter.enabled) &&
    equals(tool.owner, filter.owner) &&
    (tool.deletedAt !== null) === (filter.deleted ?? false) &&
    offersAny(tool, filter.capabilities) &&
    hasAnyTag(tool, filter.tags) &&
    mentions(tool, filter.text)
  );
}

/** True when the filter lets every tool pass that is not deleted, as no filter does. */
export function isEmptyFilter(filter: ToolFilter | null | undefined): boolean {
  if (filter === null || filter === undefined) return true;
  const { deleted, text, ...others } = filter;
  const restricts = Object.values(others).some((value) => value !== null && value !== undefined);
  return !restricts && (deleted ?? false) === false && (text ?? '') === '';
}

function isAnyOf<T>(value: T, wanted: readonly T[] | null | undefined): boolean {
  return wanted === null || wanted === undefined || wanted.includes(value);
}

function equals<T>(value: T, wanted: T | null | undefined): boolean {
  return wanted === null || wanted === undefined || wanted === value;
}

function offersAny(tool: ToolState, wanted: readonly string[] | null | undefined): boolean {
  if (wanted === null || wanted === undefined) return true;
  return tool.capabilities.some(
    (capability) => wanted.includes(capability.name) || capability.aliases.some((alias) => wanted.includes(alias)),
  );
}

function hasAnyTag(tool: ToolState, wanted: readonly string[] | null | undefined): boolean {
  if (wanted === null || wanted === undefined) return true;
  const tags = tool.metadata['tags'];
  return Array.isArray(tags) && tags.some((tag) => typeof tag === 'string' && wanted.includes(tag));
}

function mentions(tool: ToolState, text: string | null | undefined): boolean {
  if (text === null || text === undefined || text === '') return true;
  const sought = text.toLowerCase();
  return tool.name.toLowerCase().includes(sought) || tool.description.toLowerCase().includes(sought);
}
