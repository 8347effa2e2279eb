import { PositionError } from '../kernel/errors.js';
import type { CatalogChange, CatalogRevision, ToolState } from '../view/catalog-change.js';
import { formatPosition, type Position, parsePosition } from '../view/position.js';
import { FeedError } from './client-errors.js';
import type { BookmarkUpdate, ChangeUpdate, FeedUpdate } from './from-wire.js';

/** What a stream has completed: never a part of a snapshot or of a revision. */
export type FeedStep =
  | {
      readonly kind: 'snapshot';
      readonly tools: readonly ToolState[];
      readonly position: Position;
      readonly contentHash: string | null;
    }
  | { readonly kind: 'revision'; readonly revision: CatalogRevision }
  | {
      readonly kind: 'bookmark';
      readonly position: Position;
      readonly contentHash: string | null;
      readonly at: string;
    };

/**
 * Puts the messages of one stream together and checks that none is missing (live-update rules C2, F4, F6). One reader a
 * connection: what a connection leaves unfinished goes with its reader. Pure.
 */
export class FeedReader {
  readonly #snapshot: ToolState[] = [];
  /** Where the copy stands; null until the snapshot is complete. */
  #position: Position | null;
  /** What the next new message must give as its previous position. */
  #expected: string;
  #pending: ChangeUpdate[] = [];

  /** @param after where the stream was asked to go on; null for one that begins with a snapshot. */
  constructor(after: Position | null) {
    this.#position = after;
    this.#expected = after === null ? '' : formatPosition(after);
  }

  /**
   * @returns what this message completed; undefined when more is to come, or it repeats what is known.
   * @throws FeedError FEED_GAP when a message before this one is missing, FEED_MALFORMED when it may not come here.
   */
  read(update: FeedUpdate): FeedStep | undefined {
    const position = readPosition(update.position);
    if (this.#position === null) return this.#readSnapshot(update, position);
    if (update.action === 'SNAPSHOT') throw misplaced('a snapshot in the middle of a stream');
    if (position.epoch !== this.#position.epoch) throw misplaced(`the position ${update.position} of another history`);
    return update.action === 'BOOKMARK'
      ? this.#readBookmark(update, { at: this.#position, to: position })
      : this.#readChange(update, { at: this.#position, to: position });
  }

  #readSnapshot(update: FeedUpdate, position: Position): FeedStep | undefined {
    if (update.action === 'SNAPSHOT') {
      this.#snapshot.push(update.tool);
      return undefined;
    }
    if (update.action !== 'BOOKMARK') throw misplaced('a change in the middle of a snapshot');
    this.#position = position;
    this.#expected = update.position;
    return { kind: 'snapshot', tools: this.#snapshot, position, contentHash: update.contentHash };
  }

  #readBookmark(update: BookmarkUpdate, { at, to }: Move): FeedStep | undefined {
    if (to.revision < at.revision) return undefined;
    if (this.#pending.length > 0) throw misplaced('a bookmark in the middle of a revision');
    this.#mustFollow(update);
    this.#position = to;
    this.#expected = update.position;
    return { kind: 'bookmark', position: to, contentHash: update.contentHash, at: update.at };
  }

  #readChange(update: ChangeUpdate, { at, to }: Move): FeedStep | undefined {
    if (update.revision <= at.revision) return undefined;
    this.#mustFollow(update);
    const begun = this.#pending[0];
    if (begun !== undefined && begun.revision !== update.revision) {
      throw gap(`revision ${update.revision} before the end of ${begun.revision}`);
    }
    this.#pending.push(update);
    this.#expected = update.position;
    if (!update.lastInRevision) return undefined;
    const changes = this.#pending.map(toChange);
    this.#pending = [];
    this.#position = to;
    return { kind: 'revision', revision: { revision: update.revision, at: update.at, changes } };
  }

  #mustFollow(update: BookmarkUpdate | ChangeUpdate): void {
    if (update.previousPosition === this.#expected) return;
    throw gap(
      `${update.action} at ${update.position}, which follows ${update.previousPosition}, after ${this.#expected}`,
    );
  }
}

interface Move {
  readonly at: Position;
  readonly to: Position;
}

function readPosition(text: string): Position {
  try {
    return parsePosition(text);
  } catch (error) {
    if (error instanceof PositionError) throw misplaced(`the position ${JSON.stringify(text)}`);
    throw error;
  }
}

function toChange(update: ChangeUpdate): CatalogChange {
  return {
    toolId: update.toolId,
    tenant: update.tenant,
    platform: update.platform,
    toolName: update.toolName,
    // A tool that may no longer be seen is gone as far as this copy is concerned.
    action: update.action === 'REMOVED' ? 'DELETED' : update.action,
    before: null,
    after: update.tool,
    changedFields: update.changedFields,
    actor: update.actor,
    reason: update.reason,
  };
}

function gap(what: string): FeedError {
  return new FeedError('FEED_GAP', `The stream has a gap: it sent ${what}.`);
}

function misplaced(what: string): FeedError {
  return new FeedError('FEED_MALFORMED', `The stream sent ${what}.`);
}
