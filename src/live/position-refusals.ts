import { PositionError } from '../kernel/errors.js';
import type { Position } from '../view/position.js';
import type { LogHead } from './change-log.js';

/** @throws PositionError POSITION_INVALID for a position of a history that `present` does not belong to. */
export function requireSameHistory(position: Position, present: Pick<Position, 'epoch'>): void {
  if (position.epoch === present.epoch) return;
  throw new PositionError(
    'POSITION_INVALID',
    'This position belongs to another history of the catalog. List again and follow from there.',
  );
}

/** @throws PositionError POSITION_INVALID or POSITION_AHEAD for a position that the log with this head never gave out. */
export function requireGivenOut(position: Position, head: Pick<LogHead, 'epoch' | 'revision'>): void {
  requireSameHistory(position, head);
  if (position.revision <= head.revision) return;
  throw new PositionError(
    'POSITION_AHEAD',
    `The change log ends at revision ${head.revision}. List again and follow from there.`,
  );
}

/** For a position that the log no longer reaches back to. */
export function expiredPosition(): PositionError {
  return new PositionError(
    'POSITION_EXPIRED',
    'The change log no longer reaches back to this position. List again and follow from there.',
  );
}
