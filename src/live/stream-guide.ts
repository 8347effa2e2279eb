import type { Position } from '../view/position.js';

/** Where a stream stands. Streams of equal requests that stand at the same place say the same from there on. */
export interface StreamPlace {
  /** Everything up to here was sent, or is not for this stream. */
  readonly cursor: Position;
  /** How many updates of the revision after the cursor were sent as well. */
  readonly told: number;
  /** What the last update carried as its position. */
  readonly sent: Position;
  /** When that was, by `performance.now()`: bookmarks are due by it. */
  readonly sentAtMs: number;
}

/** Accompanies one stream, so that streams that would say the same need to run only once. */
export interface StreamGuide {
  /** Where the stream begins, in place of what its request asks for. */
  readonly start?: StreamPlace;
  /** Called before an update is handed over: where the stream will stand when it was taken. */
  moved?(place: StreamPlace): void;
  /**
   * Called when there is nothing to say. Whoever spoke for this stream meanwhile returns the place to go on from; undefined lets it
   * look for news itself.
   *
   * @param news resolves when the stream should look: there may be a change, or a bookmark is due, or it was ended.
   */
  rest(place: StreamPlace, news: () => Promise<void>): Promise<StreamPlace | undefined>;
}
