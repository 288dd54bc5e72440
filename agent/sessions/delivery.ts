import { encode } from '../../shared/protocol/codec.ts';
import type {
  Cancel,
  HistoryRequest,
  PlainServerMessage,
  RequestId,
  ServerMessage,
  Subscribe,
  Unsubscribe,
} from '../../shared/protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { Broadcast, Follower } from './broadcast.ts';
import type { Worker } from './fair-queue.ts';
import type { Connection } from './connection.ts';
import type { CursorEntry } from './cursor.ts';
import type { FollowedSubscription } from './followed-subscription.ts';
import { Frame } from './frame.ts';
import { HistoryAnswers } from './history-answers.ts';
import { HostUpdates } from './host-updates.ts';
import type { ScopeEntry } from './scope-cache.ts';
import { PLAIN, SubscriptionSet } from './subscription-set.ts';

export interface DeliveryOptions {
  readonly connection: Connection;
  readonly clock: Pick<Clock, 'now'>;
  /** What the client sees until it is authenticated. */
  readonly scope: ScopeEntry;
  /** Queued to call `step`. */
  readonly worker: Worker;
  /** Called with the bytes of each message sent. */
  readonly countSent: (bytes: number) => void;
}

/** Sends to one client: while it reads, pulls the frames of its subscriptions and answers, and the updates of its hosts. */
export class Delivery implements Follower {
  readonly #connection: Connection;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #worker: Worker;
  readonly #countSent: (bytes: number) => void;
  readonly #subscriptions: SubscriptionSet;
  readonly #answers: HistoryAnswers;
  readonly #hostUpdates: HostUpdates;
  #scope: ScopeEntry;
  #lastSentMs: number;

  constructor({ connection, clock, scope, worker, countSent }: DeliveryOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#worker = worker;
    this.#countSent = countSent;
    this.#scope = scope;
    this.#subscriptions = new SubscriptionSet(scope.view, this, undefined, connection.format);
    this.#answers = new HistoryAnswers(scope.view);
    this.#hostUpdates = new HostUpdates(this);
    this.#lastSentMs = clock.now();
  }

  /** Monotonic time of the last message, or of the start. */
  get lastSentMs(): number {
    return this.#lastSentMs;
  }

  get canSend(): boolean {
    return this.#connection.canSend();
  }

  /** Whether `step` has something to do. */
  get isBehind(): boolean {
    return this.#subscriptions.hasTurns || this.#answers.hasTurns;
  }

  /** The position of each subscription. */
  get positions(): readonly CursorEntry[] {
    return this.#subscriptions.positions();
  }

  /** Sends an answer, even if the client does not read. */
  send(message: ServerMessage | PlainServerMessage): void {
    this.sendText(encode(message));
  }

  sendText(text: string): void {
    this.#sendFrame(Frame.of(text));
  }

  /** @param id of the client's `hello`, if it said one */
  welcome(id?: RequestId): void {
    this.#hostUpdates.welcomed(this.#scope.view);
    const { welcome, welcomeFrame } = this.#scope.greeting;
    if (id === undefined) this.#sendFrame(welcomeFrame);
    else this.send({ ...welcome, id });
  }

  /** Changes what the client sees; subscriptions and answers that the scope does not cover end. */
  rescope(scope: ScopeEntry): void {
    if (scope === this.#scope) return;
    this.#scope = scope;
    for (const message of this.#subscriptions.applyView(scope.view)) this.send(message);
    for (const message of this.#answers.applyView(scope.view)) this.send(message);
    this.#hostUpdates.rescoped(scope.view);
  }

  /** Called when hosts were added or removed. */
  hostsChanged(): void {
    for (const message of this.#subscriptions.endOrphans()) this.send(message);
    for (const message of this.#answers.endHidden()) this.send(message);
    this.#hostUpdates.hostsChanged(this.#scope.view);
  }

  /** @throws RequestError if a subscription would be refused */
  check(request: Subscribe): void {
    this.#subscriptions.check(request);
  }

  /** Sends the answer and the first frame. @throws RequestError */
  subscribe(request: Subscribe): void {
    const host = request.hosts === undefined ? this.#scope.view.host(request.host) : undefined;
    try {
      this.#subscriptions.subscribe(request);
    } finally {
      // Also before a refusal, so that the client can ask for what there is.
      if (host !== undefined) this.#introduce(host.broadcast);
    }
    this.#sendFrame(this.#subscriptions.nextOf(request.sub));
    if (this.canSend) this.#sendFrame(this.#subscriptions.nextOf(request.sub));
  }

  #introduce(broadcast: Broadcast): void {
    this.#hostUpdates.forgetOthers(this.#subscriptions.broadcasts.add(broadcast));
    this.#sendFrame(this.#hostUpdates.introduction(broadcast, this.#scope.view));
  }

  /** Sends the first frame at once, or with the first sample. @throws RequestError */
  subscribePlain(request: Subscribe): void {
    this.#subscriptions.subscribePlain(request);
    if (this.canSend) this.#sendFrame(this.#subscriptions.nextOf(PLAIN));
  }

  /** @throws RequestError */
  unsubscribe(request: Unsubscribe): void {
    this.send(this.#subscriptions.unsubscribe(request));
  }

  /** Begins to answer; the answer comes with `step`. @throws RequestError */
  answer(request: HistoryRequest): void {
    this.#answers.begin(request);
  }

  cancel({ id }: Cancel): void {
    this.send(this.#answers.cancel(id));
  }

  /** Sends one frame of the next subscription, or of an answer once no samples are due. Call only while the client reads. */
  step(): void {
    this.#sendFrame(this.#subscriptions.hasTurns ? this.#subscriptions.next() : this.#answers.next());
  }

  /** Called about once a second. Returns whether `step` has something to do that no sample may bring about. */
  round(): boolean {
    for (const broadcast of this.#hostUpdates.takeLate()) this.#sendHostUpdate(broadcast);
    return this.#subscriptions.round();
  }

  /** Called when the client reads again. */
  drained(): void {
    const { first } = this.#hostUpdates;
    if (first !== undefined) this.#sendHostUpdate(first);
    for (const broadcast of this.#subscriptions.broadcasts) this.#sendHostUpdate(broadcast);
    this.#subscriptions.wake();
  }

  /** Sends a light client its frames at once. Heavy clients and past samples wait for `step`; a client that does not read costs next to nothing. */
  wake(broadcast: Broadcast | null): Worker | undefined {
    if (broadcast === null) this.#subscriptions.wake();
    else this.#wake(broadcast);
    return this.isBehind ? this.#worker : undefined;
  }

  #wake(broadcast: Broadcast): void {
    this.#sendHostUpdate(broadcast);
    if (!this.canSend) this.#subscriptions.hold(broadcast);
    else if (this.#subscriptions.isLight) this.#sendLive(broadcast);
    else this.#subscriptions.wake();
  }

  endSubscriptions(): void {
    this.#subscriptions.clear();
  }

  stop(): void {
    this.#subscriptions.clear();
    this.#answers.clear();
    this.#hostUpdates.stop();
  }

  /** All announcements go before the first frame. */
  #sendLive(broadcast: Broadcast): void {
    if (this.#subscriptions.count > 1) {
      for (const followed of this.#subscriptions.of(broadcast)) {
        if (this.canSend) this.#sendFrame(followed.nextAnnouncement());
      }
    }
    for (const followed of this.#subscriptions.of(broadcast)) this.#sendLiveFrames(followed);
  }

  #sendLiveFrames(followed: FollowedSubscription): void {
    while (this.canSend) {
      if (followed.isBehind) return this.#subscriptions.wake();
      this.#sendFrame(followed.next());
      if (!followed.isDue) return;
    }
    followed.hold();
  }

  #sendHostUpdate(broadcast: Broadcast): void {
    if (!this.#hostUpdates.isDue(broadcast) || !this.canSend) return;
    this.#sendFrame(this.#hostUpdates.next(broadcast, this.#scope.view, this.#clock.now()));
  }

  #sendFrame(frame: Frame | undefined): void {
    if (frame === undefined) return;
    this.#lastSentMs = this.#clock.now();
    this.#countSent(frame.wire(this.#connection.format).length);
    this.#connection.send(frame);
  }
}
