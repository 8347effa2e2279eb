/** A JSON Pointer (RFC 6901) to a place in a document; the empty text for the whole of it. */
export function jsonPointer(...segments: readonly string[]): string {
  return segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
