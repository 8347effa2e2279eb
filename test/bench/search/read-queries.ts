import type { ToolState } from '../../../src/view/catalog-change.js';
import type { Relevance } from './metrics.js';

/** A query with what it should find; empty when no tool serves it. */
export interface JudgedQuery {
  readonly query: string;
  readonly relevance: Relevance;
  /** The half of the set that it belongs to, where the set has halves. */
  readonly half: string | null;
}

export function keyOf({ platform, name }: Pick<ToolState, 'platform' | 'name'>): string {
  return `${platform}/${name}`;
}

/**
 * Reads judged queries, one JSON object a line: `query`, `relevant` and, where the set is divided, `half`. `relevant` is a list of
 * tools or an object of tool to grade; a tool is `name` or `platform/name`, a bare name means it on every platform. Letter
 * case does not matter, nor whether `-` or `_` stands between words.
 *
 * @throws Error that names the line, for what is not that, and for a tool that the catalog does not have.
 */
export function readQueries(jsonLines: string, tools: readonly ToolState[]): readonly JudgedQuery[] {
  const keys = new Map<string, string[]>();
  for (const tool of tools) {
    for (const label of [tool.name, keyOf(tool)].map(fold)) {
      keys.set(label, [...(keys.get(label) ?? []), keyOf(tool)]);
    }
  }
  return jsonLines.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `line ${index + 1}`;
    const { query, relevant, half } = readLine(line, place);
    const relevance = new Map<string, number>();
    for (const [label, grade] of grades(relevant, place)) {
      const meant = keys.get(fold(label));
      if (meant === undefined) throw new Error(`${place}: the catalog has no tool '${label}'.`);
      if (grade > 0) for (const key of meant) relevance.set(key, Math.max(grade, relevance.get(key) ?? 0));
    }
    return [{ query, relevance, half: typeof half === 'string' ? half : null }];
  });
}

function fold(label: string): string {
  return label.toLowerCase().replaceAll('-', '_');
}

function readLine(line: string, place: string): { query: string; relevant: unknown; half?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${place}: this is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || !('query' in value) || typeof value.query !== 'string') {
    throw new Error(`${place}: an object with the texts 'query' and 'relevant' is expected.`);
  }
  if (!('relevant' in value)) throw new Error(`${place}: 'relevant' is missing; [] says that no tool fits.`);
  return { query: value.query, relevant: value.relevant, half: 'half' in value ? value.half : undefined };
}

function grades(relevant: unknown, place: string): [string, number][] {
  const entries: [unknown, unknown][] = Array.isArray(relevant)
    ? relevant.map((label) => [label, 1])
    : typeof relevant === 'object' && relevant !== null
      ? Object.entries(relevant)
      : [[relevant, 1]];
  return entries.map(([label, grade]) => {
    if (typeof label === 'string' && typeof grade === 'number' && grade >= 0) return [label, grade];
    throw new Error(`${place}: 'relevant' must list tools, or give each a grade from 0.`);
  });
}
