import { describe, expect, it } from 'vitest';
import { splitWords } from '../../src/view/search/split-words.js';
import { EVERYDAY_TEXT } from '../../src/view/search/vocabulary/everyday-words.js';
import { OUTSIDE_TEXT } from '../../src/view/search/vocabulary/outside-words.js';
import { TECHNICAL_TEXT } from '../../src/view/search/vocabulary/technical-words.js';
import { wordKind } from '../../src/view/search/vocabulary/word-kind.js';

const LISTS = [EVERYDAY_TEXT, OUTSIDE_TEXT, TECHNICAL_TEXT].map((text) => text.trim().split(/\s+/));

describe('wordKind', () => {
  it.each([
    ['morning', 'everyday'],
    ['mornings', 'everyday'],
    ['recipe', 'outside'],
    ['cooking', 'outside'],
    ['kafka', 'technical'],
    ['tickets', 'technical'],
    ['contains', 'everyday'],
    ['container', 'other'],
    ['zzyzx', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (word, kind) => {
    expect(wordKind(word)).toBe(kind);
  });

  it('reads lists of folded words, each of which stands in one list, once', () => {
    const all = LISTS.flat();
    expect(all.filter((word) => splitWords(word).join() !== word)).toEqual([]);
    expect(all.filter((word, place) => all.indexOf(word) !== place)).toEqual([]);
  });
});
