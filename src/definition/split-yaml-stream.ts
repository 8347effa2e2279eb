/** One document of a stream, with the comments and directives before it. */
export interface YamlChunk {
  readonly text: string;
  /** 1-based line of the stream at which the text begins. */
  readonly line: number;
}

/**
 * Splits a YAML stream into its documents without parsing them: a line that begins with `---` or `...` ends a document wherever
 * it stands, even within a block scalar or a quoted text. Documents without content are left out.
 */
export function* splitYamlStream(stream: string): Generator<YamlChunk> {
  let start = stream.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  let opened = false;
  for (const marker of markers(stream, start)) {
    // What stands before the first `---` may be comments and directives of the document that it opens.
    if (marker.opens && !opened && !hasContent(stream.slice(start, marker.end))) {
      opened = true;
      continue;
    }
    const text = stream.slice(start, marker.end);
    if (hasContent(text)) yield { text, line };
    line += newlines(text);
    start = marker.end;
    opened = marker.opens;
  }
  const rest = stream.slice(start);
  if (hasContent(rest)) yield { text: rest, line };
}

interface Marker {
  readonly opens: boolean;
  /** Where the document before it ends: before `---`, after the line of `...`. */
  readonly end: number;
}

function* markers(stream: string, start: number): Generator<Marker> {
  let opening = firstMarker(stream, '---', start);
  let closing = firstMarker(stream, '...', start);
  while (opening >= 0 || closing >= 0) {
    if (closing < 0 || (opening >= 0 && opening < closing)) {
      yield { opens: true, end: opening };
      opening = nextMarker(stream, '---', opening);
    } else {
      const lineEnd = stream.indexOf('\n', closing);
      yield { opens: false, end: lineEnd < 0 ? stream.length : lineEnd + 1 };
      closing = nextMarker(stream, '...', closing);
    }
  }
}

function firstMarker(stream: string, marker: string, start: number): number {
  return isMarker(stream, marker, start) ? start : nextMarker(stream, marker, start);
}

/** Where the marker next begins a line after a place; -1 when it does not. */
function nextMarker(stream: string, marker: string, after: number): number {
  let at = stream.indexOf(`\n${marker}`, after);
  while (at >= 0 && !isMarker(stream, marker, at + 1)) at = stream.indexOf(`\n${marker}`, at + 1);
  return at < 0 ? -1 : at + 1;
}

function isMarker(stream: string, marker: string, at: number): boolean {
  return stream.startsWith(marker, at) && /^\s?$/.test(stream.charAt(at + marker.length));
}

/** A line that is neither blank nor a comment, a directive or a bare marker. */
const CONTENT = /^(?![ \t\r]*(?:#|$)|%|(?:---|\.\.\.)[ \t\r]*(?:#|$))/m;

function hasContent(text: string): boolean {
  return CONTENT.test(text);
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
