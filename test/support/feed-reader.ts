import type { ChangeFeed, FeedRequest, FeedUpdate } from '../../src/live/catalog-source.js';
import { formatPosition } from '../../src/view/position.js';

/** Generous: nothing that works takes anywhere near as long on a busy machine. */
const DEADLINE_MS = 20_000;

/** A subscriber of a feed that a test asks for one update after the other. */
export class FeedReader {
  readonly #updates: AsyncIterator<FeedUpdate>;
  readonly #stopping = new AbortController();

  constructor(feed: ChangeFeed, request: Partial<FeedRequest> = {}) {
    const all: FeedRequest = {
      tenant: 'shared',
      after: null,
      snapshot: false,
      filter: null,
      bookmarks: true,
      ...request,
    };
    this.#updates = feed.follow(all, this.#stopping.signal)[Symbol.asyncIterator]();
  }

  /** @throws what the feed throws, or an error when the stream ends or says nothing for 20 s. */
  async next(): Promise<FeedUpdate> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The feed has said nothing for ${DEADLINE_MS} ms.`)), DEADLINE_MS);
    });
    try {
      const { done, value } = await Promise.race([this.#updates.next(), deadline]);
      if (done) throw new Error('The stream has ended.');
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  async take(count: number): Promise<FeedUpdate[]> {
    const updates: FeedUpdate[] = [];
    while (updates.length < count) updates.push(await this.next());
    return updates;
  }

  /** Everything up to and including the first update for which this is true. */
  async until(isLast: (update: FeedUpdate) => boolean): Promise<FeedUpdate[]> {
    const updates: FeedUpdate[] = [];
    for (;;) {
      const update = await this.next();
      updates.push(update);
      if (isLast(update)) return updates;
    }
  }

  /** Everything, bookmarks left out, until the stream has come to this revision. */
  async changesUpTo(revision: number): Promise<FeedUpdate[]> {
    const updates = await this.until((update) => update.position.revision >= revision);
    return updates.filter((update) => update.action !== 'BOOKMARK');
  }

  stop(): void {
    this.#stopping.abort();
  }
}

/** Reads one stream, then lets go of it. */
export async function reading<T>(
  feed: ChangeFeed,
  request: Partial<FeedRequest>,
  read: (reader: FeedReader) => Promise<T>,
): Promise<T> {
  const reader = new FeedReader(feed, request);
  try {
    return await read(reader);
  } finally {
    reader.stop();
  }
}

/** The error code with which a stream from this position begins, or the action of its first update. */
export async function firstWord(feed: ChangeFeed, request: Partial<FeedRequest>): Promise<string> {
  return reading(feed, request, async (reader) => {
    try {
      return (await reader.next()).action;
    } catch (error) {
      return String((error as { code?: unknown }).code ?? error);
    }
  });
}

/** An update in one line, for comparing streams. */
export function inShort(update: FeedUpdate): string {
  const { action, change, position, lastInRevision } = update;
  const last = lastInRevision ? ' last' : '';
  return `${action} ${change?.tenant ?? ''}/${change?.toolName ?? ''}@${change?.after?.version ?? '-'} r${update.revision} -> ${formatPosition(position)}${last}`;
}
