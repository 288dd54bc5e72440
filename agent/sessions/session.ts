import { subscriberOf } from '../addresses.ts';
import { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import {
  checkClientMessage,
  decodeClientMessage,
  encode,
  MessageError,
} from '../../shared/protocol/codec.ts';
import {
  PONG,
  PROTOCOL_VERSION,
  type Auth,
  type ClientMessage,
  type Goodbye,
  type Hello,
  type PlainServerMessage,
  type ServerMessage,
  type Subscribe,
} from '../../shared/protocol/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { StateError } from '../auth/state-error.ts';
import type { Clock } from '../clock.ts';
import {
  INTERNAL_ERROR,
  type Connection,
  type Peer,
  type Profile,
  type StreamListener,
} from './connection.ts';
import { Frame } from './frame.ts';
import type { Broadcast, Follower } from './broadcast.ts';
import type { FairQueue } from './fair-queue.ts';
import type { FollowedSubscription } from './followed-subscription.ts';
import { HostUpdates } from './host-updates.ts';
import { NOTHING, type Grant } from '../auth/grant.ts';
import type { ScopeCache, ScopeEntry } from './scope-cache.ts';
import { authError, orRefused } from './authenticate-request.ts';
import { encodeCursor } from './cursor.ts';
import { Inbox, type Received } from './inbox.ts';
import { MessageBudget } from './message-budget.ts';
import { guardMessage } from './message-guard.ts';
import { RequestError, tokensUnreadable, type RequestErrorCode } from './request-error.ts';
import { PLAIN, SubscriptionSet } from './subscription-set.ts';
import { HEARTBEAT_MS } from './welcome.ts';

/** What all sessions share. */
export interface SessionContext {
  readonly scopes: ScopeCache;
  /** Called with the bytes of each message sent. */
  readonly countSent: (bytes: number) => void;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  /** Where all that clients ask for goes through. */
  readonly fairQueue: FairQueue;
  /** Told of a defect that has cost a client its connection. */
  readonly broke: (error: unknown) => void;
}

/** How a client came. */
export interface Opening {
  readonly profile: Profile;
  readonly peer: Peer;
  readonly grant?: Grant | null;
}

type RequestId = string | number | undefined;

/** A v1 client that has shown no token by then is told that one is needed, once. */
const TOKEN_NOTICE_MS = 1000;
/** How long a client may be connected without having shown a token. */
const AUTHENTICATION_MS = 10_000;
/** When there may be room again for a message that had to wait for too many others. */
const BEHIND_MS = 1000;
/** How long before a token ends its bearer is told. */
const EXPIRY_NOTICE_MS = 60_000;

/** One client's protocol state (docs/protocol.md): its profile, whether it is let in, what it follows. */
export class Session implements StreamListener, Follower {
  readonly subscriber: string;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #ended: (session: Session) => void;
  readonly #subscriptions: SubscriptionSet;
  readonly #peer: Peer;
  readonly #openedMs: number;
  readonly #hostUpdates: HostUpdates;
  #scope: ScopeEntry;
  /** What its client may do; `null` before it was let in. */
  #grant: Grant | null = null;
  /** Since the host was booted, when the grant ends: time that it sleeps counts, and steps of its clock do not. */
  #endsAtMs = Number.POSITIVE_INFINITY;
  #isExpiryTold = false;
  readonly #inbox = new Inbox();
  /** A token is being looked at, and what came after it waits. */
  #isVerifying = false;
  readonly #budget: MessageBudget;
  #isV1: boolean;
  #isOver = false;
  #isNoticeOwed: boolean;
  #lastSentMs: number;

  /**
   * @param ended called exactly once, when the connection has closed
   * @param grant of a client that has shown who it is while connecting
   */
  constructor(
    connection: Connection,
    { profile, peer, grant = null }: Opening,
    context: SessionContext,
    ended: (session: Session) => void,
  ) {
    this.#connection = connection;
    this.#context = context;
    this.#ended = ended;
    this.#peer = peer;
    this.subscriber = subscriberOf(peer.address);
    this.#scope = context.scopes.of(NOTHING);
    this.#subscriptions = new SubscriptionSet(this.#scope.view, this);
    this.#hostUpdates = new HostUpdates(this);
    this.#budget = new MessageBudget(() => context.clock.now());
    this.#isV1 = profile === 'v1';
    this.#openedMs = context.clock.now();
    this.#lastSentMs = this.#openedMs;
    this.#letIn(grant ?? context.authenticator.anonymous(peer));
    this.#isNoticeOwed = this.#isV1 && this.#grant === null;
    if (this.#isV1 && this.#grant !== null) this.#welcome();
  }

  received(text: string): void {
    if (this.#isOver || this.#isTooFast()) return;
    this.#budget.countWaiting(this.#inbox.add(text));
    if (this.#budget.isBehind) this.#refuseTooFast(BEHIND_MS);
    this.#context.fairQueue.enter(this);
  }

  /** @throws Refusal when a subscription would be none */
  check(request: Subscribe): void {
    orRefused(() => this.#subscriptions.check(request), request.id);
  }

  /** Subscribes for a client that said so while connecting, one after the other. */
  follow(requests: readonly Subscribe[]): void {
    this.#inbox.open(requests);
    this.#context.fairQueue.enter(this);
  }

  /** Handles one message, or brings a subscription forward; nothing more while the client has not read the answers before. */
  step(): boolean {
    try {
      if (this.#canGoOn()) this.#takeStep();
      return this.#canGoOn();
    } catch (error) {
      // A defect of ours costs this client its connection, never the agent its life.
      this.#context.broke(error);
      this.#close(INTERNAL_ERROR, 'Internal error');
      return false;
    }
  }

  cursor(): string {
    return encodeCursor(this.#subscriptions.positions());
  }

  drained(): void {
    this.#sendHostUpdates();
    this.#subscriptions.wake();
    this.#context.fairQueue.enter(this);
  }

  closed(): void {
    this.#end();
    this.#ended(this);
  }

  /** Sends a light client its frames at once. One that does not read costs nothing; what is more than light waits for its turns. */
  wake(broadcast: Broadcast): boolean {
    const subscriptions = this.#subscriptions;
    if (this.#canSend()) this.#sendHostUpdate(broadcast);
    if (this.#canSend() && !subscriptions.isLight) {
      subscriptions.wake();
      return true;
    }
    // First what all of them announce.
    for (const followed of subscriptions.all) {
      if (this.#canSend() && followed.broadcast === broadcast) this.#sendFrame(followed.nextAnnouncement());
    }
    for (const followed of subscriptions.all) {
      if (followed.broadcast === broadcast) this.#sendLive(followed);
    }
    return subscriptions.isBehind;
  }

  /**
   * About a second has passed: sends the life sign or the notice that is owed by now, if any.
   * @param isOnTime whether it was no more, so that the peer may be judged by it
   * @param sinceBootMs as `Clock.sinceBoot`
   */
  round(isOnTime: boolean, sinceBootMs: number): void {
    if (isOnTime) this.#connection.round();
    if (this.#isOver) return;
    const nowMs = this.#context.clock.now();
    // While one is looked at, it was shown.
    const isAwaited = this.#grant === null && !this.#isVerifying;
    if (isAwaited && nowMs - this.#openedMs >= AUTHENTICATION_MS) {
      this.#close(CLOSE_CODES.authenticationTimeout, 'No token was shown in time');
      return;
    }
    this.#watchExpiry(this.#endsAtMs - sinceBootMs);
    if (!this.#isV1 || this.#isOver) return;
    const silentMs = nowMs - this.#lastSentMs;
    if (this.#isNoticeOwed && silentMs >= TOKEN_NOTICE_MS) this.#sendError(notAuthenticated());
    if (this.#grant === null || silentMs < HEARTBEAT_MS) return;
    this.#send({ type: 'heartbeat', ts: this.#context.clock.wallNow() });
  }

  /** Tokens may have been revoked: closes if its client's was one of them, and for now if nobody can know. */
  recheck(): void {
    if (this.#isOver || this.#grant === null) return;
    const standing = this.#context.authenticator.standing(this.#grant);
    if (standing instanceof StateError) this.#sendAway();
    else if (standing === 'revoked')
      this.#expel('token_revoked', CLOSE_CODES.tokenRevoked, 'The token was revoked');
  }

  /** The server goes away: says goodbye to a client that knows the word, and closes. */
  dismiss(goodbye: Goodbye): void {
    if (this.#isV1) this.#send(goodbye);
    this.#close(goodbye.code, goodbye.reason);
  }

  #canSend(): boolean {
    return this.#connection.canSend();
  }

  #sendFrame(frame: Frame | undefined): void {
    if (frame === undefined) return;
    this.#lastSentMs = this.#context.clock.now();
    this.#context.countSent(frame.wire.length);
    this.#connection.send(frame);
  }

  /** All but the past, which waits for its turns. */
  #sendLive(followed: FollowedSubscription): void {
    while (this.#canSend() && !followed.isBehind) {
      const frame = followed.next();
      if (frame === undefined) return;
      this.#sendFrame(frame);
    }
    followed.subscription.hold();
    if (followed.isBehind) this.#subscriptions.wake();
  }

  #welcome(): void {
    this.#hostUpdates.welcomed(this.#scope.view);
    this.#sendFrame(this.#scope.greeting.welcomeFrame);
  }

  #sendHostUpdate(broadcast: Broadcast): void {
    this.#sendFrame(this.#hostUpdates.next(broadcast, this.#scope.view, this.#context.clock.now()));
  }

  #sendHostUpdates(): void {
    for (const broadcast of this.#hostUpdates.followed) if (this.#canSend()) this.#sendHostUpdate(broadcast);
  }

  #canGoOn(): boolean {
    const hasWork = this.#subscriptions.isBehind || (!this.#inbox.isEmpty && !this.#isVerifying);
    return hasWork && !this.#isOver && this.#canSend();
  }

  #takeStep(): void {
    const received = this.#isVerifying ? undefined : this.#inbox.take();
    if (received !== undefined) return this.#handle(received);
    this.#sendFrame(this.#subscriptions.next());
  }

  #handle(received: Received): void {
    let id: RequestId;
    try {
      const message = read(received);
      if ('id' in message) id = message.id;
      this.#perform(message, received.isMember);
    } catch (error) {
      if (error instanceof MessageError) this.#refuse(error, error.id);
      else if (error instanceof RequestError) this.#refuse(error, id);
      else throw error;
    }
  }

  /** Tells a client that sends too much, and ends with one that goes on. */
  #isTooFast(): boolean {
    const retryMs = this.#budget.spend();
    if (retryMs > 0) this.#refuseTooFast(retryMs);
    return retryMs > 0;
  }

  #refuseTooFast(retryMs: number): void {
    const error = new RequestError(
      'messages_too_fast',
      'Too many messages: send at most 10 per second, or several as one batch, and wait for the answers',
      retryMs,
    );
    this.#sendError(error);
    if (this.#budget.isExhausted) this.#close(CLOSE_CODES.messagesTooFast, error.message);
  }

  #refuse(error: MessageError | RequestError, id: RequestId): void {
    this.#answerRefused(error, id);
    if (error instanceof MessageError && this.#budget.countBad()) {
      this.#close(CLOSE_CODES.tooManyBadMessages, 'Too many messages that are not of the protocol');
    }
  }

  #answerRefused(error: MessageError | RequestError, id: RequestId): void {
    // Whoever has not been let in learns nothing else, not even what was wrong.
    if (this.#grant === null) {
      this.#sendError(notAuthenticated(), id);
      return;
    }
    this.#sendError(error, id);
    if (error.code === 'version_not_supported') this.#close(CLOSE_CODES.versionNotSupported, error.message);
  }

  #perform(message: ClientMessage, isMember: boolean): void {
    if ('type' in message && message.type === 'auth') return this.#authenticate(message);
    if ('type' in message && message.type === 'batch') {
      if (isMember) throw new RequestError('nested_batch', 'Invalid batch: batches do not nest');
      this.#inbox.open(message.messages);
      return;
    }
    if (this.#grant === null) throw notAuthenticated();
    if ('type' in message) return this.#sendFrame(Frame.of(PONG));
    switch (message.action) {
      case 'hello':
        return this.#greet(message);
      case 'subscribe':
        return this.#subscribe(message);
      case 'unsubscribe':
        if (!this.#isV1) throw new RequestError('unknown_action', 'Unknown action: say "hello" first');
        return this.#send(this.#subscriptions.unsubscribe(message));
    }
  }

  /** Its answer and its first frame come together. */
  #subscribe(message: Subscribe): void {
    const sub = this.#isV1 ? message.sub : PLAIN;
    if (this.#isV1) this.#subscriptions.subscribe(message);
    else this.#subscriptions.subscribePlain(message);
    for (let count = this.#isV1 ? 2 : 1; count > 0 && this.#canSend(); count -= 1) {
      this.#sendFrame(this.#subscriptions.nextOf(sub));
    }
  }

  #authenticate({ token }: Auth): void {
    this.#isNoticeOwed = false;
    this.#isVerifying = true;
    this.#context.authenticator
      .verify(token, this.#peer)
      .then((verdict) => this.#authenticated(verdict))
      .catch((error: unknown) => {
        if (error instanceof StateError) {
          if (!this.#isOver) this.#sendAway();
          return;
        }
        this.#context.broke(error);
        this.#close(INTERNAL_ERROR, 'Internal error');
      });
  }

  #authenticated(grant: Grant | 'elsewhere' | null): void {
    this.#isVerifying = false;
    if (this.#isOver) return;
    if (grant === null || grant === 'elsewhere') {
      this.#send(authError(grant, this.#peer));
      this.#close(CLOSE_CODES.authenticationFailed, 'Authentication failed');
      return;
    }
    const wasLetIn = this.#grant !== null;
    this.#send({ type: 'auth_success' });
    this.#letIn(grant);
    if (this.#isV1 && !wasLetIn) this.#welcome();
    this.#context.fairQueue.enter(this);
  }

  #letIn(grant: Grant | null): void {
    this.#grant = grant;
    if (grant === null) return;
    this.#peer.admitted();
    this.#endsAtMs =
      grant.expiresInMs === null ? Infinity : this.#context.clock.sinceBoot() + grant.expiresInMs;
    this.#isExpiryTold = false;
    const scope = this.#context.scopes.of(grant.scope);
    if (scope === this.#scope) return;
    this.#scope = scope;
    for (const message of this.#subscriptions.look(scope.view)) this.#send(message);
    this.#hostUpdates.rescoped(scope.view);
  }

  #watchExpiry(inMs: number): void {
    if (inMs <= 0) {
      this.#expel('token_expired', CLOSE_CODES.tokenExpired, 'The token has expired');
    } else if (inMs <= EXPIRY_NOTICE_MS && this.#isV1 && !this.#isExpiryTold) {
      this.#isExpiryTold = true;
      this.#send({ type: 'auth_expiring', inMs: Math.floor(inMs) });
    }
  }

  /** Nobody can look at its client's token: it may come again. */
  #sendAway(): void {
    const error = tokensUnreadable();
    this.#sendError(error);
    this.#close(CLOSE_CODES.tokensUnreadable, error.message);
  }

  #expel(code: RequestErrorCode, closeCode: number, reason: string): void {
    // Not every transport has close codes.
    if (this.#isV1) this.#send({ type: 'error', error: reason, code });
    this.#close(closeCode, reason);
  }

  #greet({ v, id }: Hello): void {
    if (v !== PROTOCOL_VERSION) {
      throw new RequestError(
        'version_not_supported',
        `Version ${v} is not supported: say hello with v ${PROTOCOL_VERSION}`,
      );
    }
    if (!this.#isV1) this.#subscriptions.clear();
    this.#isV1 = true;
    this.#hostUpdates.welcomed(this.#scope.view);
    this.#send({ ...this.#scope.greeting.welcome, id });
  }

  #sendError(error: MessageError | RequestError, id?: RequestId): void {
    this.#isNoticeOwed = false;
    const { message, code } = error;
    const retryMs = error instanceof RequestError ? error.retryMs : undefined;
    this.#send(
      this.#isV1 ? { type: 'error', error: message, code, id, retryMs } : { type: 'error', error: message },
    );
  }

  #send(message: ServerMessage | PlainServerMessage): void {
    this.#sendFrame(Frame.of(encode(message)));
  }

  #close(code: number, reason: string): void {
    this.#end();
    this.#connection.close(code, reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#inbox.clear();
    this.#subscriptions.clear();
    this.#hostUpdates.stop();
  }
}

/** @throws MessageError */
function read(received: Received): ClientMessage {
  if (received.isMember) return checkClientMessage(received.value);
  guardMessage(received.text);
  return decodeClientMessage(received.text);
}

function notAuthenticated(): RequestError {
  return new RequestError('not_authenticated', 'Not authenticated');
}
