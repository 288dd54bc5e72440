import { CLOSE_CODES, comebackAfter, type Comeback } from '../protocol/close-codes.ts';
import type { Clock } from '../clock.ts';
import type {
  ClientRequest,
  ErrorMessage,
  Goodbye,
  HostMessage,
  Metrics,
  Unsubscribed,
  Welcome,
} from '../protocol/messages.ts';
import { PING, PONG } from '../protocol/constants.ts';
import { MessageError } from '../protocol/wire-json.ts';
import { DEFAULT_BACKOFF, fullJitterMs, type BackoffLimits } from './backoff.ts';
import {
  ClientSubscription,
  type SubscriptionListener,
  type SubscriptionRequest,
} from './client-subscription.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { PacedRequests } from './paced-requests.ts';
import { decodeServerFrame } from './server-frames.ts';
import type { Refusal, Transport, TransportConnection } from './transport.ts';
import { Watchdog } from './watchdog.ts';

export interface MetricsClientOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** In [0, 1); jitter. */
  readonly random: () => number;
  /** Shown to the agent before anything else is asked. */
  readonly token?: string;
}

/** How long a connection must hold before the backoff starts over (RC-1). */
const STABLE_AFTER_MS = 5000;

/** A break in the sequence is asked for again at once; so many in a row are no accident, and the backoff takes over. */
const MOST_BREAKS = 3;
const BREAKS_WITHIN_MS = 10_000;
/** As long as an agent refuses an address for wrong tokens; whoever names a longer time is asked all the same. */
const LONGEST_REFUSAL_MS = 15 * 60_000;
const OFFLINE: ConnectionStatus = {
  state: 'reconnecting',
  reason: 'This device is offline',
  retryAtMs: null,
};
const TOKEN_NEEDED = 'The agent asks for a token';
/** Errors after which the same token is good no more. Not every transport has a close code that says so. */
const TOKEN_IS_OVER: ReadonlySet<string> = new Set(['token_expired', 'token_revoked']);
/** Another token may do where these closes were for this one. */
const FOR_TOKEN: ReadonlySet<number> = new Set([
  CLOSE_CODES.authenticationFailed,
  CLOSE_CODES.authenticationTimeout,
  CLOSE_CODES.tokenExpired,
  CLOSE_CODES.tokenRevoked,
]);

/**
 * One client of one agent: opens a v1 connection (the transport selects the profile), keeps it (RC-1, RC-3), notices when
 * it is dead (HB-2), and carries any number of subscriptions over every reconnect without losing a sample (RT-9). Knows no
 * DOM and no Node: transport and clock are brought along.
 */
export class MetricsClient {
  readonly #options: MetricsClientOptions;
  readonly #subscriptions = new Map<string, ClientSubscription>();
  readonly #statusListeners = new Set<(status: ConnectionStatus) => void>();
  readonly #welcomeListeners = new Set<(welcome: Welcome) => void>();
  readonly #expiryListeners = new Set<() => void>();
  readonly #watchdog: Watchdog;
  #status: ConnectionStatus = { state: 'disconnected' };
  #connection: TransportConnection | null = null;
  #token: string | undefined;
  #isTokenExpiring = false;
  #requests: PacedRequests | null = null;
  #transportName = '';
  #welcome: Welcome | null = null;
  #goodbye: Goodbye | null = null;
  /** Why this connection is about to end, when the client knows better than the close code. */
  #failure: string | null = null;
  #isHopeless = false;
  #isHeld = false;
  /** Subscriptions that a connection without a way back was opened with. */
  #told = new Set<string>();
  /** When frames did not follow each other, newest last. */
  #breaksAtMs: number[] = [];
  /** Those that were not answered yet, in the order in which they will be. */
  #pings: (() => void)[] = [];
  #attempt = 0;
  #nextSub = 1;
  #cancelRetry: () => void = () => {};
  #cancelStable: () => void = () => {};

  constructor(options: MetricsClientOptions) {
    this.#options = options;
    this.#token = options.token;
    this.#watchdog = new Watchdog(options.clock, () => this.#abandon('Nothing was heard from the agent'));
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** What the agent said of itself, changes included, from the newest connection; `null` before the first. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  /** Connects, unless that is under way already. */
  start(): void {
    if (this.#connection !== null || this.#status.state === 'reconnecting') return;
    if (this.#isHeld) {
      this.#setStatus(OFFLINE);
      return;
    }
    this.#connect();
    this.#setStatus({ state: 'connecting' });
  }

  /** Disconnects for good; `start()` begins anew, where the subscriptions stood. */
  stop(): void {
    this.#cancelRetry();
    this.#attempt = 0;
    this.#detach()?.close();
    this.#setStatus({ state: 'disconnected' });
  }

  /** Makes a waiting attempt now: the network came back, or somebody looks. */
  retryNow(): void {
    if (this.#status.state !== 'reconnecting' || this.#connection !== null) return;
    this.#cancelRetry();
    this.#connect();
  }

  /** Makes no attempts until `release()`: there is no network (RC-1). A connection that works is kept. */
  hold(): void {
    this.#isHeld = true;
    this.#cancelRetry();
    if (this.#status.state === 'reconnecting' && this.#connection === null) {
      this.#setStatus(OFFLINE);
    }
  }

  /** Undoes `hold()`, and tries at once. */
  release(): void {
    this.#isHeld = false;
    this.retryNow();
  }

  /**
   * Looks now whether the connection is still alive: timers may have slept, and a clock that stands still while the machine
   * sleeps does not tell. So the agent is asked, or the connection renewed where there is no way to ask.
   */
  checkAlive(): void {
    this.#watchdog.check();
    if (this.#status.state !== 'connected') return;
    if (!this.ping(() => {})) this.#connection?.renew();
    this.#watchdog.probe();
  }

  /**
   * Asks the agent for a word, and tells how many milliseconds it took to come. Returns false where there is no way to ask:
   * without a connection, or over one without a way back.
   */
  ping(answered: (roundTripMs: number) => void): boolean {
    if (this.#status.state !== 'connected' || this.#connection?.canSend !== true) return false;
    const askedAtMs = this.#options.clock.now();
    this.#pings.push(() => answered(this.#options.clock.now() - askedAtMs));
    this.#connection.send(PING);
    return true;
  }

  /** Subscribes now or as soon as there is a connection. Returns the undo. */
  subscribe(request: SubscriptionRequest, listener: SubscriptionListener): () => void {
    const sub = String(this.#nextSub);
    this.#nextSub += 1;
    const subscription = new ClientSubscription(sub, request, listener);
    this.#subscriptions.set(sub, subscription);
    this.#ask(subscription);
    return () => {
      if (!this.#subscriptions.delete(sub)) return;
      if (this.#status.state === 'connected') this.#update({ action: 'unsubscribe', sub });
    };
  }

  /** Told each change of status, and the present one at once. Returns the undo. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => this.#statusListeners.delete(listener);
  }

  /** Told each `welcome`, the newest at once if there was one, and again when a host has changed. Returns the undo. */
  onWelcome(listener: (welcome: Welcome) => void): () => void {
    this.#welcomeListeners.add(listener);
    if (this.#welcome !== null) listener(this.#welcome);
    return () => this.#welcomeListeners.delete(listener);
  }

  /** Whether the agent has said that the token is about to end, and no other was shown since. */
  get isTokenExpiring(): boolean {
    return this.#isTokenExpiring;
  }

  /** Told when the token is about to end: time for `authenticate()`. Returns the undo. */
  onTokenExpiring(listener: () => void): () => void {
    this.#expiryListeners.add(listener);
    return () => this.#expiryListeners.delete(listener);
  }

  /** Shows another token from here on, in the connection that there is: no sample is missed. */
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
    // Events of a connection that has been replaced or stopped are ignored: its closing may come late.
    const isCurrent = (): boolean => this.#connection === connection;
    const purpose = {
      token: this.#token,
      // Without a way back one refused subscription would fail the others with it.
      subscriptions: () => {
        const wanted = [...this.#subscriptions.values()].filter(({ isRefused }) => !isRefused);
        this.#told = new Set(wanted.map(({ sub }) => sub));
        return wanted.map((subscription) => subscription.toRequest());
      },
    };
    const connection = this.#options.transport.connect(purpose, {
      opened: (transport) => {
        if (!isCurrent()) return;
        this.#transportName = transport;
        this.#watchdog.start();
        this.#showToken();
      },
      received: (text) => {
        if (isCurrent()) this.#receive(text, isCurrent);
      },
      closed: (code, reason, refusal) => {
        if (isCurrent()) this.#lost(code, reason, refusal);
      },
    });
    this.#connection = connection;
    this.#requests = new PacedRequests(this.#options.clock, (text) => connection.send(text));
    if (this.#status.state === 'reconnecting') this.#setStatus({ ...this.#status, retryAtMs: null });
  }

  #receive(text: string, isCurrent: () => boolean): void {
    this.#watchdog.feed();
    if (text === PONG) this.#pings.shift()?.();
    try {
      for (const message of decodeServerFrame(text)) {
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
      // Life signs.
      case 'heartbeat':
      case 'auth_success':
        return;
    }
  }

  #welcomed(welcome: Welcome): void {
    this.#welcome = welcome;
    for (const { sub } of this.#changedBy(welcome.catalogue)) this.#told.delete(sub);
    this.#watchdog.expect(welcome.heartbeat.intervalMs);
    this.#cancelStable();
    this.#cancelStable = this.#options.clock.schedule(() => {
      this.#attempt = 0;
    }, STABLE_AFTER_MS);
    const connection = this.#connection;
    for (const listener of this.#welcomeListeners) listener(welcome);
    if (this.#connection !== connection) return;
    // What is added from here on asks for itself, so that each is asked for once.
    const waiting = [...this.#subscriptions.values()];
    // A renewed connection welcomes again, which is no change.
    const wasConnected = this.#status.state === 'connected' && this.#status.transport === this.#transportName;
    if (!wasConnected) this.#setStatus({ state: 'connected', transport: this.#transportName });
    if (this.#connection !== connection) return;
    if (connection?.canSend === false) {
      if (waiting.some(({ sub, isRefused }) => !isRefused && !this.#told.has(sub))) connection.renew();
      return;
    }
    for (const subscription of waiting) {
      if (this.#subscriptions.has(subscription.sub)) this.#send(subscription.toRequest());
    }
  }

  #hostChanged({ id, label, facts, catalogue, tables }: HostMessage): void {
    if (this.#welcome === null) return;
    const hosts = this.#welcome.hosts.map((host) => (host.id === id ? { id, label, facts } : host));
    this.#welcome = { ...this.#welcome, hosts, catalogue, tables };
    for (const subscription of this.#changedBy(catalogue)) {
      // What still comes of the old series is asked for again.
      subscription.suspend();
      this.#ask(subscription);
    }
    for (const listener of this.#welcomeListeners) listener(this.#welcome);
  }

  /** Those that have something else to ask for now. */
  #changedBy(catalogue: Welcome['catalogue']): ClientSubscription[] {
    return [...this.#subscriptions.values()].filter((subscription) => subscription.look(catalogue));
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
    this.#ask(subscription);
  }

  /** (Re)begins a subscription on a connection that is there; on one to come it is asked for by itself. */
  #ask(subscription: ClientSubscription): void {
    if (this.#status.state === 'connected') this.#update(subscription.toRequest());
  }

  /** Tells the agent of a change, by a message where the transport has a way back. */
  #update(request: ClientRequest): void {
    if (this.#connection?.canSend === false) this.#connection.renew();
    else this.#send(request);
  }

  /** The agent has ended a subscription that was not taken back: the token that is shown now is not for it. */
  #unsubscribed({ sub, reason }: Unsubscribed): void {
    const error = 'The token does not show this any more';
    // What it shows now is another catalogue, which follows.
    this.#subscriptions.get(sub)?.refused({ error, code: reason }, []);
  }

  #refused(error: ErrorMessage): void {
    const subscription = this.#subscriptions.get(String(error.id));
    if (subscription !== undefined) {
      const isNews = !subscription.isRefused;
      const isChanged = subscription.refused(error, this.#welcome?.catalogue ?? null);
      // Without a way back a refusal ends the request that carries all the others: they go on in one without it.
      const connection = this.#connection;
      if (isChanged) this.#ask(subscription);
      else if (isNews && this.#status.state === 'connected' && connection?.canSend === false)
        connection.renew();
    } else if (error.code === 'tokens_unreadable') {
      // Better words than those of the close that follows.
      this.#failure = error.error;
    } else if (TOKEN_IS_OVER.has(error.code)) {
      this.#isHopeless = true;
      this.#abandon(error.error);
    } else if (error.code === 'not_authenticated' && this.#token === undefined) {
      this.#isHopeless = true;
      this.#abandon(TOKEN_NEEDED);
    }
  }

  /** Ends a connection without waiting for the other side, which may not answer. */
  #abandon(reason: string): void {
    this.#failure = reason;
    this.#detach()?.close();
    this.#lost(1006, reason);
  }

  #detach(): TransportConnection | null {
    const connection = this.#connection;
    this.#connection = null;
    this.#requests?.stop();
    this.#pings = [];
    this.#watchdog.stop();
    this.#cancelStable();
    return connection;
  }

  #lost(code: number, reason: string, refusal?: Refusal): void {
    this.#detach();
    for (const subscription of this.#subscriptions.values()) {
      subscription.suspend();
      if (this.#status.state === 'connected') subscription.forgive();
    }
    const why = this.#failure ?? this.#goodbye?.reason ?? (reason || this.#describeLoss(code));
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
    const delayMs = refusal === undefined ? this.#retryDelayMs(comeback) : this.#refusedDelayMs(refusal);
    this.#attempt += 1;
    this.#cancelRetry = this.#options.clock.schedule(() => this.#connect(), delayMs);
    this.#setStatus({
      state: 'reconnecting',
      reason: why,
      retryAtMs: this.#options.clock.now() + delayMs,
      ...(refusal === undefined ? {} : { isRefused: true }),
      ...(refusal?.code === 'too_many_attempts' ? { isForToken: true } : {}),
    });
  }

  /** Somebody has to change a setting first, or the time that was named has to pass: it is asked seldom from the beginning. */
  #refusedDelayMs({ retryMs = 0 }: Refusal): number {
    const { capMs } = DEFAULT_BACKOFF;
    return Math.max(Math.min(retryMs, LONGEST_REFUSAL_MS), capMs / 2) + (this.#options.random() * capMs) / 2;
  }

  /** `goodbye.retryMs` wins, but with jitter on top: every client of that server was told the same. */
  #retryDelayMs(comeback: Comeback): number {
    const limits: BackoffLimits = this.#welcome?.reconnect ?? DEFAULT_BACKOFF;
    const attempt = comeback === 'now' ? 0 : this.#attempt;
    const jitterMs = fullJitterMs(attempt, this.#options.random(), limits);
    return (this.#goodbye?.retryMs ?? 0) + jitterMs;
  }

  #describeLoss(code: number): string {
    if (code === CLOSE_CODES.slowConsumer) return 'This viewer was too slow to follow';
    return this.#status.state === 'connected'
      ? 'The connection to the agent was lost'
      : 'The agent cannot be reached';
  }

  #send(request: ClientRequest): void {
    if (this.#connection !== null) this.#requests?.add(request);
  }

  /** Last in every step: a listener may stop or start the client, and what it then is was told to all of them. */
  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of this.#statusListeners) {
      if (this.#status === status) listener(status);
    }
  }
}
