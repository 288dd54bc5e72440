import { encode, encodePollAnswer } from '../../shared/protocol/codec.ts';
import type { Goodbye, Subscribe } from '../../shared/protocol/messages.ts';
import { clientKeyOf } from '../addresses.ts';
import type { Peer } from '../auth/peer.ts';
import type { Follower } from './broadcast.ts';
import type { FairQueue, Worker } from './fair-queue.ts';
import { orRefused, type AuthenticatedRequest } from './authenticate-request.ts';
import { encodeCursor } from './cursor.ts';
import type { Frame } from './frame.ts';
import { HostIntroductions } from './host-introductions.ts';
import { RequestError } from './request-error.ts';
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
  /** Called instead if a subscription is invalid. */
  readonly refused: (error: unknown) => void;
}

/** One poll (TR-3): subscriptions that last until there is something to answer with. */
export class Poll implements Follower, Worker {
  readonly clientKey: string;
  readonly #options: PollOptions;
  readonly #subscriptions: SubscriptionSet;
  readonly #introductions = new HostIntroductions();
  readonly #members: string[] = [];
  /** Subscriptions still to begin, the next one last; `null` when the poll is over. */
  #requests: Subscribe[] | null = [];
  #characters = 0;
  #known: AuthenticatedRequest['known'] = new Map();

  constructor(options: PollOptions) {
    this.#options = options;
    this.clientKey = clientKeyOf(options.peer.address);
    this.#subscriptions = new SubscriptionSet(options.view, this, this.#introductions);
  }

  /** @param greeting for a client's first poll */
  begin({ subscriptions, known }: AuthenticatedRequest, greeting: string | null): void {
    if (greeting !== null) this.#greet(greeting);
    this.#known = known;
    this.#requests = subscriptions.toReversed();
    this.#options.fairQueue.enter(this);
  }

  /** Begins a subscription, or adds a frame of one; answers once nothing more can be done now and there is something to answer with. */
  step(): boolean {
    if (this.#canGoOn()) this.#takeStep();
    if (this.#canGoOn()) return true;
    if (this.#members.length > 0) this.finish();
    return false;
  }

  /** Has `step` answer if the sample is due for one of the subscriptions. */
  wake(): this {
    this.#subscriptions.wake();
    return this;
  }

  /** Answers because the server shuts down, also with samples that wait for their batch. */
  dismiss(goodbye: Goodbye): void {
    if (this.#requests?.length === 0 && this.#subscriptions.flush()) while (this.#canGoOn()) this.#takeStep();
    this.#members.push(encode(goodbye));
    this.finish();
  }

  /** The wait is over: answers, also with samples that wait for their batch. */
  expire(): void {
    if (this.#requests !== null && this.#members.length === 0 && this.#subscriptions.flush())
      this.#options.fairQueue.enter(this);
    else this.finish();
  }

  /** Answers with the messages gathered so far. */
  finish(): void {
    if (this.#requests === null) return;
    const rest = this.#requests.flatMap(({ sub }) => this.#known.get(sub) ?? []);
    const cursor = encodeCursor([...this.#subscriptions.positions(), ...rest]);
    this.#end();
    this.#options.answered(encodePollAnswer(this.#members, cursor));
  }

  #canGoOn(): boolean {
    if (this.#requests === null || !this.#hasRoom()) return false;
    return this.#requests.length > 0 || this.#subscriptions.hasTurns;
  }

  /** A refusal or a defect ends this poll, and nothing else. */
  #takeStep(): void {
    try {
      this.#goOn();
    } catch (error) {
      this.#end();
      this.#options.refused(error);
    }
  }

  /** Subscriptions that do not fit begin with the next poll, at the position in this poll's cursor. */
  #goOn(): void {
    const request = this.#requests?.pop();
    if (request === undefined) {
      this.#addFrame(this.#subscriptions.next());
      return;
    }
    orRefused(() => this.#subscriptions.check(request), request.id);
    if (!this.#subscribe(request)) return;
    // The answer to a subscription and its first samples go into one answer, so that the client counts them as its first.
    this.#addFrame(this.#subscriptions.nextOf(request.sub));
    this.#addFrame(this.#subscriptions.nextOf(request.sub));
  }

  /** Returns whether it was not refused; a refusal comes after what there is of the host. */
  #subscribe(request: Subscribe): boolean {
    try {
      this.#subscriptions.subscribe(request, this.#known.get(request.sub));
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const host = this.#options.view.host(request.host);
      if (host !== undefined) this.#addFrame(this.#introductions.next(host));
      const { message, code } = error;
      this.#add([encode({ type: 'error', error: message, code, id: request.id })]);
      return false;
    }
  }

  #greet(greeting: string): void {
    this.#add([greeting]);
    const first = this.#options.view.host();
    if (first !== undefined) this.#introductions.welcomed(first);
  }

  #addFrame(frame: Frame | undefined): void {
    if (frame !== undefined) this.#add(frame.texts);
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
