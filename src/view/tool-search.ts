import type { ToolState } from './catalog-change.js';
import type { ToolFilter } from './tool-filter.js';

/** The parts of a tool that search looks into, those that say most about it first. */
export const SEARCH_FIELDS = ['name', 'capability', 'useCase', 'description', 'tag', 'input'] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];

export interface ToolSearchOptions {
  /** Applied before ranking: what does not match it takes no place in the answer. */
  readonly filter?: ToolFilter | null | undefined;
  /** The most hits to answer: a whole number from 0; {@link DEFAULT_SEARCH_LIMIT} when left out. */
  readonly limit?: number | undefined;
}

export interface ToolSearchHit {
  readonly tool: ToolState;
  /** Higher is better. Comparable within one answer only. */
  readonly score: number;
  /** The fields in which words of the query were found, in the order of {@link SEARCH_FIELDS}. */
  readonly matchedOn: readonly SearchField[];
}

export const DEFAULT_SEARCH_LIMIT = 10;
/** UTF-16 code units, as `length` counts them. */
export const MAX_SEARCH_QUERY_LENGTH = 1_000;
