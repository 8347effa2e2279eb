import { SEARCH_FIELDS } from '../tool-search.js';
import type { CorpusLayer } from './corpus.js';
import type { Variant } from './expand-word.js';
import { FIELD_MASKS, FIELD_SHIFTS, type PostingList } from './posting-list.js';
import { RANKING } from './ranking-settings.js';

const FIELD_COUNT = SEARCH_FIELDS.length;

/** What the words of one query come to in the tools of one layer, by slot. Plain loops over plain numbers: this is the hot path. */
export class Tally {
  readonly layer: CorpusLayer;
  readonly scores: Float64Array;
  /** What each tool has of the words that were asked for, by their weight. */
  readonly coverage: Float64Array;
  /** One bit for each of SEARCH_FIELDS in which something was found. */
  readonly fields: Uint8Array;
  /** Of the word at hand only; zero again after it. */
  readonly #counts: Float64Array;
  readonly #covers: Float64Array;
  #touched: number[] = [];

  constructor(layer: CorpusLayer) {
    const { slotCount } = layer.index;
    this.layer = layer;
    this.scores = new Float64Array(slotCount);
    this.coverage = new Float64Array(slotCount);
    this.fields = new Uint8Array(slotCount);
    this.#counts = new Float64Array(slotCount);
    this.#covers = new Float64Array(slotCount);
  }

  /** Counts a word with all its variants, as one word. @returns how many visible tools have it, and how many the very word. */
  count(variants: readonly Variant[]): { readonly found: number; readonly exact: number } {
    for (const { word, weight, covers } of variants) {
      const postings = this.layer.index.postingsOf(word);
      if (postings !== undefined) this.#countVariant(postings, weight, covers);
    }
    const exact = this.#touched.reduce((sum, slot) => sum + (this.#covers[slot] === 1 ? 1 : 0), 0);
    return { found: this.#touched.length, exact };
  }

  /** Adds the word that was counted to scores and coverage. */
  settle(weight: number): void {
    for (const slot of this.#touched) {
      const counted = this.#counts[slot] ?? 0;
      this.scores[slot] = (this.scores[slot] ?? 0) + (weight * counted) / (RANKING.saturation + counted);
      const covered = (weight * (this.#covers[slot] ?? 0) * counted) / (RANKING.mention + counted);
      this.coverage[slot] = (this.coverage[slot] ?? 0) + covered;
      this.#counts[slot] = 0;
      this.#covers[slot] = 0;
    }
    this.#touched = [];
  }

  #countVariant(postings: PostingList, weight: number, covers: number): void {
    const { hidden, boosts } = this.layer;
    for (let place = 0; place < postings.size; place += 1) {
      const slot = postings.slotAt(place);
      if (hidden.size > 0 && hidden.has(slot)) continue;
      const packed = postings.countsAt(place);
      let counted = 0;
      let fields = 0;
      for (let field = 0; field < FIELD_COUNT; field += 1) {
        const times = (packed >>> (FIELD_SHIFTS[field] ?? 0)) & (FIELD_MASKS[field] ?? 0);
        if (times === 0) continue;
        counted += times * (boosts[slot * FIELD_COUNT + field] ?? 0);
        fields |= 1 << field;
      }
      const known = this.#covers[slot] ?? 0;
      if (known === 0) this.#touched.push(slot);
      if (covers > known) this.#covers[slot] = covers;
      this.#counts[slot] = (this.#counts[slot] ?? 0) + weight * counted;
      this.fields[slot] = (this.fields[slot] ?? 0) | fields;
    }
  }
}
