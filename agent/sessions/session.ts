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
import type { FairQueue, Worker } from './fair-queue.ts';
import { NOTHING, type Grant } from '../auth/grant.ts';
import type { ScopedView, ScopeCache } from './scope-cache.ts';
import type { Feed } from '../hosts/feed.ts';
import { authError, orRefused } from './authenticate-request.ts';
import { encodeCursor } from './cursor.ts';
import { Inbox, type Received } from './inbox.ts';
import { MessageBudget } from './message-budget.ts';
import { guardMessage } from './message-guard.ts';
import { RequestError, tokensUnreadable, type RequestErrorCode } from './request-error.ts';
import { SubscriptionSet } from './subscription-set.ts';
import type { Outlet } from './subscription.ts';
import { HEARTBEAT_MS } from './welcome.ts';

/** A host where something comes and goes all the time sends its catalogue no more often. */
const HOST_EVERY_MS = 1000;

/** What all sessions share. */
export interface SessionContext {
  readonly feed: Feed;
  readonly audiences: ScopeCache;
  /** Told of each message that is sent, bytes. */
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
export class Session implements StreamListener, Outlet, Worker {
  readonly subscriber: string;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #ended: (session: Session) => void;
  readonly #subscriptions: SubscriptionSet;
  readonly #peer: Peer;
  readonly #openedMs: number;
  #audience: ScopedView;
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
  /** Of the feed, as the client was told; `null` before the welcome. */
  #hostRevision: number | null = null;
  #hostToldMs = Number.NEGATIVE_INFINITY;
  /** What it was told of the host last. */
  #hostFrame: Frame | null = null;

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
    this.#audience = context.audiences.of(NOTHING);
    this.#subscriptions = new SubscriptionSet(this.#audience.view, this, (_answer, text) =>
      this.send(Frame.of(text)),
    );
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
    this.#tellOfHost();
    this.#subscriptions.wake();
    this.#context.fairQueue.enter(this);
  }

  closed(): void {
    this.#end();
    this.#ended(this);
  }

  canSend(): boolean {
    return this.#connection.canSend();
  }

  send(frame: Frame): void {
    this.#lastSentMs = this.#context.clock.now();
    this.#context.countSent(frame.wire.length);
    this.#connection.send(frame);
  }

  /**
   * A sample is there: sends what is due, unless that is a lot. A client that does not read is sent nothing, so that costs nothing and is done at once.
   * @returns whether there is something left for its turns
   */
  wake(): boolean {
    this.#tellOfHost();
    if (this.#subscriptions.isLight || !this.canSend()) this.#subscriptions.sampled();
    else this.#subscriptions.wake();
    return this.#subscriptions.isBehind;
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

  #welcome(): void {
    this.#hostRevision = this.#context.feed.revision;
    this.#hostFrame = this.#audience.greeting.hostFrame;
    this.send(this.#audience.greeting.welcomeFrame);
  }

  /** Something was plugged in or found out since the welcome, or since this was told last. */
  #tellOfHost(): void {
    const { feed, clock } = this.#context;
    if (this.#hostRevision === feed.revision || this.#hostRevision === null) return;
    if (clock.now() - this.#hostToldMs < HOST_EVERY_MS || !this.canSend()) return;
    this.#hostRevision = feed.revision;
    const frame = this.#audience.greeting.hostFrame;
    if (frame === this.#hostFrame || frame === null) return;
    this.#hostFrame = frame;
    this.#hostToldMs = clock.now();
    this.send(frame);
  }

  #canGoOn(): boolean {
    const hasWork = this.#subscriptions.isBehind || (!this.#inbox.isEmpty && !this.#isVerifying);
    return hasWork && !this.#isOver && this.canSend();
  }

  #takeStep(): void {
    const received = this.#isVerifying ? undefined : this.#inbox.take();
    if (received === undefined) this.#subscriptions.step();
    else this.#handle(received);
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
    if ('type' in message) return this.send(Frame.of(PONG));
    switch (message.action) {
      case 'hello':
        return this.#greet(message);
      case 'subscribe':
        return this.#isV1
          ? this.#subscriptions.subscribe(message)
          : this.#subscriptions.subscribePlain(message);
      case 'unsubscribe':
        if (!this.#isV1) throw new RequestError('unknown_action', 'Unknown action: say "hello" first');
        return this.#send(this.#subscriptions.unsubscribe(message));
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
    const audience = this.#context.audiences.of(grant.scope);
    if (audience === this.#audience) return;
    this.#audience = audience;
    this.#subscriptions.look(audience.view, (message) => this.#send(message));
    // Whoever had a welcome is told what else there is now.
    if (this.#hostRevision !== null) this.#hostRevision = -1;
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
    this.#hostRevision = this.#context.feed.revision;
    this.#hostFrame = this.#audience.greeting.hostFrame;
    this.#send({ ...this.#audience.greeting.welcome, id });
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
    this.send(Frame.of(encode(message)));
  }

  #close(code: number, reason: string): void {
    this.#end();
    this.#connection.close(code, reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#inbox.clear();
    this.#subscriptions.clear();
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
