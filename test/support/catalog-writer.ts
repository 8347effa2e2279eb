import { setTimeout as sleep } from 'node:timers/promises';
import { groupName, groupYaml, type SampleCatalog, toolName } from './sample-catalog.js';
import { type GraphqlAnswer, graphql } from './service-process.js';

/** One request that changes the catalog. Its key is its idempotency key and the reason that the change log keeps. */
interface WriteRequest {
  readonly query: string;
  readonly input: Record<string, unknown>;
  /** Changes that a positive answer promises. */
  readonly changes: (answer: Record<string, unknown>) => number;
}

export interface WriteRecord {
  readonly key: string;
  /** Changes that the service said it had made; null when it never answered. */
  readonly acknowledged: number | null;
}

export interface CatalogWriterOptions {
  readonly name: string;
  readonly urls: readonly string[];
  readonly catalog: SampleCatalog;
  /** Whether a request that got no answer is sent again, with its key, until there is one; else it is given up. */
  readonly persistent: boolean;
  /** The group whose last tool this writer alone deletes and restores. */
  readonly ownGroup: number;
}

const CODES_OF_FAILURE = new Set(['UNAVAILABLE', 'RATE_LIMITED']);
const RETRY_MS = 50;
/** Requests; each such one is a bulk update, which would find nothing to do the second time. */
const REPEATED_EVERY = 16;
const TOOL_ANSWER = '__typename ... on Tool { revision } ... on UserError { code message }';

/** A client that changes the catalog again and again and remembers what it was told. */
export class CatalogWriter {
  readonly records: WriteRecord[] = [];
  /** Requests that were refused with an error that says to try again, or got no answer. */
  refusals = 0;
  /** The longest that one request took, refused or not. */
  longestMs = 0;
  readonly #options: CatalogWriterOptions;
  #count = 0;

  constructor(options: CatalogWriterOptions) {
    this.#options = options;
  }

  /** One request, of a kind that depends on how many there were before. @returns the changes that were acknowledged. */
  async writeNext(): Promise<number> {
    const key = `${this.#options.name}-${this.#count}`;
    const request = this.#request(this.#count, key);
    const answer = await this.#send(request, key);
    this.#count += 1;
    const acknowledged = answer === undefined ? null : request.changes(answer);
    if (acknowledged !== null) await this.#repeat(request, key, acknowledged);
    this.records.push({ key, acknowledged });
    return acknowledged ?? 0;
  }

  /** Now and then a request is sent again although it was answered, to another instance: it is answered alike. */
  async #repeat(request: WriteRequest, key: string, acknowledged: number): Promise<void> {
    if (!this.#options.persistent || this.#count % REPEATED_EVERY !== 1) return;
    const again = await this.#send(request, key);
    const repeated = again && request.changes(again);
    if (repeated !== acknowledged) throw new Error(`${key}: ${acknowledged} changes, and ${repeated} when sent again`);
  }

  /** Kinds take turns; groups and tools are the same for every run, and shared with the other writers. */
  #request(count: number, key: string): WriteRequest {
    const { catalog, ownGroup } = this.#options;
    const group = (count * 7 + ownGroup) % catalog.groups;
    switch (count % 8) {
      case 0:
        return bulk({ filter: { categories: [groupName(group)] }, patch: { description: `Bulk ${key}.` } });
      case 2:
        return bulk({ filter: { categories: [groupName(group)] }, owner: key });
      case 4: {
        const yaml = groupYaml(group, Math.ceil(catalog.toolsPerGroup / 2), `Imported by ${key}.`);
        return {
          query: IMPORT,
          input: { yaml, atomic: false },
          changes: (a) => Number(a['created']) + Number(a['updated']),
        };
      }
      case 6:
        return single('deleteTool', 'ToolNameInput', { name: `own-of-${ownGroup}` });
      case 7:
        // Only where it is known to be deleted: a restore that finds nothing to do is no change.
        if (this.records.at(-1)?.acknowledged === null) return this.#update(count, key);
        return single('restoreTool', 'ToolNameInput', { name: `own-of-${ownGroup}` });
      default:
        return this.#update(count, key);
    }
  }

  #update(count: number, key: string): WriteRequest {
    const { catalog, ownGroup } = this.#options;
    const name = toolName((count * 7 + ownGroup) % catalog.groups, count % catalog.toolsPerGroup);
    return single('updateTool', 'UpdateToolInput', { name, patch: { description: `Updated by ${key}.` } });
  }

  async #send({ query, input }: WriteRequest, key: string): Promise<Record<string, unknown> | undefined> {
    const { urls, persistent } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const url = urls[(this.#count + attempt) % urls.length] ?? '';
      const sentMs = performance.now();
      const answer = await attemptOf(url, query, { input: { ...input, reason: key, idempotencyKey: key } });
      this.longestMs = Math.max(this.longestMs, performance.now() - sentMs);
      if (!answer) this.refusals += 1;
      if (answer || !persistent) return answer;
      // As any client that repeats: not in a tight loop.
      await sleep(RETRY_MS);
    }
  }
}

/** The tools that the writers delete and restore, as YAML. */
export function ownTools(writers: number): string {
  return Array.from({ length: writers }, (_, writer) =>
    groupYaml(writer, 1).replace(toolName(writer, 0), `own-of-${writer}`).replace(groupName(writer), 'own'),
  ).join('---\n');
}

const BULK = `mutation ($input: BulkUpdateToolsInput!) { result: bulkUpdateTools(input: $input) {
  __typename ... on BulkUpdateReport { updated failed } ... on UserError { code message } } }`;
const IMPORT = `mutation ($input: ImportToolsInput!) { result: importTools(input: $input) { created updated failed } }`;

function bulk(input: Record<string, unknown>): WriteRequest {
  return { query: BULK, input, changes: (answer) => Number(answer['updated']) };
}

function single(field: string, type: string, input: Record<string, unknown>): WriteRequest {
  return {
    query: `mutation ($input: ${type}!) { result: ${field}(input: $input) { ${TOOL_ANSWER} } }`,
    input,
    changes: (answer) => (answer['__typename'] === 'Tool' ? 1 : 0),
  };
}

/** Undefined when nobody knows whether it took effect. @throws Error for an answer that should not be. */
async function attemptOf(
  url: string,
  query: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown> | undefined> {
  let answer: GraphqlAnswer<{ result: Record<string, unknown> }>;
  try {
    answer = await graphql(url, query, variables);
  } catch {
    return undefined;
  }
  const [error] = answer.errors ?? [];
  if (error && CODES_OF_FAILURE.has(String(error.extensions?.['code']))) return undefined;
  if (!answer.data || error) throw new Error(`${url} answers ${JSON.stringify(answer)}`);
  return answer.data.result;
}

/**
 * What the writers were told and the log does not bear out: an acknowledged request is one revision with that many changes, one
 * that was never answered is at most one, and nobody else wrote. Empty when all is well.
 */
export function writeFaults(
  records: readonly WriteRecord[],
  changes: readonly { readonly revision: number; readonly reason: string | null }[],
): string[] {
  const byKey = new Map<string | null, { readonly revision: number }[]>();
  for (const change of changes) byKey.set(change.reason, [...(byKey.get(change.reason) ?? []), change]);
  const faults: string[] = [];
  for (const { key, acknowledged } of records) {
    const made = byKey.get(key) ?? [];
    byKey.delete(key);
    const revisions = new Set(made.map((change) => change.revision));
    if (acknowledged !== null && made.length !== acknowledged) {
      faults.push(`${key}: ${acknowledged} changes acknowledged, ${made.length} in the log`);
    }
    if (revisions.size > 1) faults.push(`${key}: in revisions ${[...revisions].join(', ')}`);
  }
  for (const [key, made] of byKey) faults.push(`${key}: ${made.length} changes that no writer asked for`);
  return faults;
}
