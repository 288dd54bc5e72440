import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Sample, SampleGap } from '../../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../../shared/client/metrics-client.ts';
import { TransportLadder } from '../../../shared/client/transport-ladder.ts';
import type { Welcome } from '../../../shared/messages.ts';
import { browserClock } from '../../browser-clock.ts';
import { followPageLifecycle, isLocalAgent } from '../../page-lifecycle.ts';
import { LongPollTransport } from '../../transports/long-poll.ts';
import { SseTransport } from '../../transports/sse.ts';
import { WebSocketTransport } from '../../transports/websocket.ts';
import { RollingPicture } from './rolling-picture.ts';
import { TableFollower } from './table-follower.ts';

/** What a panel asks of its agent. Two equal requests are one connection. */
export interface FeedRequest {
  /** `http(s)://` address of the agent. */
  readonly agentUrl: string;
  /** Name of one of the agent's hosts; left out: its own. */
  readonly host: string | undefined;
  readonly metrics: readonly string[];
  /** Names of tables; those that the agent does not have are done without. */
  readonly tables: readonly string[];
  readonly points: number;
  /** Left out: the agent's own. */
  readonly intervalMs: number | undefined;
  readonly token: string | undefined;
}

/** Nothing for this many intervals, and some air for the network: what is shown is no longer the present. */
const STALE_AFTER_INTERVALS = 3;
const STALE_AIR_MS = 1000;

export interface FeedEvents {
  statusChanged(status: ConnectionStatus): void;
  welcomed(welcome: Welcome): void;
  sampled(sample: Sample): void;
  gapped(gap: SampleGap): void;
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
  #picture: RollingPicture | null = null;
  #tables: TableFollower | null = null;
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
  get picture(): RollingPicture | null {
    return this.#picture;
  }

  /** `null` until a feed is followed. */
  get tables(): TableFollower | null {
    return this.#tables;
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
    this.#picture = null;
    this.#tables = null;
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
      {
        metrics: request.metrics,
        backfill: request.points,
        ...(request.host === undefined ? {} : { host: request.host }),
        ...(request.intervalMs === undefined ? {} : { intervalMs: request.intervalMs }),
      },
      {
        subscribed: (announcement) => {
          this.#refusal = null;
          this.#picture = RollingPicture.of(announcement, request.points, this.#picture);
          this.#host.requestUpdate();
        },
        sample: (sample) => this.#sampled(sample),
        gap: (gap) => {
          this.#picture?.addGap(gap);
          this.#events.gapped(gap);
        },
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
    this.#tables = new TableFollower(client, request.tables, request.points, () => this.#drawSoon());
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

  #sampled(sample: Sample): void {
    if (this.#picture === null) return;
    this.#picture.add(sample);
    this.#events.sampled(sample);
    this.#isSilent = false;
    this.#cancelSilence();
    this.#cancelSilence = browserClock.schedule(
      () => {
        this.#isSilent = true;
        this.#host.requestUpdate();
      },
      this.#picture.announcement.intervalMs * STALE_AFTER_INTERVALS + STALE_AIR_MS,
    );
    this.#drawSoon();
  }

  #drawSoon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#revision += 1;
      this.#host.requestUpdate();
    });
  }
}
