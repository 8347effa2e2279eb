import { CatalogError } from '../kernel/errors.js';
import type { NothingSelected, RejectedCandidate } from './selection-outcome.js';

/** No tool passes what a request asks for; every candidate says why. */
export class NoToolFoundError extends CatalogError {
  override readonly name = 'NoToolFoundError';
  readonly code: string = 'NO_TOOL_FOUND';
  readonly rejected: readonly RejectedCandidate[];

  constructor({ message, rejected }: Pick<NothingSelected, 'message' | 'rejected'>) {
    super(message);
    this.rejected = rejected;
  }
}
