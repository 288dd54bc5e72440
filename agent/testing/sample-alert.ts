import type { Alert } from '../alerts/alert.ts';

/** Unix ms: 2026-11-30, a Monday, 12:00 UTC. */
export const NOON_MS = Date.UTC(2026, 10, 30, 12);
export const MINUTE_MS = 60_000;

/** A filesystem that has been over 90 % since noon. */
export function sampleAlert(changes: Partial<Alert> = {}): Alert {
  return {
    id: 'a1',
    rule: 'filesystem-full',
    title: 'Disk almost full',
    host: 'h1',
    metric: 'filesystem.root.used',
    severity: 'trouble',
    state: 'firing',
    sinceMs: NOON_MS - 5 * MINUTE_MS,
    firedMs: NOON_MS,
    endedMs: null,
    outcome: null,
    value: 93.2,
    worst: 93.2,
    threshold: 90,
    unit: 'percent',
    noDataSinceMs: null,
    acknowledgedMs: null,
    silencedUntilMs: null,
    policy: {
      channels: null,
      repeatMs: 4 * 60 * MINUTE_MS,
      repeatAtMost: 6,
      condition: {
        kind: 'threshold',
        reading: { kind: 'value' },
        direction: 'above',
        threshold: 90,
        clear: 85,
      },
      forMs: 5 * MINUTE_MS,
    },
    labels: { host: 'web-1', metric: '/ used', instance: '/' },
    isEvent: false,
    ...changes,
  };
}
