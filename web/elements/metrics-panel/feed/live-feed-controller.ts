import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type {
  Sample,
  SampleGap,
  SubscriptionError,
  ToldAlerts,
} from '../../../../shared/client/client-subscription.ts';
import type { ConnectionStatus } from '../../../../shared/client/connection-status.ts';
import type { MetricsClient } from '../../../../shared/client/metrics-client.ts';
import { findHost, type Welcome } from '../../../../shared/client/welcome.ts';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { windowOf } from '../../../browser/documents.ts';
import type { LazyModule } from '../../../browser/lazy-module.ts';
import { pageClients, type ClientLease } from '../../../client/shared-clients.ts';
import { shownHost, type ShownHost } from '../hosts/shown-host.ts';
import type { Standing } from '../../connection-badge/standing.ts';
import type { FeedRequest } from './feed-request.ts';
import { Liveness } from './liveness.ts';
import { LiveBuffer, type SeriesBuffer } from './shown-samples.ts';
import type { TableFollower, TableRequest } from './table-follower.ts';

/** The agent's code. */
const UNKNOWN_HOST = 'unknown_host';
/** Until the agent has announced its own. */
const USUAL_INTERVAL_MS = 1000;

const DISCONNECTED: ConnectionStatus = { state: 'disconnected' };

/** A sample with the series of its values, since series come and go. */
export interface PanelSample extends Sample {
  readonly series: Subscribed['series'];
  /** Id of the host that took it. */
  readonly host: string;
}

/** A gap, and the id of the host whose samples are missing. */
export interface PanelGap extends SampleGap {
  readonly host: string;
}

/** Details of the events of a panel that come from its feed. */
export interface FeedEvents {
  readonly statuschange: ConnectionStatus;
  readonly welcome: Welcome;
  readonly sample: PanelSample;
  readonly gap: PanelGap;
}

type Emit = <Type extends keyof FeedEvents>(type: Type, detail: FeedEvents[Type]) => void;

type TablesPart = LazyModule<{ readonly TableFollower: typeof TableFollower }>;

/**
 * Subscribes a panel to its agent while the panel is in a document, over a connection that all panels of the page share. Samples
 * enter the series buffer as they arrive; the host updates at most once per animation frame, so not at all in a hidden tab.
 */
export class LiveFeedController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Node;
  readonly #emit: Emit;
  readonly #tokenExpiring: () => void;
  readonly #alertsTold: (told: ToldAlerts) => void;
  readonly #tablesPart: TablesPart;
  readonly #buffers = new LiveBuffer();
  readonly #liveness: Liveness;
  #isInDocument = false;
  #request: FeedRequest | null = null;
  #lease: ClientLease | null = null;
  /** Ends the subscriptions to the lease's client. */
  readonly #undo: (() => void)[] = [];
  #reportedStatus = DISCONNECTED;
  #tables: TableFollower | null = null;
  #refusal: SubscriptionError | null = null;
  #cancelFrame: (() => void) | null = null;
  #leaveWindow: () => void = () => {};
  #revision = 0;

  /**
   * @param tablesPart loaded when a request names tables
   * @param tokenExpiring called when the token is about to expire
   * @param alertsTold called with each message about alerts, if the request asks for them
   */
  constructor(
    host: ReactiveControllerHost & Node,
    tablesPart: TablesPart,
    emit: Emit,
    tokenExpiring: () => void,
    alertsTold: (told: ToldAlerts) => void,
  ) {
    this.#host = host;
    this.#tablesPart = tablesPart;
    this.#emit = emit;
    this.#tokenExpiring = tokenExpiring;
    this.#alertsTold = alertsTold;
    this.#liveness = new Liveness(() => host.requestUpdate());
    host.addController(this);
  }

  get status(): ConnectionStatus {
    return this.#lease?.client.status ?? DISCONNECTED;
  }

  /** `null` until the agent has announced the series. */
  get buffer(): SeriesBuffer | null {
    return this.#buffers.shown;
  }

  /** `null` while none are requested, or their part is still loading. */
  get tables(): TableFollower | null {
    return this.#tables;
  }

  get refusal(): SubscriptionError | null {
    return this.#refusal;
  }

  /** Whether the agent knows no such host, or several. */
  get isUnknownHost(): boolean {
    return this.#refusal?.code === UNKNOWN_HOST;
  }

  get client(): MetricsClient | null {
    return this.#lease?.client ?? null;
  }

  /** `null` while the agent has not introduced it, or does not know it. */
  get shownHost(): ShownHost | null {
    return this.#refusal?.code === UNKNOWN_HOST ? null : shownHost(this.client?.welcome, this.#request?.host);
  }

  /** Whether the host's catalogue has a metric of this name. */
  hasMetric(name: string): boolean {
    const welcome = this.client?.welcome;
    const host = welcome && findHost(welcome, this.#request?.host);
    return host?.catalogue?.some((metric) => metric.name === name) === true;
  }

  /** Another agent samples the host; its history is not this agent's. */
  get isOfOtherAgent(): boolean {
    const welcome = this.client?.welcome;
    return (
      welcome !== null &&
      welcome !== undefined &&
      findHost(welcome, this.#request?.host)?.status !== undefined
    );
  }

  /** Subscribes once more, since the host may be known by now; shows what it has meanwhile. */
  again(): void {
    this.#leave();
    this.#join(true);
  }

  /** `buffer` is that of an earlier request until the new one is filled. */
  get isFilling(): boolean {
    return this.#buffers.isFilling;
  }

  /** Status of the connection and of its samples: the one source for the badge and the charts. */
  get standing(): Standing {
    const { status } = this;
    if (status.state === 'connected') {
      const { state } = this.shownHost?.status ?? {};
      if (state === 'down') return { state: 'hostDown' };
      if (this.isUnknownHost) return { state: 'hostUnknown' };
      if (this.#refusal === null) {
        const standing = this.#liveness.standingOf(status, this.#buffers.isBehind);
        return standing.state === 'silent' && state === 'unknown' ? { state: 'hostUnknown' } : standing;
      }
    }
    return status;
  }

  get isStale(): boolean {
    return this.standing.state !== 'connected';
  }

  /** Counts the frames in which the buffer or tables changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Follows `request`, or nothing if `null`. An equal request leaves the subscription undisturbed. */
  follow(request: FeedRequest | null): void {
    const before = this.#request;
    if (isSame(before, request)) return;
    this.#request = request;
    // After a refusal, another token needs another subscription.
    const mayRenew = isSame(before, request, 'token') && this.#refusal === null;
    if (mayRenew && this.#lease?.renew(request?.token) === true) return;
    this.#leave();
    this.#join(isSame(before, request, 'points', 'alerts'));
  }

  hostConnected(): void {
    this.#isInDocument = true;
    const own = windowOf(this.#host);
    // A closed pop-up or frame removes nothing from itself. The client follows the life of the script's own page.
    const closed = (): void => this.hostDisconnected();
    if (own !== window) own.addEventListener('pagehide', closed);
    this.#leaveWindow = () => own.removeEventListener('pagehide', closed);
    if (this.#lease === null) {
      this.#join();
    } else if (this.#cancelFrame !== null) {
      // The window that owned this frame may be hidden by now.
      this.#cancelFrame();
      this.#updateWithFrame();
    }
  }

  hostDisconnected(): void {
    this.#isInDocument = false;
    this.#leaveWindow();
    // A panel that is only being moved is connected again before this runs.
    queueMicrotask(() => {
      if (this.#isInDocument || this.#lease === null) return;
      this.#leave();
      this.#liveness.stop();
      this.#reportStatus(DISCONNECTED);
    });
  }

  /** @param keepsBuffer keep showing the current buffer until the agent has answered */
  #join(keepsBuffer = false): void {
    this.#liveness.restart(this.#buffers.isBehind, keepsBuffer);
    this.#buffers.restart(keepsBuffer);
    if (!keepsBuffer) {
      this.#tables = null;
      this.#refusal = null;
    }
    const request = this.#request;
    if (!this.#isInDocument || request === null) {
      this.#reportStatus(DISCONNECTED);
      return;
    }
    const { host, intervalMs, metrics, tables: tableNames, points, alerts } = request;
    const base = { host, intervalMs, metrics, backfill: points };
    const series = alerts ? { ...base, alerts } : base;
    const tables = { ...base, metrics: [], tables: tableNames };
    const hasTables = tableNames.length > 0;
    const lease = pageClients.lease(request, hasTables ? [series, tables] : [series]);
    const { client } = lease;
    this.#lease = lease;
    this.#undo.push(
      client.subscribe(series, {
        subscribed: (announcement) => this.#announced(announcement, points),
        sample: (sample) => this.#sampled(sample),
        gap: (gap) => {
          if (this.#buffers.addGap(gap)) this.#emit('gap', { ...gap, host: this.#hostId });
        },
        alerts: this.#alertsTold,
        refused: (error) => {
          this.#refusal = error;
          this.#host.requestUpdate();
        },
      }),
    );
    if (hasTables) this.#followTables(client, tables);
    client.start();
    this.#liveness.expectSample(this.#intervalMs);
    this.#host.requestUpdate();
    // A shared client may already be welcomed, and an event in the middle of an update could not change the panel.
    queueMicrotask(() => {
      if (this.#lease !== lease) return;
      this.#undo.push(
        client.onWelcome((welcome) => {
          this.#emit('welcome', welcome);
          // Its host may be up or down by now.
          this.#host.requestUpdate();
        }),
        client.onStatus((status) => this.#reportStatus(status)),
        client.onTokenExpiring(this.#tokenExpiring),
      );
    });
  }

  #followTables(client: MetricsClient, request: TableRequest): void {
    const before = this.#tables?.snapshot() ?? null;
    let hasBegun = false;
    const begin = (): void => {
      const { module } = this.#tablesPart;
      if (hasBegun || module === null) return;
      hasBegun = true;
      const follower = new module.TableFollower(client, request, () => this.#updateWithFrame(), before);
      this.#undo.push(() => follower.stop());
      this.#tables = follower;
    };
    this.#undo.push(this.#tablesPart.follow(begin));
    begin();
  }

  #leave(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#cancelFrame?.();
    this.#lease?.release();
    this.#lease = null;
  }

  #reportStatus(status: ConnectionStatus): void {
    if (status === this.#reportedStatus) return;
    this.#reportedStatus = status;
    if (status.state === 'connected') this.#liveness.reconnected(this.#intervalMs);
    this.#host.requestUpdate();
    this.#emit('statuschange', status);
  }

  #announced(announcement: Subscribed, points: number): void {
    this.#refusal = null;
    const isFirst = this.buffer === null;
    this.#buffers.announce(announcement, points);
    if (isFirst) {
      this.#liveness.answered(this.#intervalMs);
      this.#host.requestUpdate();
    } else {
      this.#updateWithFrame();
    }
  }

  #sampled(sample: Sample): void {
    const series = this.#buffers.add(sample);
    if (series !== null) this.#emit('sample', { ...sample, series, host: this.#hostId });
    this.#updateWithFrame();
    if (this.#buffers.isAtHead) this.#liveness.heard(this.#intervalMs);
  }

  get #hostId(): string {
    return this.buffer?.announcement.host ?? '';
  }

  get #intervalMs(): number {
    return this.buffer?.announcement.intervalMs ?? USUAL_INTERVAL_MS;
  }

  #updateWithFrame(): void {
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

/** Whether two requests are equal, except for the fields `but`. */
function isSame(
  one: FeedRequest | null,
  other: FeedRequest | null,
  ...but: readonly (keyof FeedRequest)[]
): boolean {
  const textOf = (request: FeedRequest | null): string =>
    JSON.stringify(request, (key, value: unknown) =>
      but.some((field) => field === key) ? undefined : value,
    );
  return textOf(one) === textOf(other);
}
