import { encode, encodePollAnswer } from '../../shared/protocol/codec.ts';
import type { Goodbye, Subscribe } from '../../shared/protocol/messages.ts';
import { clientKeyOf } from '../addresses.ts';
import type { Peer } from '../auth/peer.ts';
import type { Follower } from './broadcast.ts';
import type { FairQueue, Worker } from './fair-queue.ts';
import { orRefused, type AuthenticatedRequest } from './authenticate-request.ts';
import { encodeCursor } from './cursor.ts';
import type { Frame } from './frame.ts';
import { SubscriptionSet } from './subscription-set.ts';
import type { ScopeView } from './scope-view.ts';

/** The rest comes with the next poll. */
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

/** One poll (TR-3): subscriptions that live until there is something to answer. */
export class Poll implements Follower, Worker {
  readonly clientKey: string;
  readonly #options: PollOptions;
  readonly #subscriptions: SubscriptionSet;
  readonly #members: string[] = [];
  /** Subscriptions still to begin, the next one last; `null` when the poll is over. */
  #requests: Subscribe[] | null = [];
  #characters = 0;
  #known: AuthenticatedRequest['known'] = new Map();

  constructor(options: PollOptions) {
    this.#options = options;
    this.clientKey = clientKeyOf(options.peer.address);
    this.#subscriptions = new SubscriptionSet(options.view, this);
  }

  /** @param greeting for a client's first poll */
  begin({ subscriptions, known }: AuthenticatedRequest, greeting: string | null): void {
    if (greeting !== null) this.#add([greeting]);
    this.#known = known;
    this.#requests = subscriptions.toReversed();
    this.#options.fairQueue.enter(this);
  }

  /** Begins a subscription, or brings one forward; answers when nothing more can be done at once and there is something to answer. */
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

  /** Answers in its turn, if the sample is one of those asked for. */
  wake(): this {
    this.#subscriptions.wake();
    return this;
  }

  dismiss(goodbye: Goodbye): void {
    this.#members.push(encode(goodbye));
    this.finish();
  }

  /** Answers with what has been gathered. */
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

  /** Subscriptions that do not fit begin with the next poll, where this one's cursor says. */
  #takeStep(): void {
    const request = this.#requests?.pop();
    if (request === undefined) {
      this.#addFrame(this.#subscriptions.next());
      return;
    }
    orRefused(() => this.#subscriptions.subscribe(request, this.#known.get(request.sub)), request.id);
    // The answer to a subscription and its first samples go together: the client takes them for the first.
    this.#addFrame(this.#subscriptions.nextOf(request.sub));
    this.#addFrame(this.#subscriptions.nextOf(request.sub));
  }

  #addFrame(frame: Frame | undefined): void {
    if (frame !== undefined) this.#add(frame.members);
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
