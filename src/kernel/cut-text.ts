/** The beginning of a text, in UTF-16 code units; never half of a surrogate pair at its end. */
export function cutText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}
