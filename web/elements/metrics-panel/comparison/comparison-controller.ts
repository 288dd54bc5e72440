import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { SubscriptionError } from '../../../../shared/client/client-subscription.ts';
import type { ConnectionStatus } from '../../../../shared/client/connection-status.ts';
import type { HostSummary } from '../../../../shared/protocol/messages.ts';
import { hostNames } from '../../../../shared/client/host-names.ts';
import { browserClock } from '../../../browser/browser-clock.ts';
import { windowOf } from '../../../browser/documents.ts';
import { pageClients, type ClientLease } from '../../../client/shared-clients.ts';
import type { FeedRequest } from '../feed/feed-request.ts';
import { chosenHosts, MOST_HOSTS } from './chosen-hosts.ts';
import { ComparedHost } from './compared-host.ts';

/** What to compare; `host` and `tables` have no effect. */
export interface ComparisonRequest extends FeedRequest {
  /** Ids, labels and globs of hosts, and `key=value` for their labels. */
  readonly hosts: readonly string[];
}

type Emit = (type: string, detail: unknown) => void;

const DISCONNECTED: ConnectionStatus = { state: 'disconnected' };
const PARTS_WITHIN_MS = 30;
/** As for a panel of one host. */
const STALE_AFTER_INTERVALS = 3;
const STALE_SLACK_MS = 1000;

/** Follows up to eight hosts for a panel, each in a subscription of its own over the connection that the panels of the page share. */
export class ComparisonController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Node;
  readonly #emit: Emit;
  #request: ComparisonRequest | null = null;
  #lease: ClientLease | null = null;
  readonly #undo: (() => void)[] = [];
  readonly #summaries = new Map<string, HostSummary>();
  readonly #compared = new Map<string, { readonly host: ComparedHost; readonly leave: () => void }>();
  #nameOf = hostNames([]);
  #refusal: SubscriptionError | null = null;
  #isTold = false;
  #isInDocument = false;
  #reportedStatus = DISCONNECTED;
  #cancelFrame: (() => void) | null = null;
  #cancelChoice: (() => void) | null = null;
  #cancelStale: () => void = () => {};

  constructor(host: ReactiveControllerHost & Node, emit: Emit) {
    this.#host = host;
    this.#emit = emit;
    this.#isInDocument = host.isConnected;
    host.addController(this);
  }

  get status(): ConnectionStatus {
    return this.#lease?.client.status ?? DISCONNECTED;
  }

  get refusal(): SubscriptionError | null {
    return this.#refusal;
  }

  /** Whether the agent has said which hosts there are. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** What a host is called among all that the agent has introduced. */
  get nameOf(): (host: Pick<ComparedHost, 'id' | 'label'>) => string {
    return this.#nameOf;
  }

  /** In the order of their choice. */
  get hosts(): readonly ComparedHost[] {
    return [...this.#compared.values()].map(({ host }) => host);
  }

  /** How many hosts match. */
  get count(): number {
    return this.#summaries.size;
  }

  /** Whether what is shown of a host is not of the present. */
  isStale({ status, heardMs, intervalMs }: ComparedHost): boolean {
    return (
      this.status.state !== 'connected' ||
      status.state === 'down' ||
      heardMs === null ||
      browserClock.now() - heardMs > intervalMs * STALE_AFTER_INTERVALS + STALE_SLACK_MS
    );
  }

  /** Follows `request`, or nothing if `null`. An equal request leaves everything undisturbed. */
  follow(request: ComparisonRequest | null): void {
    const before = this.#request;
    if (JSON.stringify(before) === JSON.stringify(request)) return;
    this.#request = request;
    this.#leave();
    if (this.#isInDocument) this.#join();
  }

  hostConnected(): void {
    this.#isInDocument = true;
    if (this.#lease === null) this.#join();
  }

  hostDisconnected(): void {
    this.#isInDocument = false;
    // A panel that is only being moved is connected again before this runs.
    queueMicrotask(() => {
      if (!this.#isInDocument) this.#leave();
    });
  }

  #join(): void {
    const request = this.#request;
    if (request === null) return;
    const { metrics, points } = request;
    const one = { metrics, backfill: points };
    const lease = pageClients.lease(
      request,
      Array.from({ length: MOST_HOSTS + 1 }, () => one),
    );
    const { client } = lease;
    this.#lease = lease;
    this.#undo.push(
      client.followHosts(request.hosts, {
        hosts: ({ complete, hosts, removed }) => {
          this.#isTold = true;
          this.#refusal = null;
          if (complete) this.#summaries.clear();
          for (const id of removed) this.#summaries.delete(id);
          for (const summary of hosts) this.#summaries.set(summary.id, summary);
          this.#chooseSoon();
        },
        refused: (error) => {
          this.#refusal = error;
          this.#host.requestUpdate();
        },
      }),
    );
    client.start();
    this.#host.requestUpdate();
    // A shared client may already be connected, and an event in the middle of an update could not change the panel.
    queueMicrotask(() => {
      if (this.#lease !== lease) return;
      this.#undo.push(
        client.onWelcome((welcome) => this.#emit('welcome', welcome)),
        client.onStatus((status) => this.#reportStatus(status)),
      );
    });
  }

  #leave(): void {
    for (const undo of this.#undo.splice(0)) undo();
    for (const { leave } of this.#compared.values()) leave();
    this.#compared.clear();
    this.#summaries.clear();
    this.#isTold = false;
    this.#refusal = null;
    this.#cancelFrame?.();
    this.#cancelChoice?.();
    this.#cancelChoice = null;
    this.#cancelStale();
    this.#lease?.release();
    this.#lease = null;
    this.#reportStatus(DISCONNECTED);
  }

  /** Of many hosts, the list comes in parts. */
  #chooseSoon(): void {
    this.#cancelChoice ??= browserClock.schedule(() => {
      this.#cancelChoice = null;
      this.#choose();
    }, PARTS_WITHIN_MS);
  }

  #choose(): void {
    const request = this.#request;
    if (request === null) return;
    this.#nameOf = hostNames([...(this.#lease?.client.welcome?.hosts ?? []), ...this.#summaries.values()]);
    const chosen = chosenHosts(
      [...this.#compared.keys()],
      this.#summaries,
      request.hosts,
      request.metrics[0] ?? '',
    );
    for (const [id, { leave }] of this.#compared) {
      if (chosen.includes(id)) continue;
      leave();
      this.#compared.delete(id);
    }
    for (const id of chosen) {
      const summary = this.#summaries.get(id);
      if (summary === undefined) continue;
      const known = this.#compared.get(id);
      if (known === undefined) this.#compare(summary, request);
      else known.host.learn(summary);
    }
    this.#updateWithFrame();
  }

  #compare(summary: HostSummary, { metrics, intervalMs, points }: ComparisonRequest): void {
    const { client } = this.#lease ?? {};
    if (client === undefined) return;
    const taken = this.hosts.map(({ place }) => place);
    const place = Array.from({ length: MOST_HOSTS }, (_, index) => index).find((one) => !taken.includes(one));
    const host = new ComparedHost(summary, place ?? 0);
    const { id } = host;
    const leave = client.subscribe(
      { host: id, metrics, intervalMs, backfill: points },
      {
        subscribed: (announcement) => {
          host.announced(announcement, points);
          this.#updateWithFrame();
        },
        sample: (sample) => {
          const series = host.sampled(sample, browserClock.now());
          if (series !== null) this.#emit('sample', { ...sample, series, host: id });
          const ready = host.takeReady();
          if (ready !== null) this.#emit('ready', ready);
          this.#updateWithFrame();
        },
        gap: (gap) => this.#emit('gap', { ...gap, host: id }),
        refused: (error) => {
          host.refusal = error;
          this.#updateWithFrame();
        },
      },
    );
    this.#compared.set(id, { host, leave });
  }

  #reportStatus(status: ConnectionStatus): void {
    if (status === this.#reportedStatus) return;
    this.#reportedStatus = status;
    this.#host.requestUpdate();
    this.#emit('statuschange', status);
  }

  #updateWithFrame(): void {
    if (this.#cancelFrame !== null) return;
    const own = windowOf(this.#host);
    const frame = own.requestAnimationFrame(() => {
      this.#cancelFrame = null;
      this.#host.requestUpdate();
      this.#watchSilence();
    });
    this.#cancelFrame = () => {
      own.cancelAnimationFrame(frame);
      this.#cancelFrame = null;
    };
  }

  /** The first host to fall silent has to be noticed even if none says anything more. */
  #watchSilence(): void {
    this.#cancelStale();
    const slowestMs = Math.max(...this.hosts.map(({ intervalMs }) => intervalMs), 0);
    this.#cancelStale = browserClock.schedule(
      () => this.#host.requestUpdate(),
      slowestMs * STALE_AFTER_INTERVALS + STALE_SLACK_MS + 1,
    );
  }
}
