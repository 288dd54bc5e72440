import type { NatsBroker } from './nats-broker.ts';
import type { NatsHosts } from './nats-hosts.ts';

/** How a gateway is, in `/healthz`. */
export interface GatewayHealth {
  readonly broker:
    | { readonly state: 'connected'; readonly version: string | null }
    | { readonly state: 'away'; readonly reason: string };
  /** By state. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Hosts that somebody follows. */
  readonly watched: number;
  /** Stores that were filled: now, waiting for their turn, in total, and in total from the log. */
  readonly fills: {
    readonly running: number;
    readonly waiting: number;
    readonly total: number;
    readonly fromLog: number;
  };
  /** What agents sent and was not used, in total, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export function readGatewayHealth(
  broker: Pick<NatsBroker, 'reason' | 'serverVersion'>,
  { all, fills, drops }: NatsHosts,
): GatewayHealth {
  const hosts: Record<string, number> = { up: 0, down: 0, unknown: 0 };
  let watched = 0;
  for (const { status, isWatched } of all) {
    hosts[status.state] = (hosts[status.state] ?? 0) + 1;
    if (isWatched) watched += 1;
  }
  const { reason, serverVersion } = broker;
  const { running, waiting, count, fromLog } = fills;
  return {
    broker:
      reason === undefined
        ? { state: 'connected', version: serverVersion ?? null }
        : { state: 'away', reason },
    hosts,
    watched,
    fills: { running, waiting, total: count, fromLog },
    dropped: drops.counts,
  };
}
