/** Words that are longer are identifiers, encoded bytes and the like: nobody asks for them. */
const MAX_WORD_LENGTH = 64;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const CHUNK = /[\p{L}\p{N}]+(?:['’\p{M}][\p{L}\p{N}]+)*/gu;
/** `getProcess` before P, `HTTPServer` before S. */
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const MIXED_CASE = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u;
const JOINED = /[\p{L}\p{N}]+(?:[-_.][\p{L}\p{N}]+)+/gu;

/**
 * The words of a text, folded: compatibility forms, letter case and accents do not matter. Everything that is neither a letter
 * nor a digit parts words; `camelCase` gives its parts and itself.
 */
export function splitWords(text: string): string[] {
  const plain = ASCII_ONLY.test(text) ? text : withoutAccents(text);
  const words: string[] = [];
  for (const chunk of plain.match(CHUNK) ?? []) {
    if (chunk.length > MAX_WORD_LENGTH) continue;
    words.push(withoutApostrophe(chunk.toLowerCase()));
    if (MIXED_CASE.test(chunk)) words.push(...humps(chunk));
  }
  return words;
}

/** The compounds of a text written as one word: `Get-Process` gives `getprocess`, `host_alive` gives `hostalive`. */
export function joinedWords(text: string): string[] {
  const plain = ASCII_ONLY.test(text) ? text : withoutAccents(text);
  return (plain.match(JOINED) ?? [])
    .map((compound) => compound.replaceAll(/[-_.]/g, '').toLowerCase())
    .filter((word) => word.length <= MAX_WORD_LENGTH);
}

function humps(chunk: string): string[] {
  const parts = chunk.split(HUMP);
  // `IPv4` and `iSCSI` are words of their own.
  return parts.length < 2 || parts.some((part) => part.length < 2) ? [] : parts.map((part) => part.toLowerCase());
}

function withoutAccents(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .normalize('NFC');
}

/** `what's` is what, `doesn't` is doesnt. */
function withoutApostrophe(word: string): string {
  return word.includes("'") || word.includes('’') ? word.replace(/['’]s$/, '').replaceAll(/['’]/g, '') : word;
}
