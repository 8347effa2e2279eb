import type { CatalogTruth, LoggedChange } from './catalog-truth.js';
import type { Delivery, StreamSession } from './stock-subscriber.js';

/**
 * Whatever a subscriber was sent and should not have been, or the reverse: each of its connections must have begun where the one
 * before left off, and have carried from there exactly what the log holds, in the log's order. Empty when all is well.
 *
 * @param sessions one a connection; only the last one must have come to the end of the log.
 */
export function streamFaults(sessions: readonly StreamSession[], truth: CatalogTruth): string[] {
  let applied: string | null = sessions[0]?.after ?? null;
  return sessions.flatMap((session, index) => {
    if (session.after !== applied) return [`connection ${index} goes on after ${session.after}, not ${applied}`];
    applied = session.deliveries.findLast((delivery) => delivery.lastInRevision)?.position ?? applied;
    const reader = new SessionReader(session, truth);
    const faults = reader.read();
    if (index < sessions.length - 1 || faults.length > 0) return faults;
    return reader.atEnd ? [] : [`ends at revision ${reader.revision}, the log at ${truth.head}`];
  });
}

class SessionReader {
  readonly #session: StreamSession;
  readonly #truth: CatalogTruth;
  /** Place of the next change in the log; -1 until the stream has said where it begins. */
  #next = -1;
  #position = '';

  constructor(session: StreamSession, truth: CatalogTruth) {
    this.#session = session;
    this.#truth = truth;
  }

  get revision(): number {
    return Number(this.#position.split(':')[1] ?? -1);
  }

  get atEnd(): boolean {
    return this.#next === this.#truth.changes.length;
  }

  read(): string[] {
    const { after, deliveries } = this.#session;
    if (after !== null) this.#beginAfter(after);
    const faults: string[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const fault = this.#readOne(delivery);
      if (fault !== undefined) faults.push(`delivery ${index} after ${after}: ${fault} ${JSON.stringify(delivery)}`);
      if (faults.length >= 3) break;
    }
    return faults;
  }

  #beginAfter(position: string): void {
    this.#position = position;
    const next = this.#truth.changes.findIndex((change) => change.revision > this.revision);
    this.#next = next === -1 ? this.#truth.changes.length : next;
  }

  #readOne(delivery: Delivery): string | undefined {
    if (this.#next === -1) {
      if (delivery.action === 'SNAPSHOT' && this.#session.snapshot) return undefined;
      if (delivery.action !== 'BOOKMARK') return 'comes before the first bookmark';
      this.#beginAfter(delivery.position);
      return undefined;
    }
    if (delivery.previousPosition !== this.#position) return `does not follow ${this.#position}`;
    return delivery.action === 'BOOKMARK' ? this.#readBookmark(delivery) : this.#readChange(delivery);
  }

  #readBookmark({ position }: Delivery): string | undefined {
    const before = this.revision;
    this.#position = position;
    if (this.revision < before) return `goes back behind ${before}`;
    const skipped = this.#truth.changes[this.#next];
    return skipped && skipped.revision <= this.revision ? `leaves out revision ${skipped.revision}` : undefined;
  }

  #readChange(delivery: Delivery): string | undefined {
    const { changes, epoch } = this.#truth;
    const expected = changes[this.#next];
    if (!expected) return 'is in no log';
    const last = changes[this.#next + 1]?.revision !== expected.revision;
    const position = `${epoch}:${last ? expected.revision : expected.revision - 1}`;
    this.#next += 1;
    this.#position = delivery.position;
    if (!isSame(delivery, expected)) return `instead of ${JSON.stringify(expected)}`;
    if (delivery.lastInRevision !== last) return `says lastInRevision ${delivery.lastInRevision}`;
    return delivery.position === position ? undefined : `should have the position ${position}`;
  }
}

function isSame(delivery: Delivery, { revision, toolId, action, version }: LoggedChange): boolean {
  return (
    delivery.revision === revision &&
    delivery.toolId === toolId &&
    delivery.action === action &&
    delivery.version === version
  );
}
