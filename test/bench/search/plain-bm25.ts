import type { ToolState } from '../../../src/view/catalog-change.js';
import { searchText } from '../../../src/view/search/search-text.js';
import { splitWords } from '../../../src/view/search/split-words.js';
import { STOP_WORDS } from '../../../src/view/search/stop-words.js';
import { compareTools } from '../../../src/view/tool-order.js';

const K1 = 1.2;
const B = 0.75;

interface Document {
  readonly tool: ToolState;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

/**
 * The peer of the search: textbook BM25 over all text of a tool as one. The same words, but no stems, no synonyms, no fields,
 * nothing forgiven; nothing fits when no word occurs.
 */
export class PlainBm25 {
  readonly #documents: readonly Document[];
  readonly #averageLength: number;
  readonly #documentFrequency = new Map<string, number>();

  constructor(tools: readonly ToolState[]) {
    this.#documents = tools.map(toDocument);
    this.#averageLength = this.#documents.reduce((sum, { length }) => sum + length, 0) / tools.length;
    for (const { counts } of this.#documents) {
      for (const word of counts.keys()) this.#documentFrequency.set(word, (this.#documentFrequency.get(word) ?? 0) + 1);
    }
  }

  search(query: string, limit: number): readonly ToolState[] {
    const words = new Set(contentWords(query));
    return this.#documents
      .map((document) => ({ tool: document.tool, score: this.#score(document, words) }))
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score || compareTools(left.tool, right.tool))
      .slice(0, limit)
      .map(({ tool }) => tool);
  }

  #score({ counts, length }: Document, words: ReadonlySet<string>): number {
    let score = 0;
    for (const word of words) {
      const count = counts.get(word) ?? 0;
      const known = this.#documentFrequency.get(word) ?? 0;
      const rarity = Math.log(1 + (this.#documents.length - known + 0.5) / (known + 0.5));
      score += (rarity * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / this.#averageLength));
    }
    return score;
  }
}

function contentWords(text: string): string[] {
  return splitWords(text).filter((word) => !STOP_WORDS.has(word));
}

function toDocument(tool: ToolState): Document {
  const words = Object.values(searchText(tool)).flat().flatMap(contentWords);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { tool, counts, length: words.length };
}
