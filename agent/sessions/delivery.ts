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
import type { Broadcast, SeatedFollower } from './broadcast.ts';
import type { Worker } from './fair-queue.ts';
import type { Cohort } from './cohort.ts';
import type { Connection, Seat } from './connection.ts';
import type { CursorEntry } from './cursor.ts';
import type { FollowedSubscription } from './followed-subscription.ts';
import { Frame } from './frame.ts';
import { HistoryAnswers } from './history-answers.ts';
import { HostUpdates } from './host-updates.ts';
import type { ScopeEntry } from './scope-cache.ts';
import type { Squad } from './squad.ts';
import { PLAIN, SubscriptionSet } from './subscription-set.ts';

/** Whose delivery it is. Queued to call `step`. */
export interface DeliveryOwner extends Worker {
  /** Called when a cohort has taken over. */
  seated(): void;
  /** Called when it is loose again. */
  stood(): void;
}

export interface DeliveryOptions {
  readonly connection: Connection;
  readonly clock: Pick<Clock, 'now' | 'sinceBoot'>;
  /** What the client sees until it is authenticated. */
  readonly scope: ScopeEntry;
  readonly owner: DeliveryOwner;
  /** Called with the bytes of each message sent. */
  readonly countSent: (bytes: number) => void;
}

/**
 * Sends to one client: while it reads, pulls the frames of its subscriptions and answers, and the updates of its hosts. Once it was sent all of that and follows
 * just one channel, a cohort takes over; it stands, and is loose again, before anything but a sample happens to it.
 */
export class Delivery implements SeatedFollower {
  readonly #connection: Connection;
  readonly #clock: Pick<Clock, 'now' | 'sinceBoot'>;
  readonly #owner: DeliveryOwner;
  readonly #countSent: (bytes: number) => void;
  readonly #subscriptions: SubscriptionSet;
  readonly #answers: HistoryAnswers;
  readonly #hostUpdates: HostUpdates;
  #scope: ScopeEntry;
  #lastSentMs: number;
  /** Both `null` while it is loose. */
  #cohort: Cohort | null = null;
  #squad: Squad | null = null;
  /** When it has to be loose, as `Clock.sinceBoot`, since its token ends soon after. */
  standsAtMs = Number.POSITIVE_INFINITY;

  constructor({ connection, clock, scope, owner, countSent }: DeliveryOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#owner = owner;
    this.#countSent = countSent;
    this.#scope = scope;
    this.#subscriptions = new SubscriptionSet(scope.view, this, undefined, connection.format);
    this.#answers = new HistoryAnswers(scope.view);
    this.#hostUpdates = new HostUpdates(this);
    this.#lastSentMs = clock.now();
  }

  /** @throws TypeError if its transport has none */
  get seat(): Seat {
    const { seat } = this.#connection;
    if (seat === undefined) throw new TypeError('no seat');
    return seat;
  }

  /** Monotonic time of the last message, or of the start; in a cohort, of the last before it. */
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
    this.stand();
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
    this.stand();
    this.#hostUpdates.welcomed(this.#scope.view);
    const { welcome, welcomeFrame } = this.#scope.greeting;
    if (id === undefined) this.#sendFrame(welcomeFrame);
    else this.send({ ...welcome, id });
  }

  /** Changes what the client sees; subscriptions and answers that the scope does not cover end. */
  rescope(scope: ScopeEntry): void {
    if (scope === this.#scope) return;
    this.stand();
    this.#scope = scope;
    for (const message of this.#subscriptions.applyView(scope.view)) this.send(message);
    for (const message of this.#answers.applyView(scope.view)) this.send(message);
    this.#hostUpdates.rescoped(scope.view);
  }

  /** Called when hosts were added or removed. */
  hostsChanged(): void {
    this.stand();
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
    this.stand();
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
    this.stand();
    this.#subscriptions.subscribePlain(request);
    if (this.canSend) this.#sendFrame(this.#subscriptions.nextOf(PLAIN));
  }

  /** @throws RequestError */
  unsubscribe(request: Unsubscribe): void {
    this.stand();
    this.send(this.#subscriptions.unsubscribe(request));
  }

  /** Begins to answer; the answer comes with `step`. @throws RequestError */
  answer(request: HistoryRequest): void {
    this.stand();
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

  /** Sends samples that wait for their batch, as long as the client reads. Call when no other sample will come. */
  flush(): void {
    if (!this.#subscriptions.flush()) return;
    for (const broadcast of this.#subscriptions.broadcasts) this.#sendLive(broadcast);
  }

  /** Called when the client reads again. */
  drained(): void {
    this.stand();
    const { first } = this.#hostUpdates;
    if (first !== undefined) this.#sendHostUpdate(first);
    for (const broadcast of this.#subscriptions.broadcasts) this.#sendHostUpdate(broadcast);
    this.#subscriptions.wake();
  }

  /** Sends a light client its frames at once. Heavy clients and past samples wait for `step`; a client that does not read costs next to nothing. */
  wake(broadcast: Broadcast | null): Worker | undefined {
    this.stand();
    if (broadcast === null) this.#subscriptions.wake();
    else this.#wake(broadcast);
    return this.isBehind ? this.#owner : undefined;
  }

  #wake(broadcast: Broadcast): void {
    this.#sendHostUpdate(broadcast);
    if (!this.canSend) this.#subscriptions.hold(broadcast);
    else if (this.#subscriptions.isLight) {
      this.#sendLive(broadcast);
      this.#sit(broadcast);
    } else this.#subscriptions.wake();
  }

  /** Enters the cohort of its channel, if there is nothing to be sent but the next sample. */
  #sit(broadcast: Broadcast): void {
    const { seat } = this.#connection;
    if (seat === undefined || this.isBehind || !seat.isFree || this.#owesHosts(broadcast)) return;
    const live = this.#subscriptions.liveIn(broadcast);
    if (live === null || this.#clock.sinceBoot() >= this.standsAtMs) return;
    const cohort = broadcast.cohortAt(live.channel, live);
    this.#squad = cohort.enter(this, live);
    if (this.#squad === null) return;
    this.#cohort = cohort;
    for (const followed of this.#broadcasts()) followed.seated(this);
    this.#owner.seated();
  }

  stand(): void {
    const cohort = this.#cohort;
    const squad = this.#squad;
    if (cohort === null || squad === null) return;
    this.#cohort = null;
    this.#squad = null;
    cohort.leave(this, squad);
    this.#subscriptions.goOnAt(cohort.position);
    this.#lastSentMs = Math.max(this.#lastSentMs, cohort.lastSentMs);
    for (const followed of this.#broadcasts()) followed.stood(this);
    this.#owner.stood();
  }

  /** Those of the hosts that it follows, and of the first. */
  #broadcasts(): Set<Broadcast> {
    const { broadcasts } = this.#subscriptions;
    const { first } = this.#hostUpdates;
    return first === undefined ? broadcasts : broadcasts.add(first);
  }

  #owesHosts(broadcast: Broadcast): boolean {
    const { first, isLate } = this.#hostUpdates;
    if (isLate || this.#hostUpdates.isDue(broadcast)) return true;
    return first !== undefined && first !== broadcast && this.#hostUpdates.isDue(first);
  }

  endSubscriptions(): void {
    this.stand();
    this.#subscriptions.clear();
  }

  stop(): void {
    this.stand();
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
    this.stand();
    this.#lastSentMs = this.#clock.now();
    this.#countSent(frame.wire(this.#connection.format).length);
    this.#connection.send(frame);
  }
}
