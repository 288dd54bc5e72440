import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Sample, SampleGap, SubscriptionError } from '../../../shared/client/client-subscription.ts';
import type { MetricsClient } from '../../../shared/client/metrics-client.ts';
import type { Subscribed, Welcome } from '../../../shared/protocol/messages.ts';
import { browserClock } from '../../browser-clock.ts';
import { windowOf } from '../../documents.ts';
import type { Standing } from '../connection-badge/standing.ts';
import { tablesPart } from './panel-parts.ts';
import { SeriesBuffer } from './series-buffer.ts';
import { pageClients, type ClientLease } from './shared-clients.ts';
import type { TableFollower, TableRequest } from './table-follower.ts';

/** What a panel asks of its agent. */
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
/** Until the agent has said what it is. */
const USUAL_INTERVAL_MS = 1000;

const DISCONNECTED: ConnectionStatus = { state: 'disconnected' };

/** A sample, and what its values are: things come and go, and their series with them. */
export interface PanelSample extends Sample {
  readonly series: Subscribed['series'];
}

export interface FeedEvents {
  statusChanged(status: ConnectionStatus): void;
  /** The token is about to end: time for another. */
  tokenExpiring(): void;
  welcomed(welcome: Welcome): void;
  sampled(sample: PanelSample): void;
  gapped(gap: SampleGap): void;
}

/**
 * Keeps a panel's subscription and rolling window while the panel is in a document, over a connection that all panels of the
 * page share. Samples enter the window as they come; the host is asked to draw at most once per animation frame, which a
 * hidden tab does not have.
 */
export class LiveFeedController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Node;
  readonly #events: FeedEvents;
  #isInDocument = false;
  #request: FeedRequest | null = null;
  #lease: ClientLease | null = null;
  /** What takes back that it is followed, but for the lease. */
  readonly #undo: (() => void)[] = [];
  /** The status that was told last. */
  #toldStatus = DISCONNECTED;
  #cancelFrame: (() => void) | null = null;
  #leaveWindow: () => void = () => {};
  #buffer: SeriesBuffer | null = null;
  /** Takes the picture's place when it has all that there was when it was asked for. */
  #filling: SeriesBuffer | null = null;
  /** Number of the newest sample when the subscription began: what comes before it is of the past. */
  #headSeq = 0;
  /** Of the sample that came last. */
  #newestSeq = 0;
  /** Of the newest that was told of: what fills a picture anew was told of before. */
  #toldSeq = 0;
  #tables: TableFollower | null = null;
  #refusal: SubscriptionError | null = null;
  /** Whether the newest sample is older than the interval explains; if so, whether the connection has had as much time to send one. */
  #lateness: 'none' | 'recovering' | 'silent' = 'none';
  /** When the newest sample of the present came, or, before there was one, since when it is waited for. */
  #heardMs = 0;
  #cancelSilence: () => void = () => {};
  #revision = 0;

  constructor(host: ReactiveControllerHost & Node, events: FeedEvents) {
    this.#host = host;
    this.#events = events;
    host.addController(this);
  }

  get status(): ConnectionStatus {
    return this.client?.status ?? DISCONNECTED;
  }

  /** The one that is followed, others beside it. */
  get client(): MetricsClient | null {
    return this.#lease?.client ?? null;
  }

  /** `null` until the agent has said what follows. */
  get buffer(): SeriesBuffer | null {
    return this.#buffer;
  }

  /** `null` while none are followed. */
  get tables(): TableFollower | null {
    return this.#tables;
  }

  /** Why the agent refused the subscription, if it did. */
  get refusal(): SubscriptionError | null {
    return this.#refusal;
  }

  /** The picture is that of before, and another will take its place. */
  get isFilling(): boolean {
    return this.#filling !== null;
  }

  /** The one truth of badge, charts and all that stands beside them. */
  get standing(): Standing {
    const { status } = this;
    if (status.state !== 'connected' || this.#refusal !== null) return status;
    if (this.#lateness === 'silent')
      return { state: 'silent', transport: status.transport, sinceMs: this.#heardMs };
    return this.#lateness === 'recovering' || this.#isOfThePast ? { state: 'catchingUp' } : status;
  }

  /** What is shown is not the present. */
  get isStale(): boolean {
    return this.standing.state !== 'connected';
  }

  /** The agent is still sending what there was before. */
  get #isOfThePast(): boolean {
    return this.#filling === null && this.#newestSeq > 0 && this.#newestSeq < this.#headSeq;
  }

  /** Counts the frames in which the window changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Follows `request` from now on, nothing when `null`; what is followed already goes on undisturbed. */
  follow(request: FeedRequest | null): void {
    if (JSON.stringify(request) === JSON.stringify(this.#request)) return;
    const before = this.#request;
    this.#request = request;
    if (
      before !== null &&
      request !== null &&
      isSameBut('token', before, request) &&
      // What was refused is asked for anew.
      this.#refusal === null &&
      this.#lease?.renew(request.token) === true
    )
      return;
    this.#leave();
    // What is shown stays until the agent has answered, where only its length is another.
    this.#join(before !== null && request !== null && isSameBut('points', before, request));
  }

  hostConnected(): void {
    this.#isInDocument = true;
    const own = windowOf(this.#host);
    // A pop-up or a frame that is closed takes nothing out of itself. What becomes of the page itself, its connection follows.
    const closed = (): void => this.hostDisconnected();
    if (own !== window) own.addEventListener('pagehide', closed);
    this.#leaveWindow = () => own.removeEventListener('pagehide', closed);
    if (this.#lease === null) {
      this.#join();
    } else if (this.#cancelFrame !== null) {
      // The window that it was to be drawn with may not be seen any more.
      this.#cancelFrame();
      this.#drawSoon();
    }
  }

  hostDisconnected(): void {
    this.#isInDocument = false;
    this.#leaveWindow();
    // One that is only moved is back before this runs, and has lost nothing.
    queueMicrotask(() => {
      if (this.#isInDocument || this.#lease === null) return;
      this.#leave();
      this.#cancelSilence();
      this.#tellStatus(DISCONNECTED);
    });
  }

  #join(keepsBuffer = false): void {
    // What stays meanwhile was not yet the present.
    if (this.#isOfThePast || this.#lateness !== 'none') this.#lateness = 'recovering';
    else if (!keepsBuffer) this.#heardMs = browserClock.now();
    this.#filling = null;
    this.#cancelSilence();
    if (!keepsBuffer) {
      this.#buffer = null;
      this.#tables = null;
      this.#refusal = null;
      this.#toldSeq = 0;
    }
    const request = this.#request;
    if (!this.#isInDocument || request === null) {
      this.#tellStatus(DISCONNECTED);
      return;
    }
    const { metrics, points: backfill } = request;
    const source = {
      ...(request.host === undefined ? {} : { host: request.host }),
      ...(request.intervalMs === undefined ? {} : { intervalMs: request.intervalMs }),
    };
    const series = { ...source, metrics, backfill };
    const tables = { ...source, metrics: [], tables: request.tables, backfill };
    const lease = pageClients.lease(request, request.tables.length > 0 ? [series, tables] : [series]);
    const { client } = lease;
    this.#lease = lease;
    this.#headSeq = 0;
    this.#newestSeq = 0;
    let epoch: string | undefined;
    this.#undo.push(
      client.subscribe(series, {
        subscribed: (announcement) => {
          this.#refusal = null;
          const isFirst = epoch === undefined;
          if (announcement.epoch !== (epoch ?? this.#buffer?.announcement.epoch)) this.#toldSeq = 0;
          // Later on the numbers may be those of another run, or of samples that are not due.
          if (announcement.epoch !== epoch) this.#headSeq = isFirst ? announcement.seq : 0;
          epoch = announcement.epoch;
          this.#announced(SeriesBuffer.of(announcement, request.points, this.#filling ?? this.#buffer));
        },
        sample: (sample) => this.#sampled(sample),
        gap: (gap) => {
          (this.#filling ?? this.#buffer)?.addGap(gap);
          if (gap.from > this.#toldSeq) this.#events.gapped(gap);
        },
        refused: (error) => {
          this.#refusal = error;
          this.#host.requestUpdate();
        },
      }),
    );
    if (request.tables.length > 0) this.#followTables(client, tables);
    client.start();
    this.#await();
    this.#host.requestUpdate();
    // The client may have been welcomed long ago. Told now, in the middle of an update, the page could not change the panel.
    queueMicrotask(() => {
      if (this.#lease !== lease) return;
      this.#undo.push(
        client.onWelcome((welcome) => this.#events.welcomed(welcome)),
        client.onStatus((status) => this.#tellStatus(status)),
        client.onTokenExpiring(() => this.#events.tokenExpiring()),
      );
    });
  }

  /** As soon as what follows them has come. */
  #followTables(client: MetricsClient, request: TableRequest): void {
    const before = this.#tables?.snapshot() ?? null;
    let hasBegun = false;
    const begin = (): void => {
      if (hasBegun || tablesPart.module === null) return;
      hasBegun = true;
      const changed = (): void => this.#drawSoon();
      const follower = new tablesPart.module.TableFollower(client, request, changed, before);
      this.#undo.push(() => follower.stop());
      this.#tables = follower;
    };
    this.#undo.push(tablesPart.follow(begin));
    begin();
  }

  #leave(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#cancelFrame?.();
    this.#lease?.release();
    this.#lease = null;
  }

  #tellStatus(status: ConnectionStatus): void {
    if (status === this.#toldStatus) return;
    this.#toldStatus = status;
    if (status.state === 'connected' && this.#lateness === 'silent') {
      this.#lateness = 'recovering';
      this.#await();
    }
    this.#host.requestUpdate();
    this.#events.statusChanged(status);
  }

  #announced(buffer: SeriesBuffer): void {
    if (this.#buffer === null) {
      this.#buffer = buffer;
      // The agent answers; and the first may take a whole interval.
      this.#lateness = 'none';
      this.#await();
      this.#host.requestUpdate();
      return;
    }
    const isToBeFilled = this.#newestSeq < this.#headSeq;
    this.#filling = isToBeFilled ? buffer : null;
    if (!isToBeFilled) this.#buffer = buffer;
    this.#drawSoon();
  }

  #sampled(sample: Sample): void {
    if (this.#buffer === null) return;
    (this.#filling ?? this.#buffer).add(sample);
    this.#newestSeq = sample.seq;
    if (this.#filling !== null && sample.seq >= this.#headSeq) {
      this.#buffer = this.#filling.after(this.#buffer);
      this.#filling = null;
    }
    if (sample.seq > this.#toldSeq) {
      this.#toldSeq = sample.seq;
      this.#events.sampled({ ...sample, series: (this.#filling ?? this.#buffer).announcement.series });
    }
    this.#drawSoon();
    // What comes of the past does not make what is shown meanwhile any younger.
    if (sample.seq < this.#headSeq) return;
    this.#lateness = 'none';
    this.#heardMs = browserClock.now();
    this.#await();
  }

  /** A sample, from now on. */
  #await(): void {
    const intervalMs = this.#buffer?.announcement.intervalMs ?? USUAL_INTERVAL_MS;
    this.#cancelSilence();
    this.#cancelSilence = browserClock.schedule(
      () => {
        this.#lateness = 'silent';
        this.#host.requestUpdate();
      },
      intervalMs * STALE_AFTER_INTERVALS + STALE_AIR_MS,
    );
  }

  #drawSoon(): void {
    if (this.#cancelFrame !== null) return;
    const own = windowOf(this.#host);
    const frame = own.requestAnimationFrame(() => {
      this.#cancelFrame = null;
      this.#revision += 1;
      this.#host.requestUpdate();
    });
    this.#cancelFrame = () => {
      own.cancelAnimationFrame(frame);
      this.#cancelFrame = null;
    };
  }
}

function isSameBut(field: keyof FeedRequest, one: FeedRequest, other: FeedRequest): boolean {
  return JSON.stringify({ ...one, [field]: 0 }) === JSON.stringify({ ...other, [field]: 0 });
}
