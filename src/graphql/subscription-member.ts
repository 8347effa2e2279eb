import type { ExecutionResult } from 'graphql';
import type { StreamGuide, StreamPlace } from '../live/stream-guide.js';
import type { FrameOutlet } from './frame-outlet.js';

/** Runs the operation of a subscription, from where the guide says. */
export type RunSubscription = (
  guide: StreamGuide,
  signal: AbortSignal,
) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

export interface SubscriptionMemberOptions {
  /** The id that the client gave to the subscription. */
  readonly id: string;
  /** Equal for subscriptions that say the same from any common position on. */
  readonly key: string;
  readonly outlet: FrameOutlet;
  readonly run: RunSubscription;
}

/** One subscription of a websocket, as others see it that say the same. */
export class SubscriptionMember {
  readonly key: string;
  readonly outlet: FrameOutlet;
  readonly run: RunSubscription;
  /** How each of its messages begins. */
  readonly beginning: Buffer;
  /** Where it waits for news by itself. */
  place: StreamPlace | undefined;
  /** Who speaks for it. */
  group: { remove(member: SubscriptionMember): void } | undefined;
  /** False for one that must not be spoken for. */
  shares = true;
  #parked: Promise<StreamPlace | undefined> | undefined;
  #goOn: (place: StreamPlace | undefined) => void = () => undefined;

  constructor({ id, key, outlet, run }: SubscriptionMemberOptions) {
    this.key = key;
    this.outlet = outlet;
    this.run = run;
    this.beginning = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  }

  /** Its own stream stands still from now on. */
  park(group: { remove(member: SubscriptionMember): void }): void {
    this.group = group;
    this.#parked ??= new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  /** Its own stream goes on. */
  release(place?: StreamPlace): void {
    this.group = undefined;
    this.#goOn(place);
  }

  /** Resolves at once when nobody has spoken for it, else when nobody does any longer, with the place from which it must go on. */
  async released(): Promise<StreamPlace | undefined> {
    const place = await this.#parked;
    this.#parked = undefined;
    return place;
  }

  /** It is over: no message follows. */
  leave(): void {
    this.shares = false;
    this.group?.remove(this);
    this.release();
  }
}
