import { CLOSE_CODES, comebackAfter, CONNECTION_BROKEN, type Comeback } from '../protocol/close-codes.ts';
import type { Clock } from '../clock.ts';
import type {
  ClientRequest,
  ErrorMessage,
  Goodbye,
  HostMessage,
  Metrics,
  Unsubscribed,
  WelcomeMessage,
} from '../protocol/messages.ts';
import { PING, PONG } from '../protocol/constants.ts';
import { MessageError } from '../protocol/wire-json.ts';
import { DEFAULT_BACKOFF, fullJitterMs, refusedDelayMs } from './backoff.ts';
import {
  ClientSubscription,
  subOf,
  type SubscriptionListener,
  type SubscriptionRequest,
} from './client-subscription.ts';
import { describeLoss, OFFLINE, type ConnectionStatus } from './connection-status.ts';
import { OverviewSubscription, type HostsListener } from './overview-subscription.ts';
import { PacedRequests } from './paced-requests.ts';
import { decodeServerFrame } from './server-frames.ts';
import type { ConnectionRefusal, FrameDecoder, Transport, TransportConnection } from './transport.ts';
import { Watchdog } from './watchdog.ts';
import { readWelcome, withHost, type Welcome } from './welcome.ts';

export interface MetricsClientOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Jitter in [0, 1). */
  readonly random: () => number;
  /** Sent before any other request. */
  readonly token?: string | undefined;
}

/** How long a connection must last before the backoff restarts (RC-1). */
const STABLE_AFTER_MS = 5000;

/** When to ask again for a host that is not known, and at most how long after that, doubled each time. */
const ASK_FROM_MS = 1000;
const ASK_AT_MOST_MS = 30_000;

/** After a break in the sequence the client subscribes again at once; after this many it backs off. */
const MOST_BREAKS = 3;
const BREAKS_WITHIN_MS = 10_000;
const TOKEN_NEEDED = 'The agent asks for a token';
const NOT_SHOWN = 'The token does not show this any more';
/** Errors that invalidate the token. Not every transport has a close code for it. */
const TOKEN_IS_OVER: ReadonlySet<string> = new Set(['token_expired', 'token_revoked']);
/** Close codes after which another token may work. */
const FOR_TOKEN: ReadonlySet<number> = new Set([
  CLOSE_CODES.authenticationFailed,
  CLOSE_CODES.authenticationTimeout,
  CLOSE_CODES.tokenExpired,
  CLOSE_CODES.tokenRevoked,
]);

/**
 * One client of one agent: opens a v1 connection (the transport selects the profile), reconnects (RC-1, RC-3), detects a dead
 * connection (HB-2), and resumes its subscriptions after every reconnect without losing a sample (RT-9). Independent of DOM and Node:
 * transport and clock are injected.
 */
export class MetricsClient {
  readonly #options: MetricsClientOptions;
  readonly #subscriptions = new Map<string, ClientSubscription>();
  readonly #overviews = new Map<string, OverviewSubscription>();
  readonly #statusListeners = new Set<(status: ConnectionStatus) => void>();
  readonly #welcomeListeners = new Set<(welcome: Welcome) => void>();
  readonly #expiryListeners = new Set<() => void>();
  readonly #watchdog: Watchdog;
  #status: ConnectionStatus = { state: 'disconnected' };
  #connection: TransportConnection | null = null;
  #decoder: FrameDecoder | undefined;
  #token: string | undefined;
  #isTokenExpiring = false;
  #requests: PacedRequests | null = null;
  #transportName = '';
  #welcome: Welcome | null = null;
  #goodbye: Goodbye | null = null;
  /** Why this connection is about to end, if known more precisely than by the close code. */
  #failure: string | null = null;
  #isHopeless = false;
  #isHeld = false;
  /** `sub` of each subscription that a one-way connection was opened with. */
  #told = new Set<string>();
  /** When the sequence broke, newest last. */
  #breaksAtMs: number[] = [];
  /** Callbacks of unanswered pings, in the order of the answers. */
  #pings: (() => void)[] = [];
  #attempt = 0;
  #nextSub = 1;
  #cancelRetry: () => void = () => {};
  #cancelStable: () => void = () => {};
  readonly #cancelQuestions = new Set<() => void>();

  constructor(options: MetricsClientOptions) {
    this.#options = options;
    this.#token = options.token;
    this.#watchdog = new Watchdog(options.clock, () => this.#abandon('Nothing was heard from the agent'));
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The welcome of the newest connection, including later changes of hosts; `null` before the first. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  start(): void {
    if (this.#connection !== null || this.#status.state === 'reconnecting') return;
    if (this.#isHeld) {
      this.#setStatus(OFFLINE);
      return;
    }
    this.#connect();
    this.#setStatus({ state: 'connecting' });
  }

  /** Disconnects until `start()`, which resumes the subscriptions. */
  stop(): void {
    this.#cancelRetry();
    this.#attempt = 0;
    this.#detach()?.close();
    this.#setStatus({ state: 'disconnected' });
  }

  /** Makes the scheduled attempt now: the network came back, or the page became visible. */
  retryNow(): void {
    if (this.#status.state !== 'reconnecting' || this.#connection !== null) return;
    this.#cancelRetry();
    this.#connect();
  }

  /** Makes no attempts until `release()`, because there is no network (RC-1). Keeps a working connection. */
  hold(): void {
    this.#isHeld = true;
    this.#cancelRetry();
    if (this.#status.state === 'reconnecting' && this.#connection === null) {
      this.#setStatus(OFFLINE);
    }
  }

  /** Ends `hold()` and connects at once. */
  release(): void {
    this.#isHeld = false;
    this.retryNow();
  }

  /**
   * Checks now whether the connection is alive: timers may have been suspended, and so may the clock while the machine slept. Pings
   * the agent, or renews a one-way connection.
   */
  checkAlive(): void {
    this.#watchdog.check();
    if (this.#status.state !== 'connected') return;
    if (!this.ping(() => {})) this.#connection?.renew();
    this.#watchdog.probe();
  }

  /**
   * Pings the agent and reports the round trip time.
   * @returns false without a connection, or over a one-way connection
   */
  ping(answered: (roundTripMs: number) => void): boolean {
    if (this.#status.state !== 'connected' || this.#connection?.canSend !== true) return false;
    const askedAtMs = this.#options.clock.now();
    this.#pings.push(() => answered(this.#options.clock.now() - askedAtMs));
    this.#connection.send(PING);
    return true;
  }

  /** Subscribes now, or as soon as there is a connection. @returns the undo */
  subscribe(request: SubscriptionRequest, listener: SubscriptionListener): () => void {
    return this.#add(this.#subscriptions, (sub) => new ClientSubscription(sub, request, listener));
  }

  /**
   * Follows how hosts are, now or as soon as there is a connection.
   * @param patterns ids, labels, globs of them, and `key=value` of the hosts' labels; at most 64
   * @returns the undo
   */
  followHosts(patterns: readonly string[], listener: HostsListener): () => void {
    return this.#add(this.#overviews, (sub) => new OverviewSubscription(sub, patterns, listener));
  }

  #add<T extends ClientSubscription | OverviewSubscription>(
    all: Map<string, T>,
    create: (sub: string) => T,
  ): () => void {
    const sub = String(this.#nextSub);
    this.#nextSub += 1;
    const subscription = create(sub);
    all.set(sub, subscription);
    this.#requestAgain(subscription);
    return () => {
      if (!all.delete(sub)) return;
      if (this.#status.state === 'connected') this.#sendOrRenew({ action: 'unsubscribe', sub });
    };
  }

  /** All subscriptions, in the order in which they began. */
  get #all(): (ClientSubscription | OverviewSubscription)[] {
    return [...this.#subscriptions.values(), ...this.#overviews.values()];
  }

  /** Calls `listener` with the current status at once and with each change. @returns the undo */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => this.#statusListeners.delete(listener);
  }

  /** Calls `listener` with the last welcome at once, if any, and with each change of it. @returns the undo */
  onWelcome(listener: (welcome: Welcome) => void): () => void {
    this.#welcomeListeners.add(listener);
    if (this.#welcome !== null) listener(this.#welcome);
    return () => this.#welcomeListeners.delete(listener);
  }

  /** Whether the agent announced that the token is about to expire, and no other was sent since. */
  get isTokenExpiring(): boolean {
    return this.#isTokenExpiring;
  }

  /** Calls `listener` when the token is about to expire: time for `authenticate()`. @returns the undo */
  onTokenExpiring(listener: () => void): () => void {
    this.#expiryListeners.add(listener);
    return () => this.#expiryListeners.delete(listener);
  }

  /** Uses another token from now on, over the current connection: no sample is missed. */
  authenticate(token: string): void {
    this.#token = token;
    this.#isTokenExpiring = false;
    if (this.#status.state !== 'connected') return;
    if (this.#connection?.canSend === false) this.#connection.renew();
    else this.#showToken();
  }

  #showToken(): void {
    if (this.#token !== undefined) this.#send({ type: 'auth', token: this.#token });
  }

  #connect(): void {
    this.#goodbye = null;
    this.#failure = null;
    this.#isHopeless = false;
    this.#isTokenExpiring = false;
    for (const subscription of this.#subscriptions.values()) subscription.reconnecting();
    // Ignore events of a connection that was replaced or stopped: its `closed` may come late.
    const isCurrent = (): boolean => this.#connection === connection;
    const purpose = {
      token: this.#token,
      // On a one-way connection, one refused subscription fails the whole request.
      subscriptions: () => {
        const wanted = this.#all.filter(({ isRefused }) => !isRefused);
        this.#told = new Set(wanted.map(({ sub }) => sub));
        return wanted.map((subscription) => subscription.toRequest());
      },
    };
    const connection = this.#options.transport.connect(purpose, {
      opened: (transport, decoder) => {
        if (!isCurrent()) return;
        this.#decoder = decoder;
        this.#transportName = transport;
        this.#watchdog.start();
        this.#showToken();
      },
      received: (frame) => {
        if (isCurrent()) this.#receive(frame, isCurrent);
      },
      closed: (code, reason, refusal) => {
        if (isCurrent()) this.#lost(code, reason, refusal);
      },
    });
    this.#connection = connection;
    this.#requests = new PacedRequests(this.#options.clock, (text) => connection.send(text));
    if (this.#status.state === 'reconnecting') this.#setStatus({ ...this.#status, retryAtMs: null });
  }

  #receive(frame: string | Uint8Array, isCurrent: () => boolean): void {
    this.#watchdog.feed();
    if (frame === PONG) this.#pings.shift()?.();
    try {
      for (const message of decodeServerFrame(frame, this.#decoder)) {
        // A listener may have stopped the client in the middle of a batch.
        if (isCurrent()) this.#dispatch(message);
      }
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#abandon(`The agent's answer was not understood (${error.message})`);
    }
  }

  #dispatch(message: ReturnType<typeof decodeServerFrame>[number]): void {
    switch (message.type) {
      case 'welcome':
        this.#welcomed(message);
        return;
      case 'subscribed':
        this.#subscriptions.get(message.sub)?.announced(message);
        return;
      case 'host':
        this.#hostChanged(message);
        return;
      case 'metrics':
        this.#sampled(message);
        return;
      case 'table':
        this.#subscriptions.get(message.sub)?.tabled(message);
        return;
      case 'alert':
        this.#subscriptions.get(message.sub)?.alerted(message);
        return;
      case 'gap':
        this.#subscriptions.get(message.sub)?.gap(message);
        return;
      case 'error':
        this.#refused(message);
        return;
      case 'goodbye':
        this.#goodbye = message;
        return;
      case 'auth_error':
        this.#failure = this.#token === undefined ? TOKEN_NEEDED : message.error;
        return;
      case 'auth_expiring':
        this.#isTokenExpiring = true;
        for (const listener of this.#expiryListeners) listener();
        return;
      case 'unsubscribed':
        this.#unsubscribed(message);
        return;
      case 'hosts':
        this.#overviews.get(message.sub)?.told(message);
        return;
      // Signs of life only.
      case 'heartbeat':
      case 'auth_success':
        return;
    }
  }

  #welcomed(message: WelcomeMessage): void {
    const welcome = readWelcome(message, this.#welcome);
    this.#welcome = welcome;
    for (const { sub } of this.#changedBy(welcome)) this.#told.delete(sub);
    this.#watchdog.expect(welcome.heartbeat.intervalMs);
    this.#cancelStable();
    this.#cancelStable = this.#options.clock.schedule(() => {
      this.#attempt = 0;
    }, STABLE_AFTER_MS);
    const connection = this.#connection;
    for (const listener of this.#welcomeListeners) listener(welcome);
    if (this.#connection !== connection) return;
    // Subscriptions that a status listener adds send their own request.
    const waiting = this.#all;
    // A renewed connection is welcomed again without a change of status.
    const wasConnected = this.#status.state === 'connected' && this.#status.transport === this.#transportName;
    if (!wasConnected) this.#setStatus({ state: 'connected', transport: this.#transportName });
    if (this.#connection !== connection) return;
    if (connection?.canSend === false) {
      if (waiting.some(({ sub, isRefused }) => !isRefused && !this.#told.has(sub))) connection.renew();
      return;
    }
    for (const subscription of waiting) {
      const { sub } = subscription;
      if (this.#subscriptions.has(sub) || this.#overviews.has(sub)) this.#sendSubscription(subscription);
    }
  }

  #hostChanged(message: HostMessage): void {
    if (this.#welcome === null) return;
    this.#welcome = withHost(this.#welcome, message);
    for (const subscription of this.#changedBy(this.#welcome)) {
      // Samples of the old series may still arrive; the new subscription repeats them.
      subscription.suspend();
      this.#requestAgain(subscription);
    }
    for (const listener of this.#welcomeListeners) listener(this.#welcome);
  }

  /** The subscriptions to send again because more of their metrics exist. */
  #changedBy(welcome: Welcome): ClientSubscription[] {
    return [...this.#subscriptions.values()].filter((subscription) => subscription.look(welcome));
  }

  #sampled(message: Metrics): void {
    const subscription = this.#subscriptions.get(message.sub);
    if (subscription === undefined || subscription.sampled(message)) return;
    const nowMs = this.#options.clock.now();
    this.#breaksAtMs = [...this.#breaksAtMs.filter((atMs) => nowMs - atMs < BREAKS_WITHIN_MS), nowMs];
    if (this.#breaksAtMs.length > MOST_BREAKS) {
      this.#abandon("The agent's samples do not follow each other");
      return;
    }
    subscription.suspend();
    this.#requestAgain(subscription);
  }

  /** Sends a subscription over the current connection, if any: a new connection begins with all of them. */
  #requestAgain(subscription: ClientSubscription | OverviewSubscription): void {
    if (this.#status.state !== 'connected') return;
    if (this.#connection?.canSend === false) this.#connection.renew();
    else this.#sendSubscription(subscription);
  }

  /** Sends a request, or renews a one-way connection, which then carries the change. */
  #sendOrRenew(request: ClientRequest): void {
    if (this.#connection?.canSend === false) this.#connection.renew();
    else this.#send(request);
  }

  #refused(error: ErrorMessage): void {
    const sub = subOf(error.id);
    const subscription = this.#subscriptions.get(sub) ?? this.#overviews.get(sub);
    if (subscription !== undefined) {
      const isNews = !subscription.isRefused;
      const isChanged = subscription.refused(error, this.#welcome);
      // A refusal ends the one request of a one-way connection: continue the other subscriptions in a new one.
      const connection = this.#connection;
      if (isChanged) this.#requestAgain(subscription);
      else if (isNews && this.#status.state === 'connected' && connection?.canSend === false)
        connection.renew();
      if (error.code === 'unknown_host' && subscription instanceof ClientSubscription)
        this.#askLater(subscription);
    } else if (error.code === 'tokens_unreadable') {
      // A better explanation than the close that follows.
      this.#failure = error.error;
    } else if (TOKEN_IS_OVER.has(error.code)) {
      this.#isHopeless = true;
      this.#abandon(error.error);
    } else if (error.code === 'not_authenticated' && this.#token === undefined) {
      this.#isHopeless = true;
      this.#abandon(TOKEN_NEEDED);
    }
  }

  /** A gateway that has just started hears of its hosts one after the other. */
  #askLater(subscription: ClientSubscription): void {
    const connection = this.#connection;
    const longestMs = Math.min(ASK_AT_MOST_MS, ASK_FROM_MS * 2 ** subscription.unknownHostCount);
    const delayMs = (longestMs * (1 + this.#options.random())) / 2;
    const cancel = this.#options.clock.schedule(() => {
      this.#cancelQuestions.delete(cancel);
      const isOver = this.#connection !== connection || !subscription.isRefused;
      if (isOver || this.#subscriptions.get(subscription.sub) !== subscription) return;
      subscription.forgive();
      this.#requestAgain(subscription);
    }, delayMs);
    this.#cancelQuestions.add(cancel);
  }

  #unsubscribed({ sub, reason }: Unsubscribed): void {
    const subscription = this.#subscriptions.get(sub);
    if (subscription === undefined) return;
    if (reason !== 'unknown_host') {
      subscription.ended({ error: NOT_SHOWN, code: reason });
      return;
    }
    // Another may have taken its place, with another interval: only the answer tells.
    subscription.suspend();
    this.#requestAgain(subscription);
  }

  /** Closes the connection without waiting for the agent, which may not answer. */
  #abandon(reason: string): void {
    this.#failure = reason;
    this.#detach()?.close();
    this.#lost(CONNECTION_BROKEN, reason);
  }

  #detach(): TransportConnection | null {
    const connection = this.#connection;
    this.#connection = null;
    this.#requests?.stop();
    this.#pings = [];
    this.#watchdog.stop();
    this.#cancelStable();
    for (const cancel of this.#cancelQuestions) cancel();
    this.#cancelQuestions.clear();
    return connection;
  }

  #lost(code: number, reason: string, refusal?: ConnectionRefusal): void {
    this.#detach();
    for (const subscription of this.#subscriptions.values()) subscription.suspend();
    if (this.#status.state === 'connected') for (const subscription of this.#all) subscription.forgive();
    const why = this.#failure ?? this.#goodbye?.reason ?? (reason || describeLoss(code, this.#status));
    const comeback = comebackAfter(code);
    if (comeback === 'never' || this.#isHopeless) {
      const isForToken = this.#isHopeless || FOR_TOKEN.has(code);
      this.#setStatus({ state: 'error', reason: why, ...(isForToken ? { isForToken } : {}) });
      return;
    }
    if (this.#isHeld) {
      this.#setStatus(OFFLINE);
      return;
    }
    const delayMs =
      refusal === undefined ? this.#retryDelayMs(comeback) : refusedDelayMs(refusal, this.#options.random());
    this.#attempt += 1;
    this.#cancelRetry = this.#options.clock.schedule(() => this.#connect(), delayMs);
    this.#setStatus({
      state: 'reconnecting',
      reason: why,
      retryAtMs: this.#options.clock.now() + delayMs,
      ...(this.#goodbye === null ? {} : { isGoodbye: true }),
      ...(refusal === undefined ? {} : { isRefused: true }),
      ...(refusal?.code === 'too_many_attempts' ? { isForToken: true } : {}),
    });
  }

  /** Adds jitter to `goodbye.retryMs`: every client of that server got the same value. */
  #retryDelayMs(comeback: Comeback): number {
    const attempt = comeback === 'now' ? 0 : this.#attempt;
    const limits = this.#welcome?.reconnect ?? DEFAULT_BACKOFF;
    const jitterMs = fullJitterMs(attempt, this.#options.random(), limits);
    return (this.#goodbye?.retryMs ?? 0) + jitterMs;
  }

  #sendSubscription(subscription: ClientSubscription | OverviewSubscription): void {
    subscription.requested();
    this.#send(subscription.toRequest());
  }

  #send(request: ClientRequest): void {
    if (this.#connection !== null) this.#requests?.add(request);
  }

  /** Called last in every step: a listener may start or stop the client, which reports the new status to all listeners itself. */
  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of this.#statusListeners) {
      if (this.#status === status) listener(status);
    }
  }
}
