import { formatPosition, type Position } from '../view/position.js';
import type { ChangeLog, LoggedRevision } from './change-log.js';

type Revisions = readonly LoggedRevision[];

/**
 * The log as streams read it that are behind what is held in memory. After a restart, or a large import, very many of them may
 * want the same ten thousand changes: they are read once and shared for as long as anybody holds them. One read at a time, so
 * that streams leave connections to the follower and to the look-up of tokens.
 */
export class SharedLogReads {
  readonly #log: Pick<ChangeLog, 'revisionsAfter'>;
  readonly #known = new Map<string, WeakRef<Revisions>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(log: Pick<ChangeLog, 'revisionsAfter'>) {
    this.#log = log;
  }

  /**
   * As {@link ChangeLog.revisionsAfter}; newer revisions may have come since it was read. Empty when the signal was aborted
   * before it was this read's turn.
   */
  async revisionsAfter(after: Position, maxChanges: number, signal: AbortSignal): Promise<Revisions | null> {
    const key = `${formatPosition(after)}/${maxChanges}`;
    return this.#knownAt(key) ?? (await this.#inTurn(() => this.#read(key, { after, maxChanges, signal })));
  }

  async #read(key: string, read: { after: Position; maxChanges: number; signal: AbortSignal }) {
    if (read.signal.aborted) return [];
    // Whoever had the turn before may have wanted the same.
    const known = this.#knownAt(key);
    if (known !== undefined) return known;
    const revisions = await this.#log.revisionsAfter(read.after.revision, read.maxChanges);
    if (revisions !== null && revisions.length > 0) this.#remember(key, revisions);
    return revisions;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #knownAt(key: string): Revisions | undefined {
    return this.#known.get(key)?.deref();
  }

  #remember(key: string, revisions: Revisions): void {
    for (const [other, reference] of this.#known) if (reference.deref() === undefined) this.#known.delete(other);
    this.#known.set(key, new WeakRef(revisions));
  }
}
