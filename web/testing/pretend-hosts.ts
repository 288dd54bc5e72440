import type { HostsListener } from '../../shared/client/overview-subscription.ts';
import type { SubscriptionListener, SubscriptionRequest } from '../../shared/client/client-subscription.ts';
import type { ConnectionStatus } from '../../shared/client/connection-status.ts';
import type { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { HostSummary } from '../../shared/protocol/messages.ts';
import type { Connection } from '../state/connection.ts';
import { markOf } from '../state/host-mark.ts';
import type { ListedHost } from '../state/host-list.ts';
import { Observable } from '../state/observable.ts';

/** A host that is up, and well unless `part` says otherwise. */
export function pretendHost(part: Partial<HostSummary> = {}): HostSummary {
  const label = part.label ?? 'web-1';
  return {
    id: `id-of-${label}`,
    label,
    status: { state: 'up', sinceMs: 0 },
    epoch: 'e',
    intervalMs: 1000,
    minIntervalMs: 100,
    bootedAtMs: null,
    ts: 1000,
    cpu: 12.3,
    memory: 45.6,
    disk: { name: '/', percent: 50 },
    network: { receive: 1_048_576, send: 1_048_576 },
    pressure: { name: 'cpu', percent: 1 },
    alerts: { warning: 0, trouble: 0, worst: null },
    ...part,
  };
}

/** One time for all hosts, whose order it decides. */
const LOADED_MS = Date.now();

export const down = (label: string, agoMs = 360_000): HostSummary =>
  pretendHost({
    label,
    status: { state: 'down', sinceMs: LOADED_MS - agoMs, reason: 'the connection was refused' },
  });

export const unknown = (label: string, reason = 'the gateway has just started'): HostSummary =>
  pretendHost({
    label,
    status: { state: 'unknown', sinceMs: null, reason },
    ts: null,
    cpu: null,
    memory: null,
    disk: null,
    network: null,
    pressure: null,
    alerts: null,
  });

export const alerting = (
  label: string,
  metric = 'memory',
  title = 'Memory almost used up',
  severity: 'warning' | 'trouble' = 'trouble',
): HostSummary =>
  pretendHost({
    label,
    alerts: {
      warning: severity === 'warning' ? 1 : 0,
      trouble: severity === 'trouble' ? 1 : 0,
      worst: { title, metric, severity, sinceMs: LOADED_MS - 720_000 },
    },
  });

export function listed(summary: HostSummary): ListedHost {
  return { summary, mark: markOf(summary), words: summary.label };
}

export function byId(hosts: readonly HostSummary[]): ReadonlyMap<string, ListedHost> {
  return new Map(hosts.map((host) => [host.id, listed(host)]));
}

/** A client without an agent: keeps what is asked, and tells what a test says. */
export class PretendClient {
  readonly connection: Pick<Connection, 'client' | 'status'>;
  /** Of the hosts that are followed now, by id. */
  readonly followed = new Map<string, { request: SubscriptionRequest; listener: SubscriptionListener }>();
  overview: HostsListener | null = null;
  starts = 0;

  constructor() {
    const client = {
      followHosts: (_patterns: readonly string[], listener: HostsListener) => {
        this.overview = listener;
        return () => {
          this.overview = null;
        };
      },
      subscribe: (request: SubscriptionRequest, listener: SubscriptionListener) => {
        this.followed.set(request.host ?? '', { request, listener });
        return () => this.followed.delete(request.host ?? '');
      },
      start: () => {
        this.starts += 1;
      },
    };
    // All that is used of it.
    this.connection = {
      client: new Observable(client as unknown as MetricsClient | null),
      status: new Observable<ConnectionStatus>({ state: 'connected', transport: 'WebSocket' }),
    };
  }

  tell(hosts: readonly HostSummary[], complete = true, removed: readonly string[] = []): void {
    this.overview?.hosts({ complete, hosts: [...hosts], removed: [...removed] });
  }
}
