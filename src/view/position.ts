import { PositionError } from '../kernel/errors.js';

/** A place in a catalog's change log: everything up to `revision` of the history named `epoch`. */
export interface Position {
  readonly epoch: string;
  readonly revision: number;
}

const POSITION = /^([A-Za-z0-9_-]{1,64}):(0|[1-9][0-9]{0,15})$/;

export function formatPosition(position: Position): string {
  return `${position.epoch}:${position.revision}`;
}

/** @throws PositionError POSITION_INVALID for anything that {@link formatPosition} did not write. */
export function parsePosition(text: string): Position {
  const match = POSITION.exec(text);
  const revision = Number(match?.[2]);
  if (!match?.[1] || !Number.isSafeInteger(revision)) {
    throw new PositionError(
      'POSITION_INVALID',
      'This is not a position of this catalog. List again and follow from there.',
    );
  }
  return { epoch: match[1], revision };
}
