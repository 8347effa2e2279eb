/** What PostgreSQL's text and JSON cannot hold: U+0000 and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** True for a text that PostgreSQL can store. */
export function isStorable(text: string): boolean {
  return text.search(UNSTORABLE) < 0;
}

/** The text with U+FFFD in the place of what cannot be stored. */
export function madeStorable(text: string): string {
  return text.replace(UNSTORABLE, '\ufffd');
}
