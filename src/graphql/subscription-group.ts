import type { ExecutionResult } from 'graphql';
import { UnavailableError } from '../kernel/errors.js';
import type { StreamGuide, StreamPlace } from '../live/stream-guide.js';
import type { Turns } from '../live/turns.js';
import type { FrameOutlet } from './frame-outlet.js';
import type { RunSubscription, SubscriptionMember } from './subscription-member.js';

export interface SubscriptionGroupOptions {
  readonly key: string;
  readonly start: StreamPlace;
  readonly run: RunSubscription;
  readonly turns: Turns;
  /** The payload of a message. */
  readonly payloadOf: (result: ExecutionResult) => unknown;
  /** Called when it has nothing to say. False when another group goes on with its members. */
  readonly rests: (group: SubscriptionGroup, place: StreamPlace) => boolean;
  /** Called when it goes on, and at its end. */
  readonly leavesRest: (group: SubscriptionGroup) => void;
  /** Told why it could not go on, or that it was ended. */
  readonly onFailure: (error: unknown) => void;
}

/** Subscriptions that say the same and stand at the same place: each update is executed and written out once for all of them. */
export class SubscriptionGroup implements StreamGuide {
  readonly key: string;
  readonly start: StreamPlace;
  readonly #options: SubscriptionGroupOptions;
  readonly #outlets = new Map<FrameOutlet, Set<SubscriptionMember>>();
  readonly #ended = new AbortController();
  /** Everything up to here was told to every member. */
  #told: StreamPlace;
  /** Where the stream stands after the update that comes next. */
  #next: StreamPlace;

  constructor(options: SubscriptionGroupOptions) {
    this.#options = options;
    this.key = options.key;
    this.start = options.start;
    this.#told = options.start;
    this.#next = options.start;
  }

  take(member: SubscriptionMember): void {
    const neighbours = this.#outlets.get(member.outlet);
    if (neighbours) neighbours.add(member);
    else this.#outlets.set(member.outlet, new Set([member]));
    member.park(this);
  }

  /** Hands all members to a group that stands at the same place, and ends. */
  mergeInto(other: SubscriptionGroup): void {
    for (const members of this.#outlets.values()) for (const member of members) other.take(member);
    this.#outlets.clear();
    this.#end();
  }

  /** Without a word: from now on it is told nothing. */
  remove(member: SubscriptionMember): void {
    const neighbours = this.#outlets.get(member.outlet);
    neighbours?.delete(member);
    if (neighbours?.size === 0) this.#outlets.delete(member.outlet);
    if (this.#outlets.size === 0) this.#end();
  }

  /** Speaks for its members until none is left, or until it fails. Never throws. */
  async speak(): Promise<void> {
    const { signal } = this.#ended;
    try {
      const results = await this.#options.run(this, signal);
      if (Symbol.asyncIterator in results) for await (const result of results) await this.#tell(result);
    } catch (error) {
      // The members find out by themselves, and tell their clients.
      this.#options.onFailure(error);
    }
    this.#end();
    for (const members of this.#outlets.values()) {
      for (const member of members) {
        member.shares = false;
        member.release(this.#told);
      }
    }
    this.#outlets.clear();
  }

  moved(place: StreamPlace): void {
    this.#next = place;
  }

  async rest(place: StreamPlace, news: () => Promise<void>): Promise<undefined> {
    this.#told = place;
    if (this.#ended.signal.aborted || !this.#options.rests(this, place)) return;
    await news();
    this.#options.leavesRest(this);
  }

  async #tell(result: ExecutionResult): Promise<void> {
    const after = this.#next;
    const rest = Buffer.from(`${JSON.stringify(this.#options.payloadOf(result))}}`);
    const late: FrameOutlet[] = [];
    for (const [outlet, members] of this.#outlets) {
      const turn = this.#options.turns.next();
      if (turn) await turn;
      if (outlet.congested) late.push(outlet);
      else outlet.send(beginnings(members), rest);
    }
    await Promise.all(late.map((outlet) => outlet.relief()));
    for (const outlet of late) this.#tellLate(outlet, rest);
    this.#told = after;
    if (this.#outlets.size === 0) this.#end();
  }

  /** A message for a socket that was congested; one that still is leaves, and goes on by itself, as fast as its peer takes it. */
  #tellLate(outlet: FrameOutlet, rest: Buffer): void {
    const members = this.#outlets.get(outlet);
    if (!members) return;
    if (outlet.congested) {
      this.#outlets.delete(outlet);
      for (const member of members) member.release(this.#told);
    } else outlet.send(beginnings(members), rest);
  }

  #end(): void {
    if (this.#ended.signal.aborted) return;
    this.#options.leavesRest(this);
    this.#ended.abort(new UnavailableError('Nobody is left in this group of subscriptions.'));
  }
}

function* beginnings(members: Iterable<SubscriptionMember>): Generator<Buffer> {
  for (const member of members) yield member.beginning;
}
