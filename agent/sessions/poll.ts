import { encode, encodePollAnswer } from '../../shared/protocol/codec.ts';
import type { Goodbye, Subscribe } from '../../shared/protocol/messages.ts';
import { subscriberOf } from '../addresses.ts';
import type { Peer } from './connection.ts';
import type { FairQueue, Worker } from './fair-queue.ts';
import { orRefused, type AuthenticatedRequest } from './authenticate-request.ts';
import { encodeCursor } from './cursor.ts';
import { SubscriptionSet } from './subscription-set.ts';
import type { ScopeView } from './scope-view.ts';

/** What is left when an answer is this long comes with the next poll. */
const MAX_ANSWER_CHARACTERS = 256 * 1024;

export interface PollOptions {
  readonly peer: Peer;
  readonly view: ScopeView;
  readonly fairQueue: FairQueue;
  /** Called at most once, perhaps before `begin` returns. */
  readonly answered: (text: string) => void;
  /** The same, when one of the subscriptions is none. */
  readonly refused: (error: unknown) => void;
}

/** One poll (TR-3): subscriptions that live until there is something to answer with. */
export class Poll implements Worker {
  readonly subscriber: string;
  readonly #options: PollOptions;
  readonly #subscriptions: SubscriptionSet;
  readonly #members: string[] = [];
  /** What is still to be subscribed to; `null` when it is over. */
  #requests: Subscribe[] | null = [];
  /** What says that a subscription has begun and its first samples go together: the client takes them for the first. */
  #isBeginning = false;
  #characters = 0;
  #known: AuthenticatedRequest['known'] = new Map();

  constructor(options: PollOptions) {
    this.#options = options;
    this.subscriber = subscriberOf(options.peer.address);
    this.#subscriptions = new SubscriptionSet(
      options.view,
      { canSend: () => this.#isBeginning || this.#hasRoom(), send: ({ members }) => this.#add(members) },
      (answer, text, { fingerprint }) => {
        const entry = this.#known.get(answer.sub);
        // After a restart the position stays the old one until there is a sample; that was said once.
        const goesOn = answer.recovered || entry?.since.epoch !== answer.epoch;
        if (entry?.fingerprint !== fingerprint || !goesOn) this.#add([text]);
      },
    );
  }

  /** @param greeting of a client that is not known yet */
  begin({ subscriptions, known }: AuthenticatedRequest, greeting: string | null): void {
    if (greeting !== null) this.#add([greeting]);
    this.#known = known;
    this.#requests = subscriptions.toReversed();
    this.#options.fairQueue.enter(this);
  }

  /** Begins a subscription, or brings one forward; answers when there is nothing to be done at once, and something to answer with. */
  step(): boolean {
    try {
      if (this.#canGoOn()) this.#takeStep();
    } catch (error) {
      this.#end();
      this.#options.refused(error);
    }
    if (this.#canGoOn()) return true;
    if (this.#members.length > 0) this.finish();
    return false;
  }

  /** A sample is there: answers in its turn if it is one of those asked for. */
  wake(): void {
    this.#subscriptions.wake();
  }

  dismiss(goodbye: Goodbye): void {
    this.#members.push(encode(goodbye));
    this.finish();
  }

  /** Answers with what there is. */
  finish(): void {
    if (this.#requests === null) return;
    const rest = this.#requests.flatMap(({ sub }) => this.#known.get(sub) ?? []);
    const cursor = encodeCursor([...this.#subscriptions.positions(), ...rest]);
    this.#end();
    this.#options.answered(encodePollAnswer(this.#members, cursor));
  }

  #canGoOn(): boolean {
    if (this.#requests === null || !this.#hasRoom()) return false;
    return this.#requests.length > 0 || this.#subscriptions.isBehind;
  }

  /** Those that there is no room for begin with the next poll, where the cursor of this one says. */
  #takeStep(): void {
    const request = this.#requests?.pop();
    if (request === undefined) {
      this.#subscriptions.step();
      return;
    }
    this.#isBeginning = true;
    orRefused(() => this.#subscriptions.subscribe(request), request.id);
    this.#isBeginning = false;
  }

  #hasRoom(): boolean {
    return this.#characters < MAX_ANSWER_CHARACTERS;
  }

  #add(members: readonly string[]): void {
    for (const member of members) {
      this.#characters += member.length;
      this.#members.push(member);
    }
  }

  #end(): void {
    this.#requests = null;
    this.#subscriptions.clear();
  }
}
