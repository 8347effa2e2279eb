import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/kernel/sha256.js';
import type { CatalogView } from '../../src/view/catalog-view.js';
import { catalogInMemory } from '../bench/catalog-in-memory.js';
import { readDefinitions } from '../bench/read-definitions.js';
import { evaluate } from '../bench/search/evaluate.js';
import { PlainBm25 } from '../bench/search/plain-bm25.js';
import { type JudgedQuery, readQueries } from '../bench/search/read-queries.js';

const CATALOG = path.join(import.meta.dirname, '..', '..', 'catalog');
const FROZEN = readFileSync(path.join(import.meta.dirname, 'queries.jsonl'), 'utf8');
let view: CatalogView;

beforeAll(async () => {
  view = catalogInMemory(await readDefinitions(CATALOG));
});

function development(file: string): readonly JudgedQuery[] {
  return readQueries(readFileSync(path.join(import.meta.dirname, file), 'utf8'), view.tools());
}

describe('the query set', () => {
  it('is frozen', () => {
    expect(sha256Hex(FROZEN)).toBe('46e8a93019a3a19276f195268dd93bcb4480580111faba0aa27bd92298a21392');
  });

  it('has two equal halves, 150 queries with a fitting tool and 30 without, all of tools that the catalog has', () => {
    const queries = readQueries(FROZEN, view.tools());
    expect(queries.filter(({ half }) => half === 'tuning')).toHaveLength(100);
    expect(queries.filter(({ half }) => half === 'held-out')).toHaveLength(100);
    expect(queries.filter(({ relevance }) => relevance.size > 0).length).toBeGreaterThanOrEqual(150);
    expect(queries.filter(({ relevance }) => relevance.size === 0).length).toBeGreaterThanOrEqual(30);
  });

  it('is found better than by plain BM25, on the half that ranking was tuned on', () => {
    const tuning = readQueries(FROZEN, view.tools()).filter(({ half }) => half === 'tuning');
    const { search, baseline } = evaluate(view, tuning);
    expect(search.ndcgAt10).toBeGreaterThan(baseline.ndcgAt10);
    expect(search.nothingFits).toBeGreaterThanOrEqual(0.8);
    expect(search.falselyEmpty).toBeLessThanOrEqual(0.05);
  });
});

describe('queries for the development', () => {
  it.each([
    ['development.jsonl', 168],
    ['development-2.jsonl', 260],
    ['development-3.jsonl', 42],
  ])('%s names tools that the catalog has', (file, count) => {
    expect(development(file)).toHaveLength(count);
  });

  it('are found better than by plain BM25, seldom answered empty, and empty where nothing fits', () => {
    const seen = ['development.jsonl', 'development-2.jsonl'].flatMap(development);
    const { search, difference } = evaluate(
      view,
      seen.filter(({ half }) => half !== 'checkpoint'),
    );
    expect(difference.low).toBeGreaterThan(0);
    expect(search.nothingFits).toBeGreaterThanOrEqual(0.8);
    expect(search.falselyEmpty).toBeLessThanOrEqual(0.05);
  });

  it('are seldom answered wrongly with nothing, or something, on the half that nobody read', () => {
    const unseen = development('development-2.jsonl').filter(({ half }) => half === 'checkpoint');
    expect(unseen).toHaveLength(128);
    const { search } = evaluate(view, unseen);
    expect(search.nothingFits).toBeGreaterThanOrEqual(0.65);
    expect(search.falselyEmpty).toBeLessThanOrEqual(0.08);
  });
});

describe('reading queries', () => {
  it.each([
    ['{"query": "x", "relevant": ["ping"]}', ['network/ping', 'windows/ping']],
    ['{"query": "x", "relevant": {"windows/Ping": 2}}', ['windows/ping']],
    ['{"query": "x", "relevant": "kubectl-get"}', ['custom/kubectl_get']],
    ['{"query": "x", "relevant": []}', []],
  ])('%s', (line, expected) => {
    expect([...(readQueries(line, view.tools())[0]?.relevance.keys() ?? [])].sort()).toEqual(expected);
  });

  it.each([
    ['{"query": "x"}', "line 1: 'relevant' is missing"],
    ['\n{"query": 1, "relevant": []}', 'line 2: an object'],
    ['nonsense', 'line 1: this is not JSON'],
    ['{"query": "x", "relevant": ["no-such-tool"]}', "the catalog has no tool 'no-such-tool'"],
    ['{"query": "x", "relevant": {"ping": -1}}', "line 1: 'relevant' must list"],
  ])('refuses %s', (line, message) => {
    expect(() => readQueries(line, view.tools())).toThrow(message);
  });
});

describe('plain BM25', () => {
  it('scores as the textbook does', () => {
    const [first] = view.tools();
    const bm25 = new PlainBm25(view.tools());
    expect(bm25.search(first?.name ?? '', 1).map(({ name }) => name)).toEqual([first?.name]);
    expect(bm25.search('zzzz', 10)).toEqual([]);
  });
});
