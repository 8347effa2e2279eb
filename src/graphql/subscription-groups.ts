import type { ExecutionResult } from 'graphql';
import type { StreamGuide, StreamPlace } from '../live/stream-guide.js';
import { Turns } from '../live/turns.js';
import { SubscriptionGroup } from './subscription-group.js';
import { SubscriptionMember } from './subscription-member.js';

/**
 * Lets subscriptions that say the same share one execution and one serialisation of each update. A subscription's own stream begins
 * as if it were alone, and catches up with the present. When it has nothing more to say, it looks for another one that rests at the
 * same place: from then on a group speaks for both. A slow consumer is let go by its group and goes on alone, until it rests again.
 */
export class SubscriptionGroups {
  readonly #payloadOf: (result: ExecutionResult) => unknown;
  readonly #onFailure: (error: unknown) => void;
  readonly #turns = new Turns();
  /** Who rests where. No two at one place: they would be one group. */
  readonly #resting = new Map<string, SubscriptionMember | SubscriptionGroup>();

  /**
   * @param payloadOf what a client is told of a result.
   * @param onFailure told why a group could not go on; its members go on by themselves.
   */
  constructor(payloadOf: (result: ExecutionResult) => unknown, onFailure: (error: unknown) => void) {
    this.#payloadOf = payloadOf;
    this.#onFailure = onFailure;
  }

  /** Guides a subscription's own stream. */
  guideFor(member: SubscriptionMember): StreamGuide {
    return { rest: (place, news) => this.#restAlone(member, place, news) };
  }

  async #restAlone(
    member: SubscriptionMember,
    place: StreamPlace,
    news: () => Promise<void>,
  ): Promise<StreamPlace | undefined> {
    if (!member.shares) {
      await news();
      return undefined;
    }
    const spot = spotOf(member.key, place);
    const other = this.#at(spot);
    if (other === undefined) {
      member.place = place;
      this.#resting.set(spot, member);
      await news();
      this.#leaves(spot, member);
      // Meanwhile another one may have come, and a group with it.
      return member.released();
    }
    const group = other instanceof SubscriptionGroup ? other : this.#found(spot, other, place);
    group.take(member);
    return member.released();
  }

  #found(spot: string, first: SubscriptionMember, place: StreamPlace): SubscriptionGroup {
    let here = spot;
    const group = new SubscriptionGroup({
      key: first.key,
      start: first.place ?? place,
      run: first.run,
      turns: this.#turns,
      payloadOf: this.#payloadOf,
      rests: (resting, at) => {
        here = spotOf(resting.key, at);
        return this.#groupRests(here, resting);
      },
      leavesRest: (resting) => this.#leaves(here, resting),
      onFailure: this.#onFailure,
    });
    this.#resting.set(spot, group);
    group.take(first);
    void group.speak();
    return group;
  }

  #groupRests(spot: string, group: SubscriptionGroup): boolean {
    const other = this.#at(spot);
    if (other instanceof SubscriptionGroup && other !== group) {
      group.mergeInto(other);
      return false;
    }
    this.#resting.set(spot, group);
    if (other instanceof SubscriptionMember) group.take(other);
    return true;
  }

  #at(spot: string): SubscriptionMember | SubscriptionGroup | undefined {
    const who = this.#resting.get(spot);
    // One that has left is here until it wakes.
    return who instanceof SubscriptionMember && !who.shares ? undefined : who;
  }

  #leaves(spot: string, who: SubscriptionMember | SubscriptionGroup): void {
    if (this.#resting.get(spot) === who) this.#resting.delete(spot);
  }
}

function spotOf(key: string, { cursor, sent }: StreamPlace): string {
  return `${key}/${cursor.epoch}:${cursor.revision}/${sent.epoch}:${sent.revision}`;
}
