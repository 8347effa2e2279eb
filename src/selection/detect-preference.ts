import type { PreferenceMode } from './selection-request.js';

/** In the order in which they win a tie. */
const DETECTED_MODES = ['FAST', 'ACCURATE', 'THOROUGH', 'CHEAP', 'SIMPLE'] as const;
export type DetectedMode = (typeof DETECTED_MODES)[number];

const KEYWORDS = {
  FAST: 'quick,quickly,fast,rapid,rapidly,immediate,immediately,asap,hurry,urgent,urgently,speed,speedy,swift,swiftly',
  ACCURATE:
    'accurate,accurately,precise,precisely,exact,exactly,verify,verified,double-check,double check,confirm,validated,' +
    'reliable,reliably,correct,correctly',
  THOROUGH:
    'thorough,thoroughly,complete,completely,comprehensive,comprehensively,detailed,in detail,all,every,exhaustive,' +
    'exhaustively,full,fully,entire,entirely',
  CHEAP:
    'cheap,cheaply,free,cost-effective,economical,economically,inexpensive,inexpensively,low cost,low-cost,budget,' +
    'affordable',
  SIMPLE: 'simple,simply,basic,basically,straightforward,easy,easily,minimal,minimally,lightweight',
} as const satisfies Record<DetectedMode, string>;

const MODE_OF_KEYWORD: ReadonlyMap<string, DetectedMode> = new Map(
  DETECTED_MODES.flatMap((mode) => KEYWORDS[mode].split(',').map((keyword) => [keyword, mode] as const)),
);

/** A word with what stands before it. `-` ends a word, `_` does not; letters of any script belong to one. */
const WORD = /([^\p{L}\p{M}\p{N}_]*)([\p{L}\p{M}\p{N}_]+)/gu;

export interface PreferenceDetection {
  readonly mode: PreferenceMode;
  /** How often keywords of each mode occur. */
  readonly matchCounts: Readonly<Record<DetectedMode, number>>;
}

/**
 * What a request wants most, by counting keywords in it. The mode with most hits wins, the earlier of FAST, ACCURATE,
 * THOROUGH, CHEAP and SIMPLE where several have as many; no hit gives BALANCED.
 */
export function detectPreference(query: string): PreferenceDetection {
  const matchCounts = { FAST: 0, ACCURATE: 0, THOROUGH: 0, CHEAP: 0, SIMPLE: 0 };
  const count = (keyword: string): void => {
    const mode = MODE_OF_KEYWORD.get(keyword);
    if (mode !== undefined) matchCounts[mode] += 1;
  };
  let previous = '';
  for (const [, gap = '', word = ''] of query.toLowerCase().matchAll(WORD)) {
    count(word);
    // Keywords of two words, such as `low cost`, are written with a blank or a hyphen between them.
    if (gap === ' ' || gap === '-') count(`${previous}${gap}${word}`);
    previous = word;
  }
  let mode: PreferenceMode = 'BALANCED';
  let most = 0;
  for (const candidate of DETECTED_MODES) {
    if (matchCounts[candidate] <= most) continue;
    mode = candidate;
    most = matchCounts[candidate];
  }
  return { mode, matchCounts: Object.freeze(matchCounts) };
}
