import { clientKeyOf } from '../addresses.ts';
import { CLOSE_CODES, WEBSOCKET_CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import { checkClientMessage, decodeClientMessage, MessageError } from '../../shared/protocol/codec.ts';
import {
  PONG,
  PROTOCOL_VERSION,
  type Auth,
  type ClientMessage,
  type Goodbye,
  type Hello,
  type RequestId,
  type Subscribe,
} from '../../shared/protocol/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { StateError } from '../auth/state-error.ts';
import type { Clock } from '../clock.ts';
import { type Connection, type Profile, type StreamListener } from './connection.ts';
import type { Peer } from '../auth/peer.ts';
import { Delivery, type DeliveryOwner } from './delivery.ts';
import type { FairQueue } from './fair-queue.ts';
import { NOTHING, type Grant } from '../auth/grant.ts';
import type { ScopeCache } from './scope-cache.ts';
import { authError, orRefused } from './authenticate-request.ts';
import { encodeCursor } from './cursor.ts';
import { Inbox, type Received } from './inbox.ts';
import { MessageBudget } from './message-budget.ts';
import { messagePack } from './message-pack.ts';
import { guardMessage } from './message-guard.ts';
import { RequestError, tokensUnreadable, type RequestErrorCode } from './request-error.ts';
import { HEARTBEAT_MS } from './welcome.ts';

/** What all sessions share. */
export interface SessionContext {
  readonly scopes: ScopeCache;
  /** The sessions that are not in cohorts: those that are served one by one. */
  readonly loose: Set<Session>;
  /** Called with the bytes of each message sent. */
  readonly countSent: (bytes: number) => void;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  /** Shares out processor time among clients. */
  readonly fairQueue: FairQueue;
  /** Called with a defect that closed a client's connection. */
  readonly broke: (error: unknown) => void;
}

/** How a client connected. */
export interface SessionOptions {
  readonly profile: Profile;
  readonly peer: Peer;
  readonly grant?: Grant | null;
}

/** A v1 client without a token gets one notice after this time. */
const TOKEN_NOTICE_MS = 1000;
/** How long a client may stay connected without showing a token. */
const AUTHENTICATION_MS = 10_000;
/** When to try again after messages did not fit into the inbox. */
const BEHIND_MS = 1000;
/** How long before its token expires a client is warned. */
const EXPIRY_NOTICE_MS = 60_000;

/** One client's protocol state (docs/protocol.md): its profile, its grant, its messages. */
export class Session implements StreamListener, DeliveryOwner {
  readonly clientKey: string;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #ended: (session: Session) => void;
  readonly #peer: Peer;
  readonly #openedMs: number;
  readonly #delivery: Delivery;
  readonly #inbox = new Inbox();
  readonly #budget: MessageBudget;
  #isV1: boolean;
  #isOver = false;
  /** What the client may do; `null` before it is authenticated. */
  #grant: Grant | null = null;
  /** When the grant ends, as time since boot: includes sleep, ignores clock steps. */
  #endsAtMs = Number.POSITIVE_INFINITY;
  #isExpiryNoticeSent = false;
  #isTokenNoticeDue: boolean;
  /** A token is being verified; later messages wait. */
  #isVerifying = false;

  /**
   * @param ended called exactly once, when the connection has closed
   * @param grant of a client that was authenticated while connecting
   */
  constructor(
    connection: Connection,
    { profile, peer, grant = null }: SessionOptions,
    context: SessionContext,
    ended: (session: Session) => void,
  ) {
    this.#connection = connection;
    this.#context = context;
    this.#ended = ended;
    this.#peer = peer;
    this.clientKey = clientKeyOf(peer.address);
    this.#budget = new MessageBudget(context.clock);
    this.#isV1 = profile === 'v1';
    this.#openedMs = context.clock.now();
    this.#delivery = new Delivery({
      connection,
      clock: context.clock,
      scope: context.scopes.of(NOTHING),
      owner: this,
      countSent: context.countSent,
    });
    this.#grantAccess(grant ?? context.authenticator.anonymous(peer));
    this.#isTokenNoticeDue = this.#isV1 && this.#grant === null;
    if (this.#isV1 && this.#grant !== null) this.#delivery.welcome();
  }

  received(message: string | Uint8Array): void {
    if (this.#isOver || this.#isTooFast()) return;
    this.#budget.countWaiting(this.#inbox.add(message));
    if (this.#budget.isBehind) this.#refuseTooFast(BEHIND_MS);
    this.#context.fairQueue.enter(this);
  }

  /** @throws RequestRefusal for a subscription that would be refused */
  check(request: Subscribe): void {
    orRefused(() => this.#delivery.check(request), request.id);
  }

  /** Performs the subscriptions that the client sent while connecting, one after the other. */
  subscribeAll(requests: readonly Subscribe[]): void {
    this.#inbox.open(requests);
    this.#context.fairQueue.enter(this);
  }

  /** Handles one message, or sends one frame; does nothing while the client does not read. */
  step(): boolean {
    try {
      if (this.#hasWork()) this.#takeStep();
      return this.#hasWork();
    } catch (error) {
      // A defect of ours costs this client its connection, but not the agent its life.
      this.#context.broke(error);
      this.#close(WEBSOCKET_CLOSE_CODES.internalError, 'Internal error');
      return false;
    }
  }

  seated(): void {
    this.#context.loose.delete(this);
  }

  stood(): void {
    this.#context.loose.add(this);
  }

  cursor(): string {
    return encodeCursor(this.#delivery.positions);
  }

  drained(): void {
    this.#delivery.drained();
    this.#context.fairQueue.enter(this);
  }

  closed(): void {
    this.#end();
    this.#ended(this);
  }

  /**
   * Called about once a second while it is loose: sends the heartbeat or notice that is due, and closes if the token is late or expired.
   * @param isOnTime whether the connection may check liveness by what arrived since the last round
   * @param sinceBootMs as `Clock.sinceBoot`
   */
  round(isOnTime: boolean, sinceBootMs: number): void {
    if (isOnTime) this.#connection.round();
    if (this.#isOver) return;
    if (this.#delivery.round()) this.#context.fairQueue.enter(this);
    const nowMs = this.#context.clock.now();
    // A client whose token is being verified has shown one.
    const isAwaited = this.#grant === null && !this.#isVerifying;
    if (isAwaited && nowMs - this.#openedMs >= AUTHENTICATION_MS) {
      this.#close(CLOSE_CODES.authenticationTimeout, 'No token was shown in time');
      return;
    }
    this.#watchExpiry(this.#endsAtMs - sinceBootMs);
    if (!this.#isV1 || this.#isOver) return;
    const silentMs = nowMs - this.#delivery.lastSentMs;
    if (this.#isTokenNoticeDue && silentMs >= TOKEN_NOTICE_MS) this.#sendError(notAuthenticated());
    if (this.#grant === null || silentMs < HEARTBEAT_MS) return;
    this.#delivery.send({ type: 'heartbeat', ts: this.#context.clock.wallNow() });
  }

  /** Closes if this client's token was revoked, or cannot be verified now. */
  recheck(): void {
    if (this.#isOver || this.#grant === null) return;
    const status = this.#context.authenticator.status(this.#grant);
    if (status instanceof StateError) this.#closeUnverifiable();
    else if (status === 'revoked')
      this.#expel('token_revoked', CLOSE_CODES.tokenRevoked, 'The token was revoked');
  }

  /** Closes because the server shuts down, after a goodbye to a v1 client. */
  dismiss(goodbye: Goodbye): void {
    this.#delivery.flush();
    if (this.#isV1) this.#delivery.send(goodbye);
    this.#close(goodbye.code, goodbye.reason);
  }

  /** Called when hosts were added or removed: ends subscriptions to removed hosts. */
  hostsChanged(): void {
    if (!this.#isOver) this.#delivery.hostsChanged();
  }

  #hasWork(): boolean {
    if (this.#isOver || !this.#delivery.canSend) return false;
    return this.#delivery.isBehind || (!this.#inbox.isEmpty && !this.#isVerifying);
  }

  #takeStep(): void {
    const received = this.#isVerifying ? undefined : this.#inbox.take();
    if (received === undefined) this.#delivery.step();
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

  /** Whether the client exceeds its rate: warns it, and closes if it does not stop. */
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
    // An unauthenticated client learns nothing else, not even what was wrong.
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
    if ('type' in message) return this.#delivery.sendText(PONG);
    switch (message.action) {
      case 'hello':
        return this.#greet(message);
      case 'subscribe':
        if (this.#isV1) return this.#delivery.subscribe(message);
        return this.#delivery.subscribePlain(message);
      case 'unsubscribe':
        this.#requireV1();
        return this.#delivery.unsubscribe(message);
      case 'history':
        this.#requireV1();
        return this.#delivery.answer(message);
      case 'cancel':
        this.#requireV1();
        return this.#delivery.cancel(message);
    }
  }

  #requireV1(): void {
    if (!this.#isV1) throw new RequestError('unknown_action', 'Unknown action: say "hello" first');
  }

  #authenticate({ token }: Auth): void {
    this.#isTokenNoticeDue = false;
    this.#isVerifying = true;
    this.#context.authenticator
      .verify(token, this.#peer)
      .then((verdict) => this.#authenticated(verdict))
      .catch((error: unknown) => {
        if (error instanceof StateError) {
          if (!this.#isOver) this.#closeUnverifiable();
          return;
        }
        this.#context.broke(error);
        this.#close(WEBSOCKET_CLOSE_CODES.internalError, 'Internal error');
      });
  }

  #authenticated(grant: Grant | 'wrong_origin' | null): void {
    this.#isVerifying = false;
    if (this.#isOver) return;
    if (grant === null || grant === 'wrong_origin') {
      this.#delivery.send(authError(grant, this.#peer));
      this.#close(CLOSE_CODES.authenticationFailed, 'Authentication failed');
      return;
    }
    const hadGrant = this.#grant !== null;
    this.#delivery.send({ type: 'auth_success' });
    this.#grantAccess(grant);
    if (this.#isV1 && !hadGrant) this.#delivery.welcome();
    this.#context.fairQueue.enter(this);
  }

  #grantAccess(grant: Grant | null): void {
    this.#grant = grant;
    if (grant === null) return;
    this.#peer.markAuthenticated();
    this.#endsAtMs =
      grant.expiresInMs === null ? Infinity : this.#context.clock.sinceBoot() + grant.expiresInMs;
    this.#isExpiryNoticeSent = false;
    this.#delivery.standsAtMs = this.#endsAtMs - EXPIRY_NOTICE_MS;
    this.#delivery.rescope(this.#context.scopes.of(grant.scope));
  }

  #watchExpiry(inMs: number): void {
    if (inMs <= 0) {
      this.#expel('token_expired', CLOSE_CODES.tokenExpired, 'The token has expired');
    } else if (inMs <= EXPIRY_NOTICE_MS && this.#isV1 && !this.#isExpiryNoticeSent) {
      this.#isExpiryNoticeSent = true;
      this.#delivery.send({ type: 'auth_expiring', inMs: Math.floor(inMs) });
    }
  }

  /** Closes because the client's token cannot be verified now; the client may try again. */
  #closeUnverifiable(): void {
    const error = tokensUnreadable();
    this.#sendError(error);
    this.#close(CLOSE_CODES.tokensUnreadable, error.message);
  }

  #expel(code: RequestErrorCode, closeCode: number, reason: string): void {
    // Send the reason as a message too, since not every transport has close codes.
    if (this.#isV1) this.#delivery.send({ type: 'error', error: reason, code });
    this.#close(closeCode, reason);
  }

  #greet({ v, id }: Hello): void {
    if (v !== PROTOCOL_VERSION) {
      throw new RequestError(
        'version_not_supported',
        `Version ${v} is not supported: say hello with v ${PROTOCOL_VERSION}`,
      );
    }
    if (!this.#isV1) this.#delivery.endSubscriptions();
    this.#isV1 = true;
    this.#delivery.welcome(id);
  }

  #sendError(error: MessageError | RequestError, id?: RequestId): void {
    this.#isTokenNoticeDue = false;
    const { message, code } = error;
    const retryMs = error instanceof RequestError ? error.retryMs : undefined;
    this.#delivery.send(
      this.#isV1 ? { type: 'error', error: message, code, id, retryMs } : { type: 'error', error: message },
    );
  }

  #close(code: number, reason: string): void {
    this.#end();
    this.#connection.close(code, reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#inbox.clear();
    this.#delivery.stop();
  }
}

/** @throws MessageError */
function read(received: Received): ClientMessage {
  if (received.isMember) return checkClientMessage(received.value);
  const { message } = received;
  if (typeof message !== 'string') return messagePack().decodeClientBytes(message);
  guardMessage(message);
  return decodeClientMessage(message);
}

function notAuthenticated(): RequestError {
  return new RequestError('not_authenticated', 'Not authenticated');
}
