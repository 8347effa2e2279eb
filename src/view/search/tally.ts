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
  /** One bit for each of SEARCH_FIELDS in which something was found. */
  readonly fields: Uint8Array;
  /** What the word at hand is worth; zero again after it. */
  readonly #worths: Float64Array;
  #touched: number[] = [];

  constructor(layer: CorpusLayer) {
    const { slotCount } = layer.index;
    this.layer = layer;
    this.scores = new Float64Array(slotCount);
    this.fields = new Uint8Array(slotCount);
    this.#worths = new Float64Array(slotCount);
  }

  /** Counts a word by the best of its variants, each with its own rarity. @returns how many visible tools have any of them. */
  count(variants: readonly Variant[], rarities: readonly number[]): number {
    for (const [place, { word, weight }] of variants.entries()) {
      const postings = this.layer.index.postingsOf(word);
      if (postings !== undefined) this.#countVariant(postings, weight * (rarities[place] ?? 0));
    }
    return this.#touched.length;
  }

  /** Adds the word that was counted to the scores. */
  settle(weight: number): void {
    for (const slot of this.#touched) {
      this.scores[slot] = (this.scores[slot] ?? 0) + weight * (this.#worths[slot] ?? 0);
      this.#worths[slot] = 0;
    }
    this.#touched = [];
  }

  #countVariant(postings: PostingList, weight: number): void {
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
      const worth = (weight * counted) / (RANKING.saturation + counted);
      const known = this.#worths[slot] ?? 0;
      if (known === 0) this.#touched.push(slot);
      if (worth > known) this.#worths[slot] = worth;
      this.fields[slot] = (this.fields[slot] ?? 0) | fields;
    }
  }
}
