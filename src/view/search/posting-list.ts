import { SEARCH_FIELDS } from '../tool-search.js';

/** Bits for how often a word stands in each field, in the order of SEARCH_FIELDS; 32 together. More often counts as the most. */
const FIELD_BITS = [3, 6, 8, 8, 3, 4] as const;
export const FIELD_SHIFTS: readonly number[] = FIELD_BITS.map((_, field) =>
  FIELD_BITS.slice(0, field).reduce((sum: number, bits) => sum + bits, 0),
);
export const FIELD_MASKS: readonly number[] = FIELD_BITS.map((bits) => 2 ** bits - 1);

/** How often one word stands in each field of one tool, as one unsigned 32-bit number. */
export function packCounts(counts: ArrayLike<number>): number {
  let packed = 0;
  for (let field = 0; field < SEARCH_FIELDS.length; field += 1) {
    packed |= Math.min(counts[field] ?? 0, FIELD_MASKS[field] ?? 0) << (FIELD_SHIFTS[field] ?? 0);
  }
  return packed >>> 0;
}

/** In which slots a word stands, ascending, and how often in each field: pairs in one array, eight bytes a tool and word. */
export class PostingList {
  #pairs = new Uint32Array(2);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  slotAt(index: number): number {
    return this.#pairs[2 * index] ?? 0;
  }

  countsAt(index: number): number {
    return this.#pairs[2 * index + 1] ?? 0;
  }

  /** The packed counts of a slot; 0 when the word does not stand in it. */
  countsOf(slot: number): number {
    const place = this.#placeOf(slot);
    return place < this.#size && this.slotAt(place) === slot ? this.countsAt(place) : 0;
  }

  add(slot: number, packedCounts: number): void {
    const place = this.#placeOf(slot);
    if (2 * (this.#size + 1) > this.#pairs.length) {
      const longer = new Uint32Array(2 * Math.ceil((this.#size + 1) * 1.5));
      longer.set(this.#pairs);
      this.#pairs = longer;
    }
    this.#pairs.copyWithin(2 * place + 2, 2 * place, 2 * this.#size);
    this.#pairs[2 * place] = slot;
    this.#pairs[2 * place + 1] = packedCounts;
    this.#size += 1;
  }

  remove(slot: number): void {
    const place = this.#placeOf(slot);
    if (place === this.#size || this.slotAt(place) !== slot) return;
    this.#pairs.copyWithin(2 * place, 2 * place + 2, 2 * this.#size);
    this.#size -= 1;
  }

  /** The first index whose slot is not below the given one. */
  #placeOf(slot: number): number {
    // A bulk build fills slots in ascending order.
    if (this.#size === 0 || this.slotAt(this.#size - 1) < slot) return this.#size;
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.slotAt(middle) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
