import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../view/tool-page.js';

/** What the arguments of every list mean. */
export const PAGE_ARGUMENTS = {
  first: `How many, at most ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when left out.`,
  after: 'Only what comes after this cursor.',
  last: `How many from the end, at most ${MAX_PAGE_SIZE}.`,
  before: 'Only what comes before this cursor.',
} as const;
