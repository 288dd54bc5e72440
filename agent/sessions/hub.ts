import { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import { CLIENT_LIMITS, type Goodbye } from '../../shared/protocol/messages.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { Grant } from '../auth/grant.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { Connection, ConnectionListener, Profile, StreamListener, StreamRequest } from './connection.ts';
import type { Peer } from '../auth/peer.ts';
import { Broadcasts } from './broadcast.ts';
import { authenticateRequest } from './authenticate-request.ts';
import { Overview } from './overview.ts';
import { ScopeCache } from './scope-cache.ts';
import { Poll } from './poll.ts';
import type { ScopeView } from './scope-view.ts';
import { Session, type SessionContext } from './session.ts';
import type { Introduction } from './welcome.ts';

const ROUND_MS = 1000;
/** Run a round with a sample up to this early, since each wake-up of a sleeping process costs as much as reading a few files. */
const SAMPLE_SLACK_MS = 50;
/** When a client may try again after a goodbye: about how long a restart of the agent takes. */
const RETRY_MS = 1000;
const GOODBYE: Goodbye = {
  type: 'goodbye',
  code: CLOSE_CODES.goingAway,
  reason: 'The agent is shutting down',
  retryMs: RETRY_MS,
};

export interface HubOptions extends Pick<SessionContext, 'authenticator' | 'clock' | 'fairQueue' | 'broke'> {
  readonly hosts: HostRegistry;
  readonly introduction: Introduction;
  /** Absent if this agent has no alerts. */
  readonly alerts?: AlertBoard | undefined;
}

/** What an authenticated request may see. */
export interface Admission {
  readonly view: ScopeView;
  /** Whether its token is still good. */
  readonly isGood: () => boolean;
}

/** Authenticates a request. @throws RequestRefusal */
export type Admit = (request: Pick<StreamRequest, 'peer' | 'token'>) => Promise<Admission>;

/**
 * All sessions and polls. Wakes those that follow a host when it has a sample. About once a second, a round checks all sessions: with a sample if they
 * come that often, else by a single timer, which stops while there are no sessions.
 */
export class Hub {
  readonly #context: SessionContext;
  readonly #broadcasts: Broadcasts;
  readonly #overview: Overview;
  readonly #sessions = new Set<Session>();
  /** Those that are not in cohorts. */
  readonly #loose = new Set<Session>();
  /** Each with its client's grant. */
  readonly #polls = new Map<Poll, Grant>();
  #sentBytes = 0;
  /** The last sample of any host: its monotonic time, and how long until the next of that host. */
  #published = { atMs: Number.NEGATIVE_INFINITY, intervalMs: 0 };
  #roundMs = 0;
  #cancelRound: () => void = () => {};

  constructor({ hosts, introduction, alerts, authenticator, clock, fairQueue, broke }: HubOptions) {
    this.#broadcasts = new Broadcasts(hosts, alerts);
    this.#overview = new Overview(hosts, clock, fairQueue);
    this.#context = {
      authenticator,
      clock,
      fairQueue,
      broke,
      loose: this.#loose,
      scopes: new ScopeCache(this.#broadcasts, this.#overview, introduction),
      countSent: (bytes) => {
        this.#sentBytes += bytes;
      },
    };
    hosts.forEach((host) => {
      const publish = (): void => this.#publish(host);
      const undos = [
        host.onSample(host.isRemote ? oncePerTask(publish) : publish),
        host.onNews(() => this.#wake(host)),
      ];
      return () => {
        for (const undo of undos) undo();
        this.#broadcasts.delete(host);
      };
    });
    hosts.onChange((change) => {
      this.#overview.hostsChanged(change);
      for (const session of this.#sessions) session.hostsChanged();
    });
  }

  /** Samples that clients missed because they did not read (FC-1). */
  get skippedSamples(): number {
    return this.#broadcasts.skippedSamples;
  }

  /** Bytes of messages sent to clients over all transports. */
  get sentBytes(): number {
    return this.#sentBytes + this.#broadcasts.sentBytes;
  }

  /** Frames of samples encoded so far: few, however many clients there are. */
  get encodings(): number {
    return this.#broadcasts.encodings;
  }

  /** How often a host was looked at for clients that follow how hosts are. */
  get examinedHosts(): number {
    return this.#overview.examined;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Sessions that cohorts send to. */
  get seatedCount(): number {
    return this.#sessions.size - this.#loose.size;
  }

  /** Polls without an answer yet. */
  get pollCount(): number {
    return this.#polls.size;
  }

  /** Begins a session on a connection that has just opened; it ends with the connection. */
  open(connection: Connection, profile: Profile, peer: Peer): ConnectionListener {
    return this.#enter(new Session(connection, { profile, peer }, this.#context, this.#ended));
  }

  /** Begins a session for a v1 client that has sent everything while connecting. @throws RequestRefusal */
  async openStream(connection: Connection, request: StreamRequest): Promise<StreamListener> {
    const { subscriptions, grant } = await authenticateRequest(request, this.#context.authenticator);
    const { peer } = request;
    const session = new Session(connection, { profile: 'v1', peer, grant }, this.#context, this.#ended);
    try {
      for (const subscription of subscriptions) {
        await this.#context.fairQueue.admitted(session.clientKey, () => session.check(subscription));
      }
    } catch (error) {
      // Since its welcome the session follows the first host: undo that.
      session.closed();
      throw error;
    }
    this.#enter(session);
    session.subscribeAll(subscriptions);
    return session;
  }

  /** Answers when something is due, the wait is over, or `signal` aborts because the client left (TR-3). @throws RequestRefusal */
  async poll(
    request: StreamRequest & { readonly waitMs: number | undefined },
    signal: AbortSignal,
  ): Promise<string> {
    const { authenticator, clock, scopes, fairQueue } = this.#context;
    const authenticated = await authenticateRequest(request, authenticator);
    const { peer } = request;
    peer.markAuthenticated();
    const { view, greeting } = scopes.of(authenticated.grant.scope);
    const waitMs = Math.min(
      request.waitMs ?? CLIENT_LIMITS.pollWaitMs,
      CLIENT_LIMITS.pollWaitMs,
      authenticated.grant.expiresInMs ?? Number.POSITIVE_INFINITY,
    );
    let settle = (): void => {};
    try {
      const text = await new Promise<string>((answered, refused) => {
        const poll = new Poll({ peer, view, fairQueue, answered, refused });
        this.#polls.set(poll, authenticated.grant);
        const finish = (): void => poll.finish();
        const cancel = clock.schedule(() => poll.expire(), waitMs);
        signal.addEventListener('abort', finish);
        settle = () => {
          this.#polls.delete(poll);
          signal.removeEventListener('abort', finish);
          cancel();
        };
        poll.begin(authenticated, request.cursor === undefined ? greeting.welcomeFrame.text : null);
        // The client may have left while its token was verified.
        if (signal.aborted) finish();
      });
      this.#sentBytes += Buffer.byteLength(text);
      return text;
    } finally {
      settle();
    }
  }

  /** Authenticates a request that is answered apart from sessions and polls. @throws RequestRefusal */
  async admit({ peer, token }: Pick<StreamRequest, 'peer' | 'token'>): Promise<Admission> {
    const { authenticator, clock, scopes } = this.#context;
    const request = { peer, token, subscriptions: [], cursor: undefined };
    const { grant } = await authenticateRequest(request, authenticator);
    peer.markAuthenticated();
    const endsAtMs = clock.sinceBoot() + (grant.expiresInMs ?? Number.POSITIVE_INFINITY);
    return {
      view: scopes.of(grant.scope).view,
      isGood: () => clock.sinceBoot() < endsAtMs && authenticator.status(grant) === 'good',
    };
  }

  /** Closes every connection with 4201, after a `goodbye` to v1 clients. */
  dismissAll(): void {
    for (const session of this.#sessions) session.dismiss(GOODBYE);
    for (const poll of this.#polls.keys()) poll.dismiss(GOODBYE);
  }

  /** Closes sessions and ends polls whose tokens were revoked or cannot be verified. */
  recheck(): void {
    for (const session of this.#sessions) session.recheck();
    for (const [poll, grant] of this.#polls) {
      if (this.#context.authenticator.status(grant) !== 'good') poll.finish();
    }
  }

  /** A host's newest sample is in its store. */
  #publish(stream: HostStream): void {
    this.#wake(stream);
    const nowMs = this.#context.clock.now();
    this.#published = { atMs: nowMs, intervalMs: stream.currentIntervalMs };
    const isDue = nowMs - this.#roundMs >= ROUND_MS - SAMPLE_SLACK_MS;
    if (isDue && this.#sessions.size > 0) this.#round();
  }

  #wake(stream: HostStream): void {
    this.#overview.mark(stream);
    const broadcast = this.#broadcasts.known(stream);
    if (broadcast === undefined) return;
    // Workers with more to do run after every follower has this sample.
    for (const worker of broadcast.publish(this.#context.clock.now())) this.#context.fairQueue.enter(worker);
    // Of a host that another agent samples, nothing stays here once nobody follows it.
    if (stream.isRemote && !broadcast.isFollowed) this.#broadcasts.delete(stream);
  }

  #enter(session: Session): Session {
    this.#sessions.add(session);
    this.#loose.add(session);
    if (this.#sessions.size === 1) this.#scheduleRound();
    return session;
  }

  readonly #ended = (session: Session): void => {
    this.#loose.delete(session);
    if (this.#sessions.delete(session) && this.#sessions.size === 0) this.#cancelRound();
  };

  /** Skips the liveness checks if it is a second late or more: what the peers have sent meanwhile is still unread (HB-1). */
  #round(): void {
    const { clock } = this.#context;
    const nowMs = clock.now();
    const isOnTime = nowMs - this.#roundMs < 2 * ROUND_MS;
    this.#cancelRound();
    this.#scheduleRound();
    const sinceBootMs = clock.sinceBoot();
    // Whoever leaves a cohort now has this round with the others.
    this.#broadcasts.round(isOnTime, nowMs, sinceBootMs);
    for (const session of this.#loose) session.round(isOnTime, sinceBootMs);
  }

  #scheduleRound(): void {
    const { clock } = this.#context;
    this.#roundMs = clock.now();
    const { atMs, intervalMs } = this.#published;
    const isSampled = this.#roundMs - atMs < ROUND_MS && intervalMs <= ROUND_MS;
    // Set the timer past the sample after the next one: Node wakes up at the time set, even if the timer was cleared meanwhile.
    const patienceMs = isSampled ? ROUND_MS + SAMPLE_SLACK_MS : 0;
    this.#cancelRound = clock.schedule(() => this.#round(), ROUND_MS + patienceMs);
  }
}

/**
 * What a copy of a store gets after an outage comes at once: clients that are told once are behind, and read all of it at their pace. Told of each sample, they
 * would count as too slow.
 */
function oncePerTask(act: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      act();
    });
  };
}
