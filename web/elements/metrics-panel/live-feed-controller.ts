import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Sample, SampleGap } from '../../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../../shared/client/metrics-client.ts';
import { TransportLadder } from '../../../shared/client/transport-ladder.ts';
import type { Subscribed, Welcome } from '../../../shared/messages.ts';
import { TimeWindow } from '../../../shared/time-window.ts';
import { browserClock } from '../../browser-clock.ts';
import { followPageLifecycle, isLocalAgent } from '../../page-lifecycle.ts';
import { LongPollTransport } from '../../transports/long-poll.ts';
import { SseTransport } from '../../transports/sse.ts';
import { WebSocketTransport } from '../../transports/websocket.ts';

/** What a panel asks of its agent. Two equal requests are one connection. */
export interface FeedRequest {
  /** `http(s)://` address of the agent. */
  readonly agentUrl: string;
  readonly metrics: readonly string[];
  readonly points: number;
  readonly token: string | undefined;
}

/** The present picture of a feed. `window` (one column per series) and `gaps` change in place. */
export interface Feed {
  readonly announcement: Subscribed;
  readonly window: TimeWindow;
  /** What is missing within the window, oldest first. */
  readonly gaps: SampleGap[];
}

/** Nothing for this many intervals, and some air for the network: what is shown is no longer the present. */
const STALE_AFTER_INTERVALS = 3;
const STALE_AIR_MS = 1000;

export interface FeedEvents {
  statusChanged(status: ConnectionStatus): void;
  welcomed(welcome: Welcome): void;
  sampled(sample: Sample): void;
}

/**
 * Keeps a panel's connection and rolling window while the panel is in a document. Samples enter the window as they come;
 * the host is asked to draw at most once per animation frame, which a hidden tab does not have.
 */
export class LiveFeedController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #events: FeedEvents;
  #isInDocument = false;
  #request: FeedRequest | null = null;
  #client: MetricsClient | null = null;
  #disconnect: () => void = () => {};
  #frame = 0;
  #feed: Feed | null = null;
  #refusal: { readonly error: string } | null = null;
  #isSilent = false;
  #cancelSilence: () => void = () => {};
  #revision = 0;

  constructor(host: ReactiveControllerHost, events: FeedEvents) {
    this.#host = host;
    this.#events = events;
    host.addController(this);
  }

  get status(): ConnectionStatus {
    return this.#client?.status ?? { state: 'disconnected' };
  }

  /** `null` until the agent has said what follows. */
  get feed(): Feed | null {
    return this.#feed;
  }

  /** Why the agent refused the subscription, if it did. */
  get refusal(): { readonly error: string } | null {
    return this.#refusal;
  }

  /** The newest sample is older than the interval explains, whatever the connection says of itself. */
  get isStale(): boolean {
    return this.#isSilent || this.status.state !== 'connected';
  }

  /** Counts the frames in which the window changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Follows `request` from now on, nothing when `null`; what is followed already goes on undisturbed. */
  follow(request: FeedRequest | null): void {
    if (JSON.stringify(request) === JSON.stringify(this.#request)) return;
    this.#request = request;
    if (this.#isInDocument) this.#connect();
  }

  hostConnected(): void {
    this.#isInDocument = true;
    this.#connect();
  }

  hostDisconnected(): void {
    this.#isInDocument = false;
    this.#disconnect();
  }

  #connect(): void {
    this.#disconnect();
    this.#feed = null;
    this.#refusal = null;
    const request = this.#request;
    if (request === null) return;
    const client = new MetricsClient({
      transport: new TransportLadder(
        [WebSocketTransport, SseTransport, LongPollTransport].map(
          (transport) => new transport(request.agentUrl),
        ),
        browserClock,
      ),
      clock: browserClock,
      random: Math.random,
      ...(request.token === undefined ? {} : { token: request.token }),
    });
    this.#client = client;
    client.subscribe(
      { metrics: request.metrics, backfill: request.points },
      {
        subscribed: (announcement) => this.#subscribed(announcement, request.points),
        sample: (sample) => this.#sampled(sample),
        gap: (gap) => this.#feed?.gaps.push(gap),
        refused: (error) => {
          this.#refusal = error;
          this.#host.requestUpdate();
        },
      },
    );
    client.onStatus((status) => {
      this.#host.requestUpdate();
      this.#events.statusChanged(status);
    });
    client.onWelcome((welcome) => this.#events.welcomed(welcome));
    const leavePage = followPageLifecycle(client, isLocalAgent(request.agentUrl));
    this.#disconnect = () => {
      leavePage();
      this.#cancelSilence();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      client.stop();
      this.#client = null;
      this.#disconnect = () => {};
    };
    client.start();
  }

  #subscribed(announcement: Subscribed, points: number): void {
    this.#refusal = null;
    // After a reconnect the old points stay: what was missed follows, and what cannot follow is a gap.
    const isSame = this.#feed !== null && drawsTheSame(this.#feed.announcement, announcement);
    this.#feed = isSame
      ? { ...(this.#feed as Feed), announcement }
      : { announcement, window: new TimeWindow(points, announcement.series.length), gaps: [] };
    this.#host.requestUpdate();
  }

  #sampled(sample: Sample): void {
    if (this.#feed === null) return;
    const { window, gaps, announcement } = this.#feed;
    if (window.length > 0 && sample.timestampMs <= window.timestampAt(window.length - 1)) {
      // The host's clock was set back: what is held lies in its future now and cannot stand on the same axis.
      window.clear();
      gaps.length = 0;
    }
    window.push(sample.timestampMs, sample.values);
    while (gaps[0] !== undefined && gaps[0].toMs < window.timestampAt(0)) gaps.shift();
    this.#events.sampled(sample);
    this.#isSilent = false;
    this.#cancelSilence();
    this.#cancelSilence = browserClock.schedule(
      () => {
        this.#isSilent = true;
        this.#host.requestUpdate();
      },
      announcement.intervalMs * STALE_AFTER_INTERVALS + STALE_AIR_MS,
    );
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#revision += 1;
      this.#host.requestUpdate();
    });
  }
}

function drawsTheSame(before: Subscribed, after: Subscribed): boolean {
  const key = ({ intervalMs, series }: Subscribed): string => JSON.stringify([intervalMs, series]);
  return key(before) === key(after);
}
