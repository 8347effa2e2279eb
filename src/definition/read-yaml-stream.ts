import type { Document } from 'yaml';
import { type Issue, isAcceptable } from '../kernel/issue.js';
import { versionNumber } from './coerce-document.js';
import { interpretDocument } from './interpret-document.js';
import { LIMITS } from './limits.js';
import { locatePath } from './locate-path.js';
import type { YamlProblem } from './parse-yaml.js';
import { parseYaml, utf8Bytes } from './parse-yaml.js';
import type { DocumentEntry } from './profile-entries.js';
import { profileEntries } from './profile-entries.js';
import type { YamlChunk } from './split-yaml-stream.js';
import { splitYamlStream } from './split-yaml-stream.js';
import type { ToolDefinition } from './tool-definition.js';

/** One definition of a YAML stream: a document, or an entry of a document that holds many tools. */
export interface YamlDocument {
  /** 0-based place among the definitions of the stream. */
  readonly index: number;
  /** Null exactly when one of the issues is an ERROR. */
  readonly definition: ToolDefinition | null;
  /** With their lines and columns in the whole stream. */
  readonly issues: readonly Issue[];
  /** What is known of the tool, even when its definition fails. */
  readonly name?: string;
  readonly platform?: string;
  readonly version?: string;
}

export interface ReadYamlOptions {
  /** Awaited every few milliseconds of reading, between documents, so that other work gets its turn. */
  readonly pause?: () => Promise<void>;
  /** More rules, for definitions whose shape is right: what they find gets its place in the text, too. */
  readonly check?: (definition: ToolDefinition) => readonly Issue[];
}

/** Characters that take about 25 ms to read. */
const PAUSE_AFTER = 65_536;

/**
 * Reads tool definitions from a YAML stream, document by document. A document that cannot be read is reported in its place and
 * never holds up the others; nothing throws. A stream over its limits is one failed document.
 */
export async function* readYamlStream(text: string, options: ReadYamlOptions = {}): AsyncGenerator<YamlDocument> {
  const refusal = streamRefusal(text);
  if (refusal !== undefined) {
    yield { index: 0, definition: null, issues: [refusal] };
    return;
  }
  let index = 0;
  let unpaused = 0;
  for (const chunk of splitYamlStream(text)) {
    for (const read of readChunk(chunk, options.check ?? nothing)) {
      yield { index, ...read };
      index++;
    }
    unpaused += chunk.text.length;
    if (unpaused >= PAUSE_AFTER) {
      unpaused = 0;
      await options.pause?.();
    }
  }
}

function streamRefusal(text: string): Issue | undefined {
  const tooLarge = text.length * 3 > LIMITS.streamBytes && utf8Bytes(text) > LIMITS.streamBytes;
  if (tooLarge) return streamIssue('STREAM_TOO_LARGE', 'A stream may have 64 MiB.');
  let documents = 0;
  for (const _ of splitYamlStream(text)) {
    documents++;
    if (documents > LIMITS.streamDocuments) {
      return streamIssue('STREAM_TOO_LONG', `A stream may have ${LIMITS.streamDocuments} documents.`);
    }
  }
  return undefined;
}

function streamIssue(code: string, message: string): Issue {
  return { severity: 'ERROR', code, message, path: '', line: 1, column: 1, hint: 'Split it into several streams.' };
}

type Read = Omit<YamlDocument, 'index'>;

type Check = (definition: ToolDefinition) => readonly Issue[];

function nothing(): readonly Issue[] {
  return [];
}

type Place = (offset: number) => { readonly line: number; readonly column: number };

function* readChunk(chunk: YamlChunk, check: Check): Generator<Read> {
  const parsed = parseYaml(chunk.text);
  const place = placeIn(chunk);
  const { document, value } = parsed;
  if (document === null || parsed.problems.length > 0) {
    yield { definition: null, issues: parsed.problems.map((problem) => problemIssue(problem, place)) };
    return;
  }
  const entries = profileEntries(value) ?? [{ document: value, sourcePath: asGiven, issues: [] }];
  const source = { document, place, numericVersions: parsed.numericVersions, check };
  for (const entry of entries) yield readEntry(entry, source);
}

function asGiven(path: string): string {
  return path;
}

function problemIssue({ offset, ...problem }: YamlProblem, place: Place): Issue {
  return { severity: 'ERROR', path: '', ...problem, ...place(offset) };
}

interface Source {
  readonly document: Document.Parsed;
  readonly place: Place;
  readonly numericVersions: readonly string[];
  readonly check: Check;
}

function readEntry(entry: DocumentEntry, source: Source): Read {
  const { definition, issues, sourcePath, ...identity } = interpretDocument(entry.document);
  const inText = (path: string): string => entry.sourcePath(sourcePath(path));
  const warnings = numericVersionIssues(definition, source.numericVersions, inText);
  const checked = definition === null ? [] : source.check(definition);
  const located = [...issues, ...entry.issues, ...warnings, ...checked].map((issue) => ({
    ...issue,
    ...source.place(locatePath(source.document, inText(issue.path))),
  }));
  return { definition: isAcceptable(checked) ? definition : null, issues: located, ...identity };
}

function numericVersionIssues(
  definition: ToolDefinition | null,
  places: readonly string[],
  inText: (path: string) => string,
): Issue[] {
  if (definition === null || places.length === 0) return [];
  const versions = definition.dependencies.map(
    ({ version }, index) => [`/dependencies/${index}/version`, version] as const,
  );
  return [['/version', definition.version] as const, ...versions]
    .filter(([path]) => places.includes(inText(path)))
    .map(([path, version]) => versionNumber(version ?? '', path));
}

/** Finds lines only when they are asked for: most documents have nothing to report. */
function placeIn(chunk: YamlChunk): Place {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(chunk.text);
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: chunk.line + low, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
