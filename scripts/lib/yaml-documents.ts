/** One YAML document of a file, cut out of its text without being read. */
export interface SourceDocument {
  /** The file as its user named it. */
  readonly file: string;
  /** 1-based line of the file at which `text` begins. */
  readonly line: number;
  /** Whole lines, from its directives or `---` on. */
  readonly text: string;
}

const START = /^---(?=\s|$)/;
const END = /^\.\.\.(?=\s|$)/;
const BLANK_OR_COMMENT = /^\s*(#|$)/;

/**
 * The documents of a YAML file. A `---` in column one always begins a document and `...` always ends one, whatever surrounds
 * it, so cutting needs no parser and a document with a syntax error hurts none of its neighbours. Parts that hold
 * nothing but comments are left out.
 */
export function splitDocuments(file: string, content: string): SourceDocument[] {
  const lines = content.replace(/^\ufeff/, '').split('\n');
  const documents: SourceDocument[] = [];
  let start = 0;
  let marked = false;
  let filled = false;
  let directives = false;

  const finish = (end: number, next: number) => {
    if (filled) documents.push({ file, line: start + 1, text: `${lines.slice(start, end).join('\n')}\n` });
    start = next;
    marked = false;
    filled = false;
    directives = false;
  };

  for (const [index, line] of lines.entries()) {
    if (START.test(line)) {
      if (marked || filled || !directives) finish(index, index);
      marked = true;
      filled = !BLANK_OR_COMMENT.test(line.slice(3));
    } else if (END.test(line)) {
      finish(index, index + 1);
    } else if (!(marked || filled) && line.startsWith('%')) {
      if (!directives) start = index;
      directives = true;
    } else if (!(filled || BLANK_OR_COMMENT.test(line))) {
      filled = true;
    }
  }
  finish(lines.at(-1) === '' ? lines.length - 1 : lines.length, lines.length);
  return documents;
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
   * @param index 0-based document; used where the finding has no line.
   */
  locate(index: number, line: number | null, column: number | null): Place;
}

export interface ChunkLimits {
  readonly maxDocuments: number;
  readonly maxBytes: number;
}

/** Cuts documents into streams within the limits; a document that is larger by itself becomes a stream of its own. */
export function* chunkDocuments(documents: Iterable<SourceDocument>, limits: ChunkLimits): Generator<DocumentChunk> {
  let pending: SourceDocument[] = [];
  let pendingBytes = 0;
  for (const document of documents) {
    const bytes = Buffer.byteLength(document.text);
    const full = pending.length >= limits.maxDocuments || pendingBytes + bytes > limits.maxBytes;
    if (full && pending.length > 0) {
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
  let line = 1;
  for (const [index, { text }] of documents.entries()) {
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
      const at = streamLine === null ? index : documentAt(starts, streamLine);
      const document = documents[at] ?? documents[0];
      if (document === undefined) throw new RangeError('A chunk holds at least one document.');
      const offset = streamLine === null ? 0 : streamLine - (starts[at] ?? 1);
      const inside = Math.min(Math.max(offset, 0), lineCount(document.text) - 1);
      return { file: document.file, line: document.line + inside, column: inside === offset ? (column ?? 1) : 1 };
    },
  };
}

function separatorBefore(text: string, index: number): string {
  if (START.test(text)) return '';
  // Directives are only read after the end of the document before them.
  if (text.startsWith('%')) return index === 0 ? '' : '...\n';
  return '---\n';
}

function lineCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
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
