import type { Alert } from '../alerts/alert.ts';

/** A filesystem that is almost full: an alert that fires. */
export function testAlert(changes: Partial<Alert> = {}): Alert {
  return {
    id: 'one',
    rule: 'filesystem-full',
    title: 'Disk almost full',
    host: 'a',
    metric: 'filesystem.root.used',
    severity: 'trouble',
    state: 'firing',
    sinceMs: 1_700_000_000_000,
    firedMs: 1_700_000_300_000,
    endedMs: null,
    outcome: null,
    value: 91,
    worst: 92,
    threshold: 90,
    unit: 'percent',
    noDataSinceMs: null,
    acknowledgedMs: null,
    silencedUntilMs: null,
    isEvent: false,
    labels: { host: 'a', metric: 'Used', instance: '/' },
    policy: {
      channels: null,
      repeatMs: 14_400_000,
      repeatAtMost: 6,
      forMs: 300_000,
      condition: {
        kind: 'threshold',
        reading: { kind: 'value' },
        direction: 'above',
        threshold: 90,
        clear: 85,
      },
    },
    ...changes,
  };
}
