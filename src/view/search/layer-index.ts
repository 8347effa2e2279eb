import SearchableMap from 'minisearch/SearchableMap';
import type { ToolState } from '../catalog-change.js';
import { SEARCH_FIELDS, type SearchField } from '../tool-search.js';
import { PostingList, packCounts } from './posting-list.js';
import { searchText } from './search-text.js';
import { joinedWords, splitWords } from './split-words.js';
import { StemMemory } from './stem-word.js';
import { STOP_WORDS } from './stop-words.js';

const FIELD_COUNT = SEARCH_FIELDS.length;
const MAX_FIELD_LENGTH = 65_535;
/** Fields that hold names, where a compound is also found as one word, and a stop word may be all there is. */
const NAMING: ReadonlySet<SearchField> = new Set(['name', 'capability', 'tag']);

/**
 * An inverted index of the tools of one layer. Every statistic of it is a count of what it holds now, so that it cannot tell by
 * which changes it came about: one kept up to date ranks exactly as one built anew.
 */
export class LayerIndex {
  /** The words of the layer for beginnings and near misses; {@link #postings} holds the same for looking up. */
  readonly words = new SearchableMap<PostingList>();
  readonly #postings = new Map<string, PostingList>();
  readonly #stems = new StemMemory();
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #tools: (ToolState | undefined)[] = [];
  #lengths = new Uint16Array(64 * FIELD_COUNT);
  readonly totalLengths: number[] = SEARCH_FIELDS.map(() => 0);

  get size(): number {
    return this.#slots.size;
  }

  /** Above every slot in use. */
  get slotCount(): number {
    return this.#tools.length;
  }

  postingsOf(word: string): PostingList | undefined {
    return this.#postings.get(word);
  }

  slotOf(toolId: string): number | undefined {
    return this.#slots.get(toolId);
  }

  toolAt(slot: number): ToolState | undefined {
    return this.#tools[slot];
  }

  lengthAt(slot: number, field: number): number {
    return this.#lengths[slot * FIELD_COUNT + field] ?? 0;
  }

  /** The tool must not be in the index. */
  add(tool: ToolState): void {
    const slot = this.#free.pop() ?? this.#tools.length;
    this.#slots.set(tool.toolId, slot);
    this.#tools[slot] = tool;
    this.#reserve(slot);
    const { counts, lengths } = this.#read(tool);
    for (const [word, ofWord] of counts) this.#postingsFor(word).add(slot, packCounts(ofWord));
    for (let field = 0; field < FIELD_COUNT; field += 1) this.#setLength(slot, field, lengths[field] ?? 0);
  }

  remove(toolId: string): void {
    const slot = this.#slots.get(toolId);
    const tool = slot === undefined ? undefined : this.#tools[slot];
    if (slot === undefined || tool === undefined) return;
    for (const word of this.#read(tool).counts.keys()) {
      const postings = this.#postingsFor(word);
      postings.remove(slot);
      if (postings.size > 0) continue;
      this.#postings.delete(word);
      this.words.delete(word);
    }
    for (let field = 0; field < FIELD_COUNT; field += 1) this.#setLength(slot, field, 0);
    this.#tools[slot] = undefined;
    this.#slots.delete(toolId);
    this.#free.push(slot);
  }

  #read(tool: ToolState): { counts: Map<string, number[]>; lengths: number[] } {
    const counts = new Map<string, number[]>();
    const lengths = SEARCH_FIELDS.map(() => 0);
    const texts = searchText(tool);
    for (const [field, name] of SEARCH_FIELDS.entries()) {
      const naming = NAMING.has(name);
      for (const text of texts[name]) {
        for (const word of naming ? [...splitWords(text), ...joinedWords(text)] : splitWords(text)) {
          if (name !== 'name' && STOP_WORDS.has(word)) continue;
          const stem = this.#stems.of(word);
          const ofWord = counts.get(stem) ?? SEARCH_FIELDS.map(() => 0);
          ofWord[field] = (ofWord[field] ?? 0) + 1;
          counts.set(stem, ofWord);
          lengths[field] = Math.min(MAX_FIELD_LENGTH, (lengths[field] ?? 0) + 1);
        }
      }
    }
    return { counts, lengths };
  }

  #postingsFor(word: string): PostingList {
    let postings = this.#postings.get(word);
    if (postings === undefined) {
      postings = new PostingList();
      this.#postings.set(word, postings);
      this.words.set(word, postings);
    }
    return postings;
  }

  #setLength(slot: number, field: number, length: number): void {
    const place = slot * FIELD_COUNT + field;
    this.totalLengths[field] = (this.totalLengths[field] ?? 0) + length - (this.#lengths[place] ?? 0);
    this.#lengths[place] = length;
  }

  #reserve(slot: number): void {
    if ((slot + 1) * FIELD_COUNT <= this.#lengths.length) return;
    const longer = new Uint16Array(2 * this.#lengths.length);
    longer.set(this.#lengths);
    this.#lengths = longer;
  }
}
