import { CLIENT_LIMITS, PROTOCOL_VERSION, type Welcome } from '../../shared/messages.ts';
import type { Feed } from './feed.ts';

/** A v1 client that was sent nothing for this long is sent a life sign; the hub looks once a second. */
export const HEARTBEAT_MS = 15_000;

/** One host's agent has few viewers, so they may come back sooner than RC-1's default. */
const RECONNECT = { baseMs: 500, capMs: 4000 } as const;

/** What a v1 client is told first. */
export function welcomeTo(feed: Feed, version: string, transports: readonly string[]): Welcome {
  return {
    type: 'welcome',
    v: PROTOCOL_VERSION,
    server: { name: 'metrics-panel', version },
    heartbeat: { intervalMs: HEARTBEAT_MS },
    reconnect: RECONNECT,
    limits: {
      minIntervalMs: feed.unitMs,
      maxBackfill: feed.ring.capacity,
      maxMetrics: CLIENT_LIMITS.metrics,
      maxSubscriptions: CLIENT_LIMITS.subscriptions,
      maxMessageBytes: CLIENT_LIMITS.messageBytes,
    },
    transports: [...transports],
    hosts: [feed.host],
    catalogue: [...feed.catalogue],
  };
}
