import type { ChangeFeed } from './catalog-source.js';
import type { ChangeLog } from './change-log.js';
import { ChangeStream } from './change-stream.js';
import type { LogFollower } from './log-follower.js';
import { SharedLogReads } from './shared-log-reads.js';
import { Turns } from './turns.js';

export interface ChangeFeedOptions {
  readonly follower: LogFollower;
  readonly log: ChangeLog;
  readonly now: () => Date;
  /** How long a stream may stay silent before it sends a bookmark. Default 10,000. */
  readonly bookmarkMs?: number;
}

/**
 * Subscriptions (rules F2 to F6). Each is a loop over the log after its own position: there is no queue for it anywhere, so a
 * slow consumer costs constant memory and holds back only itself.
 */
export function createChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { bookmarkMs = 10_000, log } = options;
  const common = { ...options, bookmarkMs, turns: new Turns(), reads: new SharedLogReads(log) };
  return {
    follow: (request, signal, guide) => new ChangeStream({ ...common, request, signal, guide }).run(),
  };
}
