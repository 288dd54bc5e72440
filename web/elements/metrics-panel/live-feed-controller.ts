import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { MetricsClient, type Sample } from '../../../shared/client/metrics-client.ts';
import type { ErrorMessage, Subscribed, Welcome } from '../../../shared/messages.ts';
import { TimeWindow } from '../../../shared/time-window.ts';
import { browserClock } from '../../browser-clock.ts';
import { liveEndpoint, WebSocketTransport } from '../../transports/websocket.ts';

/** What a panel asks of its agent. Two equal requests are one connection. */
export interface FeedRequest {
  /** `http(s)://` address of the agent. */
  readonly agentUrl: string;
  readonly metrics: readonly string[];
  readonly points: number;
  readonly token: string | undefined;
}

/** The present picture of a feed. `window` has one column per series and changes in place. */
export interface Feed {
  readonly announcement: Subscribed;
  readonly window: TimeWindow;
}

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
  #refusal: ErrorMessage | null = null;
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
  get refusal(): ErrorMessage | null {
    return this.#refusal;
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
      transport: new WebSocketTransport(liveEndpoint(request.agentUrl)),
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
    const retry = (): void => {
      if (document.visibilityState === 'visible') client.retryNow();
    };
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    this.#disconnect = () => {
      window.removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
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
    // After a reconnect the old points stay: the backfill continues them, and what it does not hold is drawn as a hole.
    const window =
      this.#feed !== null && drawsTheSame(this.#feed.announcement, announcement)
        ? this.#feed.window
        : new TimeWindow(points, announcement.series.length);
    this.#feed = { announcement, window };
    this.#host.requestUpdate();
  }

  #sampled(sample: Sample): void {
    const window = this.#feed?.window;
    if (window === undefined) return;
    // The host's clock was set back: what is held lies in its future now and cannot stand on the same axis.
    if (window.length > 0 && sample.timestampMs <= window.timestampAt(window.length - 1)) window.clear();
    window.push(sample.timestampMs, sample.values);
    this.#events.sampled(sample);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#revision += 1;
      this.#host.requestUpdate();
    });
  }
}

function drawsTheSame(before: Subscribed, after: Subscribed): boolean {
  const key = ({ host, intervalMs, series }: Subscribed): string =>
    JSON.stringify([host, intervalMs, series]);
  return key(before) === key(after);
}
