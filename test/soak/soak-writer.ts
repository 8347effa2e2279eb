import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../scripts/lib/generator/random.js';
import { definitionInput } from '../support/definitions.js';
import { groupName, groupYaml, type SampleCatalog, toolName } from '../support/sample-catalog.js';
import type { JsonLinesWriter } from './json-lines.js';
import type { WriteRecord } from './records.js';
import { type GraphqlAnswer, request } from './request.js';

export interface SoakWriterOptions {
  readonly number: number;
  /** Endpoints; it asks another one with every attempt. */
  readonly urls: readonly string[];
  readonly catalog: SampleCatalog;
  readonly random: Random;
  /** Whether a request that got no answer is sent again with its key until there is one; else it is given up for good. */
  readonly persistent: boolean;
  readonly log: JsonLinesWriter<WriteRecord>;
}

/** One change that was decided on. Every one of them has an effect, unless it is refused. */
interface Write {
  readonly op: string;
  readonly query: string;
  readonly input: Record<string, unknown>;
  /** What the writer knows once it was done. */
  readonly done?: () => void;
}

const UNANSWERED = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR', 'TIMEOUT']);
const RETRY_MS = { low: 50, high: 400 };
const MOST_OWN_TOOLS = 12;
const REPEAT_SHARE = 0.05;

/** A client that changes the catalog, and writes down what it asks for before, and what it is told after. */
export class SoakWriter {
  readonly #options: SoakWriterOptions;
  readonly #own: string[] = [];
  readonly #versions = new Map<string, string>();
  #deleted: string | undefined;
  #disabled: string | undefined;
  #count = 0;
  #attempts = 0;

  constructor(options: SoakWriterOptions) {
    this.#options = options;
  }

  async writeNext(): Promise<void> {
    const { number, random } = this.#options;
    const key = `w${number}-${this.#count++}`;
    const write = await this.#choose(key);
    const done = await this.#send(key, write);
    if (!done) return;
    write.done?.();
    // The very same request once more, most likely through another instance: it must have no further effect.
    if (random.chance(REPEAT_SHARE)) await this.#send(key, { ...write, op: `${write.op} again` });
  }

  async #choose(key: string): Promise<Write> {
    const { catalog, random, persistent } = this.#options;
    const group = random.integer(0, catalog.groups - 1);
    const name = toolName(group, random.integer(0, catalog.toolsPerGroup - 1));
    const kind = random.integer(0, 19);
    if (kind < 8) return this.#update(name, key);
    if (kind < 11) return this.#updateExpected(name, key);
    if (kind === 11) {
      const input = { filter: { categories: [groupName(group)] }, owner: key };
      return { op: 'bulk', query: BULK, input };
    }
    if (kind === 12) {
      const yaml = groupYaml(group, random.integer(2, 5), `Imported by ${key}.`);
      return { op: 'import', query: IMPORT, input: { yaml, atomic: true } };
    }
    // Only who gets every answer knows what there is to enable, restore or delete.
    return persistent ? this.#changeOwn(key) : this.#update(name, key);
  }

  #update(name: string, key: string, expectedVersion?: string): Write {
    const input = { name, patch: { description: `Updated by ${key}.` }, ...(expectedVersion && { expectedVersion }) };
    return {
      op: expectedVersion ? 'update expected' : 'update',
      query: single('updateTool', 'UpdateToolInput'),
      input,
    };
  }

  /** As an editor does it: the version is the one that was read, and may be another by now. */
  async #updateExpected(name: string, key: string): Promise<Write> {
    const { urls, random } = this.#options;
    const known = await request<{ tool: { version: string } | null }>(random.pick(urls), READ, { name }).then(
      ({ data }) => data?.tool?.version,
      () => undefined,
    );
    if (known !== undefined) this.#versions.set(name, known);
    return this.#update(name, key, known ?? this.#versions.get(name));
  }

  #changeOwn(key: string): Write {
    const { random } = this.#options;
    const turn = random.integer(0, 3);
    if (turn === 1 && this.#own.length > 1) {
      const [name = ''] = this.#disabled === undefined ? this.#own : [this.#disabled];
      const enabling = this.#disabled !== undefined;
      const done = () => {
        this.#disabled = enabling ? undefined : name;
      };
      return { ...byName(enabling ? 'enableTool' : 'disableTool', name), done };
    }
    if (this.#deleted !== undefined && turn === 2) {
      const name = this.#deleted;
      const done = () => {
        this.#deleted = undefined;
        this.#own.push(name);
      };
      return { ...byName('restoreTool', name), done };
    }
    const name = this.#own.at(-1);
    if (name !== undefined && name !== this.#disabled && (turn === 3 || this.#own.length >= MOST_OWN_TOOLS)) {
      const done = () => {
        this.#own.pop();
        this.#deleted = name;
      };
      return { ...byName('deleteTool', name), done };
    }
    const definition = definitionInput({ name: `own-${key}`, category: 'own', description: `Created by ${key}.` });
    const done = () => {
      this.#own.push(definition.name);
    };
    return { op: 'create', query: single('createTool', 'CreateToolInput'), input: { definition }, done };
  }

  /** @returns whether it was acknowledged. */
  async #send(key: string, { op, query, input }: Write): Promise<boolean> {
    const { log, persistent, urls, random } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const url = urls[this.#attempts++ % urls.length] ?? '';
      log.write({ t: Date.now(), what: 'sent', key, op, attempt });
      const outcome = await request<{ result: Answer }>(url, query, {
        input: { ...input, reason: key, idempotencyKey: key },
      }).then(readAnswer, (error: unknown) => ({ error: String(error) }));
      const t = Date.now();
      if ('changes' in outcome) log.write({ t, what: 'acknowledged', key, ...outcome });
      else if ('code' in outcome) log.write({ t, what: 'refused', key, ...outcome });
      else log.write({ t, what: 'unanswered', key, ...outcome });
      if (!('error' in outcome)) return 'changes' in outcome;
      if (!persistent) return false;
      await sleep(random.integer(RETRY_MS.low, RETRY_MS.high));
    }
  }
}

interface Answer {
  readonly __typename?: string;
  readonly code?: string;
  readonly revision?: number;
  readonly created?: number;
  readonly updated?: number;
}

type Outcome = { revision: number | null; changes: number } | { code: string } | { error: string };

function readAnswer({ data, errors }: GraphqlAnswer<{ result: Answer }>): Outcome {
  const [error] = errors ?? [];
  if (error || !data) {
    const code = String(error?.extensions?.['code'] ?? 'no data');
    return UNANSWERED.has(code) ? { error: code } : { code: `${code}: ${error?.message}` };
  }
  const { result } = data;
  if (result.code !== undefined) return UNANSWERED.has(result.code) ? { error: result.code } : { code: result.code };
  if (result.revision !== undefined) return { revision: result.revision, changes: 1 };
  return { revision: null, changes: (result.created ?? 0) + (result.updated ?? 0) };
}

const READ = 'query ($name: String!) { tool(name: $name) { version } }';
const BULK = `mutation ($input: BulkUpdateToolsInput!) { result: bulkUpdateTools(input: $input) {
  __typename ... on BulkUpdateReport { updated } ... on UserError { code message } } }`;
const IMPORT = 'mutation ($input: ImportToolsInput!) { result: importTools(input: $input) { created updated } }';

function single(field: string, type: string): string {
  return `mutation ($input: ${type}!) { result: ${field}(input: $input) {
    __typename ... on Tool { revision } ... on UserError { code message } } }`;
}

function byName(field: string, name: string): Write {
  return { op: field.replace('Tool', ''), query: single(field, 'ToolNameInput'), input: { name } };
}
