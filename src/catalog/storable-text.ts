import { ValidationError } from '../kernel/errors.js';
import { isStorable } from '../kernel/storable.js';

/** It is kept with every tool that a change is about, for as long as the audit log is. */
export const MAX_REASON_LENGTH = 1_000;

/**
 * Looks at the texts that stand directly in a command; definitions, patches and YAML are checked where they are read.
 * @throws ValidationError TEXT_INVALID, or TOO_LONG for a reason.
 */
export function requireStorableText(command: { readonly reason?: string | null | undefined }): void {
  if ((command.reason?.length ?? 0) > MAX_REASON_LENGTH) {
    const message = `A reason has at most ${MAX_REASON_LENGTH} characters: put what is longer elsewhere, and its address here.`;
    throw new ValidationError(message, [{ severity: 'ERROR', code: 'TOO_LONG', path: '/reason', message }]);
  }
  for (const [field, value] of Object.entries(command)) {
    if (field === 'yaml' || typeof value !== 'string' || isStorable(value)) continue;
    const message = `'${field}' holds U+0000 or half of a surrogate pair, which the catalog cannot store.`;
    throw new ValidationError(message, [{ severity: 'ERROR', code: 'TEXT_INVALID', path: `/${field}`, message }]);
  }
}
