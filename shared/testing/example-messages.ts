import type { HostSummary, WelcomeMessage } from '../protocol/messages.ts';

/** The welcome of an agent without hosts. */
export const EMPTY_WELCOME: WelcomeMessage = {
  type: 'welcome',
  v: 1,
  server: { name: 'metrics-panel', version: '1.0.0' },
  heartbeat: { intervalMs: 15_000 },
  reconnect: { baseMs: 500, capMs: 4000 },
  limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 64, maxSubscriptions: 64, maxMessageBytes: 1 },
  transports: ['websocket'],
  hosts: [],
  catalogue: [],
  tables: [],
};

/** A host that is up and of which nothing was measured; its label is its id. */
export function unmeasuredHost(id: string, part: Partial<HostSummary> = {}): HostSummary {
  return {
    id,
    label: id,
    status: { state: 'up', sinceMs: null },
    epoch: 'e',
    intervalMs: 1000,
    minIntervalMs: 100,
    bootedAtMs: null,
    ts: null,
    cpu: null,
    memory: null,
    disk: null,
    network: null,
    pressure: null,
    alerts: null,
    ...part,
  };
}
