import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import { splitYamlStream } from '../../src/definition/split-yaml-stream.js';

/** One YAML document of a file, cut out of its text without being read. */
export interface SourceDocument {
  /** The file as its user named it. */
  readonly file: string;
  /** 1-based line of the file at which `text` begins. */
  readonly line: number;
  /** Whole lines, from its first one that is neither blank nor a comment. */
  readonly text: string;
  /** How many tools it defines: one, but for files of profiles. */
  readonly definitionCount: number;
  /** True when it must be sent with the one before it. */
  readonly joined?: true;
}

/** Blank lines and comments at the beginning of a text. */
const HEAD = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*/;

/** A document that may define several tools has this key. */
const PROFILES_KEY = /\btools["']?[ \t]*:/;

/** The documents of a YAML file, cut as the service cuts streams. Parts that hold nothing but comments are left out. */
export async function splitDocuments(file: string, content: string): Promise<readonly SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const { text: whole, line } of splitYamlStream(content)) {
    // In a longer stream, what stands before the beginning would count to the document before it.
    const head = HEAD.exec(whole)?.[0] ?? '';
    const text = whole.slice(head.length);
    const definitionCount = PROFILES_KEY.test(text) ? await countDefinitions(text) : 1;
    documents.push({
      file,
      line: line + lineCount(head),
      text: text.endsWith('\n') ? text : `${text}\n`,
      definitionCount,
    });
  }
  return documents;
}

/** A tool's name in the form that nearly all files have: at the beginning of its line. */
const NAME_LINE = /^(?:tool_)?name[ \t]*:(.*)$/m;

function plainName(text: string): string | undefined {
  const value = NAME_LINE.exec(text)?.[1]?.split(' #', 1)[0]?.trim();
  if (value === undefined || value === '') return undefined;
  const quoted = value.length > 1 && value.at(0) === value.at(-1) && /^["']/.test(value);
  return quoted ? value.slice(1, -1) : value;
}

/**
 * The documents in an order in which those of one name follow each other, joined: the service refuses a second document of a tool
 * in a stream, and stores it as another version when it comes in the next one. A name that is written in some other way is not seen.
 */
export function besideTheirLike(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  const groups = new Map<string | SourceDocument, SourceDocument[]>();
  for (const document of documents) {
    const name = plainName(document.text) ?? document;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [document]);
    else group.push({ ...document, joined: true });
  }
  return [...groups.values()].flat();
}

async function countDefinitions(text: string): Promise<number> {
  let count = 0;
  for await (const _ of readYamlStream(text)) count += 1;
  return count;
}

/** A place in a file, both numbers 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Several documents as one YAML stream, and the way back from its lines to the files. */
export interface DocumentChunk {
  readonly yaml: string;
  readonly documents: readonly SourceDocument[];
  /**
   * Where a finding of the stream stands in the files.
   * @param index 0-based place of its definition among those of the stream.
   */
  locate(index: number, line: number | null, column: number | null): Place;
}

export interface ChunkLimits {
  readonly maxDocuments: number;
  readonly maxBytes: number;
}

/** Cuts documents into streams within the limits, but for joined ones; a larger document becomes a stream of its own. */
export function* chunkDocuments(documents: Iterable<SourceDocument>, limits: ChunkLimits): Generator<DocumentChunk> {
  let pending: SourceDocument[] = [];
  let pendingBytes = 0;
  for (const document of documents) {
    const bytes = Buffer.byteLength(document.text);
    const full = pending.length >= limits.maxDocuments || pendingBytes + bytes > limits.maxBytes;
    if (full && pending.length > 0 && !document.joined) {
      yield joinDocuments(pending);
      pending = [];
      pendingBytes = 0;
    }
    pending.push(document);
    pendingBytes += bytes;
  }
  if (pending.length > 0) yield joinDocuments(pending);
}

export function joinDocuments(documents: readonly SourceDocument[]): DocumentChunk {
  const parts: string[] = [];
  /** 1-based line of the stream at which each document's own text begins. */
  const starts: number[] = [];
  /** The document of each definition. */
  const owners: number[] = [];
  let line = 1;
  for (const [index, { text, definitionCount }] of documents.entries()) {
    for (let count = 0; count < definitionCount; count += 1) owners.push(index);
    const separator = separatorBefore(text, index);
    if (separator !== '') line += 1;
    starts.push(line);
    parts.push(separator, text);
    line += lineCount(text);
  }
  return {
    yaml: parts.join(''),
    documents,
    locate(index, streamLine, column) {
      const expected = owners[index] ?? documents.length - 1;
      // An error at a document's end has the line at which the next one begins, so a line alone would not do.
      const isInside =
        streamLine === null ||
        (streamLine >= (starts[expected] ?? 1) && streamLine <= (starts[expected + 1] ?? Number.POSITIVE_INFINITY));
      const at = isInside ? expected : documentAt(starts, streamLine);
      const document = documents[at];
      if (document === undefined) throw new RangeError('A chunk holds at least one document.');
      if (streamLine === null) return { file: document.file, line: document.line, column: 1 };
      const offset = Math.max(0, streamLine - (starts[at] ?? 1));
      if (offset >= lineCount(document.text)) return endOf(document);
      return { file: document.file, line: document.line + offset, column: column ?? 1 };
    },
  };
}

function separatorBefore(text: string, index: number): string {
  if (/^---(?=\s|$)/.test(text)) return '';
  // Directives are only read after the end of the document before them.
  if (text.startsWith('%')) return index === 0 ? '' : '...\n';
  return '---\n';
}

function lineCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Its last character, for what the reader only finds wrong when the document is over. */
function endOf({ file, line, text }: SourceDocument): Place {
  const lines = text.trimEnd().split('\n');
  return { file, line: line + lines.length - 1, column: Math.max(1, lines.at(-1)?.length ?? 1) };
}

/** The last document that begins at or before the line. */
function documentAt(starts: readonly number[], line: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}
