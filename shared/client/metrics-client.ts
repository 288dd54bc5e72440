import { CLOSE_CODES, comebackAfter, type Comeback } from '../close-codes.ts';
import { decodeServerFrame, encode, MessageError } from '../codec.ts';
import {
  type ClientRequest,
  type ErrorMessage,
  type Goodbye,
  type Metrics,
  type Subscribed,
  type Welcome,
} from '../messages.ts';
import { DEFAULT_BACKOFF, fullJitterMs, type BackoffLimits } from './backoff.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { Transport, TransportConnection } from './transport.ts';

/** One sample of a subscription; `values` in the order of the `series` that were announced last. */
export interface Sample {
  readonly seq: number;
  /** Unix ms on the host's clock. */
  readonly timestampMs: number;
  readonly values: readonly (number | null)[];
}

export interface SubscriptionRequest {
  /** Names and globs. */
  readonly metrics: readonly string[];
  /** Left out: the agent's own interval. */
  readonly intervalMs?: number;
  /** Past samples wanted first, now and after each reconnect. */
  readonly backfill?: number;
}

export interface SubscriptionListener {
  /** The series and interval of what follows. Called again after each reconnect. */
  subscribed(announcement: Subscribed): void;
  /** Called once per sample, in order; a sample that a reconnect repeats is left out. */
  sample(sample: Sample): void;
  /** The agent refused the subscription; it is tried again after the next reconnect. */
  refused(error: ErrorMessage): void;
}

export interface MetricsClientOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** In [0, 1); jitter. */
  readonly random: () => number;
  /** Shown to the agent before anything else is asked. */
  readonly token?: string;
}

interface Subscription {
  readonly sub: string;
  readonly request: SubscriptionRequest;
  readonly listener: SubscriptionListener;
  announcement: Subscribed | null;
  lastSeq: number;
}

/** How long a connection must hold before the backoff starts over (RC-1). */
const STABLE_AFTER_MS = 5000;

/**
 * One client of one agent: opens a v1 connection (the transport selects the profile), keeps it (full jitter, RC-1 and
 * RC-3), and carries any number of subscriptions over every reconnect. Knows no DOM and no Node: transport and clock are
 * brought along.
 */
export class MetricsClient {
  readonly #options: MetricsClientOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #statusListeners = new Set<(status: ConnectionStatus) => void>();
  readonly #welcomeListeners = new Set<(welcome: Welcome) => void>();
  #status: ConnectionStatus = { state: 'disconnected' };
  #connection: TransportConnection | null = null;
  #welcome: Welcome | null = null;
  #goodbye: Goodbye | null = null;
  /** Why this connection is about to end, when the client knows better than the close code. */
  #failure: string | null = null;
  #isHopeless = false;
  #attempt = 0;
  #nextSub = 1;
  #cancelRetry: () => void = () => {};
  #cancelStable: () => void = () => {};

  constructor(options: MetricsClientOptions) {
    this.#options = options;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** What the agent said of itself, from the newest connection; `null` before the first. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  /** Connects, unless that is under way already. */
  start(): void {
    if (this.#connection !== null || this.#status.state === 'reconnecting') return;
    this.#connect();
    this.#setStatus({ state: 'connecting' });
  }

  /** Disconnects for good; `start()` begins anew. Subscriptions are kept. */
  stop(): void {
    this.#cancelRetry();
    this.#cancelStable();
    this.#attempt = 0;
    const connection = this.#connection;
    this.#connection = null;
    connection?.close();
    this.#setStatus({ state: 'disconnected' });
  }

  /** Makes a waiting attempt now: the network came back, or somebody looks. */
  retryNow(): void {
    if (this.#status.state !== 'reconnecting' || this.#connection !== null) return;
    this.#cancelRetry();
    this.#connect();
  }

  /** Subscribes now or as soon as there is a connection. Returns the undo. */
  subscribe(request: SubscriptionRequest, listener: SubscriptionListener): () => void {
    const sub = String(this.#nextSub);
    this.#nextSub += 1;
    const subscription: Subscription = { sub, request, listener, announcement: null, lastSeq: 0 };
    this.#subscriptions.set(sub, subscription);
    if (this.#status.state === 'connected') this.#requestSubscription(subscription);
    return () => {
      if (!this.#subscriptions.delete(sub)) return;
      if (this.#status.state === 'connected') this.#send({ action: 'unsubscribe', sub });
    };
  }

  /** Told each change of status, and the present one at once. Returns the undo. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => this.#statusListeners.delete(listener);
  }

  /** Told each `welcome`, and the newest at once if there was one. Returns the undo. */
  onWelcome(listener: (welcome: Welcome) => void): () => void {
    this.#welcomeListeners.add(listener);
    if (this.#welcome !== null) listener(this.#welcome);
    return () => this.#welcomeListeners.delete(listener);
  }

  #connect(): void {
    this.#goodbye = null;
    this.#failure = null;
    this.#isHopeless = false;
    // Events of a connection that has been replaced or stopped are ignored: its closing may come late.
    const isCurrent = (): boolean => this.#connection === connection;
    const connection = this.#options.transport.connect({
      opened: () => {
        if (isCurrent()) this.#greet();
      },
      received: (text) => {
        if (isCurrent()) this.#receive(text, isCurrent);
      },
      closed: (code, reason) => {
        if (isCurrent()) this.#lost(code, reason);
      },
    });
    this.#connection = connection;
    if (this.#status.state === 'reconnecting') this.#setStatus({ ...this.#status, retryAtMs: null });
  }

  #greet(): void {
    const { token } = this.#options;
    if (token !== undefined) this.#send({ type: 'auth', token });
  }

  #receive(text: string, isCurrent: () => boolean): void {
    try {
      for (const message of decodeServerFrame(text)) {
        // A listener may have stopped the client in the middle of a batch.
        if (isCurrent()) this.#dispatch(message);
      }
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#failure = `The agent's answer was not understood (${error.message})`;
      this.#connection?.close();
    }
  }

  #dispatch(message: ReturnType<typeof decodeServerFrame>[number]): void {
    switch (message.type) {
      case 'welcome':
        this.#welcomed(message);
        return;
      case 'subscribed':
        this.#subscribed(message);
        return;
      case 'metrics':
        this.#sampled(message);
        return;
      case 'error':
        this.#refused(message);
        return;
      case 'goodbye':
        this.#goodbye = message;
        return;
      case 'auth_error':
        this.#failure = message.error;
        return;
      // Life signs, and messages whose meaning comes with resume and token refresh.
      case 'heartbeat':
      case 'gap':
      case 'unsubscribed':
      case 'auth_success':
      case 'auth_expiring':
        return;
    }
  }

  #welcomed(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#cancelStable = this.#options.clock.schedule(() => {
      this.#attempt = 0;
    }, STABLE_AFTER_MS);
    // Before the listeners, who may add and remove subscriptions: each is asked for once.
    const waiting = [...this.#subscriptions.values()];
    const connection = this.#connection;
    for (const listener of this.#welcomeListeners) listener(welcome);
    if (this.#connection !== connection) return;
    this.#setStatus({ state: 'connected', transport: this.#options.transport.name });
    for (const subscription of waiting) {
      if (this.#subscriptions.has(subscription.sub)) this.#requestSubscription(subscription);
    }
  }

  #requestSubscription({ sub, request }: Subscription): void {
    const { metrics, intervalMs, backfill } = request;
    this.#send({
      action: 'subscribe',
      sub,
      id: sub,
      metrics: [...metrics],
      ...(intervalMs === undefined ? {} : { intervalMs }),
      ...(backfill === undefined ? {} : { backfill }),
    });
  }

  #subscribed(announcement: Subscribed): void {
    const subscription = this.#subscriptions.get(announcement.sub);
    if (subscription === undefined) return;
    if (subscription.announcement?.epoch !== announcement.epoch) subscription.lastSeq = 0;
    subscription.announcement = announcement;
    subscription.listener.subscribed(announcement);
  }

  #sampled({ sub, seq, ts, values }: Metrics): void {
    const subscription = this.#subscriptions.get(sub);
    if (!subscription?.announcement || seq <= subscription.lastSeq) return;
    if (values.length !== subscription.announcement.series.length) {
      throw new MessageError('invalid_message', 'Invalid values: not as many as there are series');
    }
    subscription.lastSeq = seq;
    subscription.listener.sample({ seq, timestampMs: ts, values });
  }

  #refused(error: ErrorMessage): void {
    const subscription = this.#subscriptions.get(String(error.id));
    if (subscription !== undefined) {
      subscription.listener.refused(error);
    } else if (error.code === 'not_authenticated' && this.#options.token === undefined) {
      this.#failure = 'The agent asks for a token';
      this.#isHopeless = true;
      this.#connection?.close();
    }
  }

  #lost(code: number, reason: string): void {
    this.#connection = null;
    this.#cancelStable();
    const why = this.#failure ?? this.#goodbye?.reason ?? (reason || this.#describeLoss(code));
    const comeback = comebackAfter(code);
    if (comeback === 'never' || this.#isHopeless) {
      this.#setStatus({ state: 'error', reason: why });
      return;
    }
    const delayMs = this.#retryDelayMs(comeback);
    this.#attempt += 1;
    this.#cancelRetry = this.#options.clock.schedule(() => this.#connect(), delayMs);
    this.#setStatus({
      state: 'reconnecting',
      reason: why,
      retryAtMs: this.#options.clock.now() + delayMs,
    });
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
    this.#connection?.send(encode(request));
  }

  /** Last in every step: a listener may stop or start the client. */
  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of this.#statusListeners) listener(status);
  }
}
