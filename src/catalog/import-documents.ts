import { setImmediate as pause } from 'node:timers/promises';
import { contentHash } from '../definition/content-hash.js';
import { readYamlStream } from '../definition/read-yaml-stream.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import type { Issue } from '../kernel/issue.js';
import { checkDefinition } from '../validation/check-definition.js';
import type { ImportOutcome, ImportResult } from './catalog-commands.js';
import type { ToolKey } from './tool-store.js';

/** A document of the stream after reading and checking. */
export interface ImportDocument {
  readonly index: number;
  readonly name: string | null;
  readonly platform: string | null;
  readonly version: string | null;
  /** Null when the document leaves it out: a tool that exists then gets its next version. */
  readonly statedVersion: string | null;
  /** Null when the document cannot be stored; the issues say why. */
  readonly definition: ToolDefinition | null;
  readonly hash: string;
  readonly issues: readonly Issue[];
}

/** Reads and checks every document; one that is bad never holds up another. Gives way to other work between documents. */
export async function readImport(yaml: string, expressions: ExpressionCache): Promise<ImportDocument[]> {
  const documents: ImportDocument[] = [];
  const seen = new Map<string, number>();
  const check = (definition: ToolDefinition) => checkDefinition(definition, expressions);
  for await (const { index, definition, issues, ...identity } of readYamlStream(yaml, { pause, check })) {
    const document: ImportDocument = {
      index,
      name: identity.name ?? null,
      platform: identity.platform ?? null,
      version: definition?.version ?? identity.version ?? null,
      statedVersion: identity.version ?? null,
      definition,
      hash: definition ? contentHash(definition) : '',
      issues,
    };
    const first = definition ? seen.get(keyOf(definition)) : undefined;
    if (definition && first === undefined) seen.set(keyOf(definition), index);
    documents.push(first === undefined ? document : duplicate(document, first));
  }
  return documents;
}

export function keyOf({ platform, name }: ToolKey): string {
  return JSON.stringify([platform, name]);
}

function duplicate(document: ImportDocument, first: number): ImportDocument {
  const issue: Issue = {
    severity: 'ERROR',
    code: 'DUPLICATE_IN_STREAM',
    path: '',
    message: `Document ${first} of this stream defines '${document.name}' on ${document.platform}, too.`,
    hint: 'Keep one document a tool; another version of it belongs into another import.',
  };
  return { ...document, definition: null, issues: [...document.issues, issue] };
}

export function resultOf(document: ImportDocument, outcome: ImportOutcome, extra: readonly Issue[] = []): ImportResult {
  return {
    index: document.index,
    name: document.name,
    platform: document.platform,
    version: document.version,
    outcome,
    issues: [...document.issues, ...extra],
  };
}
