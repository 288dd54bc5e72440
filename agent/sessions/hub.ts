import { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import { CLIENT_LIMITS, type Goodbye } from '../../shared/protocol/messages.ts';
import type { Grant } from '../auth/grant.ts';
import type { Sample } from '../sampling/sample.ts';
import type {
  Connection,
  ConnectionListener,
  Peer,
  Profile,
  StreamListener,
  StreamRequest,
} from './connection.ts';
import type { Worker } from './fair-queue.ts';
import { authenticateRequest } from './authenticate-request.ts';
import { ScopeCache } from './scope-cache.ts';
import { Poll } from './poll.ts';
import { Session, type SessionContext } from './session.ts';
import type { Introduction } from './welcome.ts';

const ROUND_MS = 1000;
/** A round comes with a sample that is so much early: each wake-up of a process that sleeps costs as much as a few files. */
const SAMPLE_SLACK_MS = 50;
/** When a client may try again after a goodbye: a restart of the agent takes about that long. */
const RETRY_MS = 1000;
const GOODBYE: Goodbye = {
  type: 'goodbye',
  code: CLOSE_CODES.goingAway,
  reason: 'The agent is shutting down',
  retryMs: RETRY_MS,
};

export interface HubOptions extends Pick<
  SessionContext,
  'feed' | 'authenticator' | 'clock' | 'fairQueue' | 'broke'
> {
  readonly introduction: Introduction;
}

/**
 * All sessions and polls. Wakes them when a sample is there, and looks after the sessions in rounds, about one a second: with a sample where they
 * come that often, else by one timer for all, and none while nobody is there.
 */
export class Hub {
  readonly #context: SessionContext;
  readonly #sessions = new Set<Session>();
  /** With what their clients may have. */
  readonly #polls = new Map<Poll, Grant>();
  #sentBytes = 0;
  /** Monotonic. */
  #publishedMs = Number.NEGATIVE_INFINITY;
  #roundMs = 0;
  #cancelRound: () => void = () => {};

  constructor({ feed, introduction, authenticator, clock, fairQueue, broke }: HubOptions) {
    this.#context = {
      feed,
      authenticator,
      clock,
      fairQueue,
      broke,
      audiences: new ScopeCache(feed, introduction),
      countSent: (bytes) => {
        this.#sentBytes += bytes;
      },
    };
  }

  /** Bytes of messages that were sent to clients, over all transports. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Polls that wait for something to answer with. */
  get pollCount(): number {
    return this.#polls.size;
  }

  /** Begins a session on a connection that has just opened; it ends with the connection. */
  open(connection: Connection, profile: Profile, peer: Peer): ConnectionListener {
    return this.#enter(new Session(connection, { profile, peer }, this.#context, this.#ended));
  }

  /** The same for a v1 client that has said everything while connecting. @throws Refusal */
  async openStream(connection: Connection, request: StreamRequest): Promise<StreamListener> {
    const { subscriptions, grant } = await authenticateRequest(request, this.#context.authenticator);
    const { peer } = request;
    const session = new Session(connection, { profile: 'v1', peer, grant }, this.#context, this.#ended);
    for (const subscription of subscriptions) {
      await this.#context.fairQueue.admitted(session.subscriber, () => session.check(subscription));
    }
    this.#enter(session);
    session.follow(subscriptions);
    return session;
  }

  /** Answers when something is due, the wait is over or nobody waits any more (TR-3). @throws Refusal */
  async poll(
    request: StreamRequest & { readonly waitMs: number | undefined },
    signal: AbortSignal,
  ): Promise<string> {
    const { authenticator, clock, audiences, fairQueue } = this.#context;
    const admission = await authenticateRequest(request, authenticator);
    const { peer } = request;
    peer.admitted();
    const { view, greeting } = audiences.of(admission.grant.scope);
    const waitMs = Math.min(
      request.waitMs ?? CLIENT_LIMITS.pollWaitMs,
      CLIENT_LIMITS.pollWaitMs,
      admission.grant.expiresInMs ?? Number.POSITIVE_INFINITY,
    );
    let settle = (): void => {};
    try {
      const text = await new Promise<string>((answered, refused) => {
        const poll = new Poll({ peer, view, fairQueue, answered, refused });
        this.#polls.set(poll, admission.grant);
        const finish = (): void => poll.finish();
        const cancel = clock.schedule(finish, waitMs);
        signal.addEventListener('abort', finish);
        settle = () => {
          this.#polls.delete(poll);
          signal.removeEventListener('abort', finish);
          cancel();
        };
        poll.begin(admission, request.cursor === undefined ? greeting.welcomeFrame.text : null);
        // It may have left while its token was looked at.
        if (signal.aborted) finish();
      });
      this.#sentBytes += Buffer.byteLength(text);
      return text;
    } finally {
      settle();
    }
  }

  /** Takes a sample into the feed and sends it to whoever waits for it. */
  publish(sample: Sample): void {
    this.#context.feed.append(sample);
    const behind: Worker[] = [];
    for (const session of this.#sessions) if (session.wake()) behind.push(session);
    for (const poll of this.#polls.keys()) {
      poll.wake();
      behind.push(poll);
    }
    // Only now that everybody else has the sample.
    for (const worker of behind) this.#context.fairQueue.enter(worker);
    this.#publishedMs = this.#context.clock.now();
    const isDue = this.#publishedMs - this.#roundMs >= ROUND_MS - SAMPLE_SLACK_MS;
    if (isDue && this.#sessions.size > 0) this.#round();
  }

  /** Dismisses every client, with `goodbye` where it is understood and close 4201. */
  dismissAll(): void {
    for (const session of this.#sessions) session.dismiss(GOODBYE);
    for (const poll of this.#polls.keys()) poll.dismiss(GOODBYE);
  }

  /** Tokens may have been revoked: whoever was let in by one of them is out. */
  recheck(): void {
    for (const session of this.#sessions) session.recheck();
    for (const [poll, grant] of this.#polls) {
      if (this.#context.authenticator.standing(grant) !== 'good') poll.finish();
    }
  }

  #enter(session: Session): Session {
    this.#sessions.add(session);
    if (this.#sessions.size === 1) this.#scheduleRound();
    return session;
  }

  readonly #ended = (session: Session): void => {
    if (this.#sessions.delete(session) && this.#sessions.size === 0) this.#cancelRound();
  };

  /** One that comes late by a second or more judges no peer: what they have sent meanwhile is still to be read (HB-1). */
  #round(): void {
    const isOnTime = this.#context.clock.now() - this.#roundMs < 2 * ROUND_MS;
    this.#cancelRound();
    this.#scheduleRound();
    const sinceBootMs = this.#context.clock.sinceBoot();
    for (const session of this.#sessions) session.round(isOnTime, sinceBootMs);
  }

  #scheduleRound(): void {
    const { clock, feed } = this.#context;
    this.#roundMs = clock.now();
    const isSampled = this.#roundMs - this.#publishedMs < ROUND_MS;
    const sampleMs = feed.demand.stride * feed.unitMs;
    // Not before the sample after the next one: Node wakes for a timer at the time that was set first, even if it was cleared meanwhile.
    const patienceMs = isSampled && sampleMs <= ROUND_MS ? ROUND_MS + SAMPLE_SLACK_MS : 0;
    this.#cancelRound = clock.schedule(() => this.#round(), ROUND_MS + patienceMs);
  }
}
