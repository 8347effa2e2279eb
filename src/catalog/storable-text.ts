import { ValidationError } from '../kernel/errors.js';

/** What PostgreSQL's text and JSON cannot hold: U+0000 and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/**
 * Looks at the texts that stand directly in a command; definitions, patches and YAML are checked where they are read.
 * @throws ValidationError TEXT_INVALID.
 */
export function requireStorableText(command: object): void {
  for (const [field, value] of Object.entries(command)) {
    if (field === 'yaml' || typeof value !== 'string' || !UNSTORABLE.test(value)) continue;
    const message = `'${field}' holds U+0000 or half of a surrogate pair, which the catalog cannot store.`;
    throw new ValidationError(message, [{ severity: 'ERROR', code: 'TEXT_INVALID', path: `/${field}`, message }]);
  }
}
