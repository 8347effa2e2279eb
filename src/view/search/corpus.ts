import { SEARCH_FIELDS } from '../tool-search.js';
import type { LayerIndex } from './layer-index.js';
import type { PostingList } from './posting-list.js';
import { RANKING } from './ranking-settings.js';

/** The index of one layer, and the slots in it of tools that another layer hides. */
export interface LayerPart {
  readonly index: LayerIndex;
  readonly hidden: ReadonlySet<number>;
}

/** One layer of what a tenant sees. */
export interface CorpusLayer extends LayerPart {
  /** What a word in each field of each slot is worth, by the field and its length there. */
  readonly boosts: Float64Array;
}

/** What one tenant sees, with statistics over exactly that: a tool that is not seen moves no score. */
export class Corpus {
  readonly layers: readonly CorpusLayer[];
  readonly toolCount: number;

  constructor(parts: readonly LayerPart[]) {
    this.toolCount = parts.reduce((sum, { index, hidden }) => sum + index.size - hidden.size, 0);
    const averageLengths = SEARCH_FIELDS.map((_, field) => {
      const total = parts.reduce((sum, part) => sum + visibleLength(part, field), 0);
      return Math.max(1, total / Math.max(1, this.toolCount));
    });
    this.layers = parts.map((part) => ({ ...part, boosts: boostsOf(part.index, averageLengths) }));
  }

  /** True when a tool that is seen has the word. */
  knows(word: string): boolean {
    return this.layers.some(({ index, hidden }) => hasVisible(index.postingsOf(word), hidden));
  }

  /** How many of the tools that are seen have the word. */
  frequency(word: string): number {
    return this.layers.reduce((sum, { index, hidden }) => sum + visibleCount(index.postingsOf(word), hidden), 0);
  }

  /** The words of what is seen that begin so, the shortest first. */
  completions(beginning: string): string[] {
    const found = new Set<string>();
    for (const { index, hidden } of this.layers) {
      for (const [word, postings] of index.words.atPrefix(beginning)) {
        if (hasVisible(postings, hidden)) found.add(word);
      }
    }
    return [...found].sort((left, right) => left.length - right.length || (left < right ? -1 : 1));
  }

  /** The words of what is seen that lie within so many edits, the nearest first. */
  nearMisses(word: string, maxEdits: number): { readonly word: string; readonly edits: number }[] {
    const found = new Map<string, number>();
    for (const { index, hidden } of this.layers) {
      for (const [near, [postings, edits]] of index.words.fuzzyGet(word, maxEdits)) {
        if (hasVisible(postings, hidden)) found.set(near, edits);
      }
    }
    return [...found]
      .map(([near, edits]) => ({ word: near, edits }))
      .sort((left, right) => left.edits - right.edits || (left.word < right.word ? -1 : 1));
  }
}

function visibleCount(postings: PostingList | undefined, hidden: ReadonlySet<number>): number {
  if (postings === undefined) return 0;
  let count = postings.size;
  for (const slot of hidden) if (postings.countsOf(slot) > 0) count -= 1;
  return count;
}

function hasVisible(postings: PostingList | undefined, hidden: ReadonlySet<number>): boolean {
  if (postings === undefined) return false;
  if (postings.size > hidden.size) return true;
  for (let place = 0; place < postings.size; place += 1) if (!hidden.has(postings.slotAt(place))) return true;
  return false;
}

function visibleLength({ index, hidden }: LayerPart, field: number): number {
  let length = index.totalLengths[field] ?? 0;
  for (const slot of hidden) length -= index.lengthAt(slot, field);
  return length;
}

function boostsOf(index: LayerIndex, averageLengths: readonly number[]): Float64Array {
  const fieldCount = SEARCH_FIELDS.length;
  const boosts = new Float64Array(index.slotCount * fieldCount);
  for (let field = 0; field < fieldCount; field += 1) {
    const weight = RANKING.fieldWeights[field] ?? 0;
    const share = RANKING.lengthShares[field] ?? 0;
    const average = averageLengths[field] ?? 1;
    for (let slot = 0; slot < index.slotCount; slot += 1) {
      boosts[slot * fieldCount + field] = weight / (1 - share + (share * index.lengthAt(slot, field)) / average);
    }
  }
  return boosts;
}
