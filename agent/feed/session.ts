import { CLOSE_CODES } from '../../shared/close-codes.ts';
import { checkClientMessage, decodeClientMessage, encode, MessageError } from '../../shared/codec.ts';
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
} from '../../shared/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Clock } from '../clock.ts';
import type { Connection, Profile, StreamListener } from '../transports/connection.ts';
import { Frame } from '../transports/frame.ts';
import type { Feed } from './feed.ts';
import { orRefused } from './admission.ts';
import { encodeCursor } from './cursor.ts';
import { MessageBudget } from './message-budget.ts';
import { guardMessage } from '../transports/message-guard.ts';
import { RequestError } from './request-error.ts';
import { SubscriptionSet } from './subscription-set.ts';
import type { Outlet } from './subscription.ts';
import { HEARTBEAT_MS, type Greeting } from './welcome.ts';

/** A host where something comes and goes all the time sends its catalogue no more often. */
const HOST_EVERY_MS = 1000;

/** What all sessions share. */
export interface SessionContext {
  readonly feed: Feed;
  readonly greeting: Greeting;
  /** Told of each message that is sent, bytes. */
  readonly countSent: (bytes: number) => void;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
}

type RequestId = string | number | undefined;

/** A v1 client that has shown no token by then is told that one is needed, once. */
const TOKEN_NOTICE_MS = 1000;

/** One client's protocol state (docs/protocol.md): its profile, whether it is let in, what it follows. */
export class Session implements StreamListener, Outlet {
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #ended: (session: Session) => void;
  readonly #admitted: () => void;
  readonly #subscriptions: SubscriptionSet;
  readonly #budget: MessageBudget;
  #isV1: boolean;
  #isLetIn: boolean;
  #isOver = false;
  #isNoticeOwed: boolean;
  #lastSentMs: number;
  /** Of the feed, as the client was told; `null` before the welcome. */
  #hostRevision: number | null = null;
  #hostToldMs = Number.NEGATIVE_INFINITY;

  /**
   * @param ended called exactly once, when the connection has closed
   * @param admitted called once the client is let in
   * @param isLetIn whether the client has shown who it is, or need not
   */
  constructor(
    connection: Connection,
    profile: Profile,
    context: SessionContext,
    ended: (session: Session) => void,
    admitted: () => void,
    isLetIn = !context.authenticator.required,
  ) {
    this.#connection = connection;
    this.#context = context;
    this.#ended = ended;
    this.#admitted = admitted;
    this.#subscriptions = new SubscriptionSet(context.feed, this, (answer) => this.#send(answer));
    this.#budget = new MessageBudget(() => context.clock.now());
    this.#isV1 = profile === 'v1';
    this.#isLetIn = isLetIn;
    this.#isNoticeOwed = this.#isV1 && !this.#isLetIn;
    this.#lastSentMs = context.clock.now();
    if (this.#isLetIn) admitted();
    if (this.#isV1 && this.#isLetIn) this.#welcome();
  }

  received(text: string): void {
    if (this.#isOver || this.#isTooFast()) return;
    this.#handle(() => {
      guardMessage(text);
      return decodeClientMessage(text);
    });
  }

  /** Subscribes for a client that said so while connecting. @throws Refusal */
  follow(requests: readonly Subscribe[]): void {
    for (const request of requests) {
      orRefused(() => this.#subscriptions.subscribe(request), request.id);
    }
  }

  cursor(): string {
    return encodeCursor(this.#subscriptions.positions());
  }

  drained(): void {
    this.wake();
  }

  closed(): void {
    this.#isOver = true;
    this.#subscriptions.clear();
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

  /** A sample is there: sends what is due. */
  wake(): void {
    this.#tellOfHost();
    this.#subscriptions.advance();
  }

  /** Sends the life sign or the notice that is owed by now, if any; called about once a second. */
  tick(): void {
    if (!this.#isV1) return;
    const silentMs = this.#context.clock.now() - this.#lastSentMs;
    if (this.#isNoticeOwed && silentMs >= TOKEN_NOTICE_MS) this.#sendError(notAuthenticated());
    if (!this.#isLetIn || silentMs < HEARTBEAT_MS) return;
    this.#send({ type: 'heartbeat', ts: this.#context.clock.wallNow() });
  }

  /** The server goes away: says goodbye to a client that knows the word, and closes. */
  dismiss(goodbye: Goodbye): void {
    if (this.#isV1) this.#send(goodbye);
    this.#close(goodbye.code, goodbye.reason);
  }

  #welcome(): void {
    this.#hostRevision = this.#context.feed.revision;
    this.send(this.#context.greeting.welcomeFrame);
  }

  /** Something was plugged in or found out since the welcome, or since this was told last. */
  #tellOfHost(): void {
    const { feed, greeting, clock } = this.#context;
    if (this.#hostRevision === feed.revision || this.#hostRevision === null) return;
    if (clock.now() - this.#hostToldMs < HOST_EVERY_MS || !this.canSend()) return;
    this.#hostRevision = feed.revision;
    this.#hostToldMs = clock.now();
    this.send(greeting.hostFrame);
  }

  #handle(read: () => ClientMessage, isMember = false): void {
    if (this.#isOver) return;
    let id: RequestId;
    try {
      const message = read();
      if ('id' in message) id = message.id;
      this.#perform(message, isMember);
    } catch (error) {
      if (error instanceof MessageError) this.#refuse(error, error.id);
      else if (error instanceof RequestError) this.#refuse(error, id);
      else throw error;
    }
  }

  /** Tells a client that sends too much, and ends with one that goes on. */
  #isTooFast(): boolean {
    const retryMs = this.#budget.spend();
    if (retryMs === 0) return false;
    const error = new RequestError(
      'messages_too_fast',
      'Too many messages: send at most 10 per second, or several as one batch',
      retryMs,
    );
    this.#sendError(error);
    if (this.#budget.isExhausted) this.#close(CLOSE_CODES.messagesTooFast, error.message);
    return true;
  }

  #refuse(error: MessageError | RequestError, id: RequestId): void {
    this.#answerRefused(error, id);
    if (error instanceof MessageError && this.#budget.countBad()) {
      this.#close(CLOSE_CODES.tooManyBadMessages, 'Too many messages that are not of the protocol');
    }
  }

  #answerRefused(error: MessageError | RequestError, id: RequestId): void {
    // Whoever has not been let in learns nothing else, not even what was wrong.
    if (!this.#isLetIn) {
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
      for (const member of message.messages) this.#handle(() => checkClientMessage(member), true);
      return;
    }
    if (!this.#isLetIn) throw notAuthenticated();
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
    if (!this.#context.authenticator.verify(token)) {
      this.#send({ type: 'auth_error', error: 'Invalid token' });
      this.#close(CLOSE_CODES.authenticationFailed, 'Authentication failed');
      return;
    }
    const wasLetIn = this.#isLetIn;
    this.#isLetIn = true;
    this.#admitted();
    this.#send({ type: 'auth_success' });
    if (this.#isV1 && !wasLetIn) this.#welcome();
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
    this.#send({ ...this.#context.greeting.welcome, id });
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
    this.#isOver = true;
    this.#subscriptions.clear();
    this.#connection.close(code, reason);
  }
}

function notAuthenticated(): RequestError {
  return new RequestError('not_authenticated', 'Not authenticated');
}
