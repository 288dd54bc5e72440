import type { AlertRule, Condition } from './alert-rule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const COMMON = {
  severity: 'trouble',
  hosts: ['*'],
  forMs: 5 * MINUTE_MS,
  keepForMs: 5 * MINUTE_MS,
  noDataForMs: null,
  channels: null,
  repeatMs: 4 * HOUR_MS,
  repeatAtMost: 6,
} as const;
const EVENT = { ...COMMON, forMs: 0, keepForMs: MINUTE_MS, repeatMs: 0, repeatAtMost: 0 } as const;

function above(threshold: number, clear: number): Condition {
  return { kind: 'threshold', reading: { kind: 'value' }, direction: 'above', threshold, clear };
}

/**
 * The shipped rules: few and quiet, the same thresholds as the dashboard has. Nothing here is about a busy processor, since work is no failure.
 * `docs/alerts.md` lists them for people.
 */
export const DEFAULT_RULES: readonly AlertRule[] = [
  {
    ...COMMON,
    name: 'filesystem-full',
    title: 'Disk almost full',
    metrics: ['filesystem.*.used'],
    condition: above(90, 85),
  },
  {
    ...COMMON,
    name: 'filesystem-soon-full',
    title: 'Disk full soon',
    metrics: ['filesystem.*.used'],
    condition: {
      kind: 'forecast',
      direction: 'above',
      level: 100,
      withinMs: 4 * HOUR_MS,
      overMs: 3 * HOUR_MS,
    },
    // A new line is fitted each few minutes.
    forMs: 10 * MINUTE_MS,
    keepForMs: 30 * MINUTE_MS,
  },
  {
    ...COMMON,
    name: 'memory-low',
    title: 'Memory almost used up',
    metrics: ['memory'],
    condition: above(95, 90),
  },
  {
    ...COMMON,
    name: 'memory-pressure',
    title: 'Everything waits for memory',
    metrics: ['pressure.memory.full'],
    // A second is either bad or not; minutes of them are what is felt.
    condition: {
      kind: 'threshold',
      reading: { kind: 'mean', windowMs: MINUTE_MS },
      direction: 'above',
      threshold: 10,
      clear: 5,
    },
  },
  {
    ...EVENT,
    name: 'oom-kill',
    title: 'Process killed for want of memory',
    metrics: ['memory.oomKills', 'limit.oomKills'],
    condition: { kind: 'increase' },
  },
  {
    ...COMMON,
    name: 'limit-memory',
    title: 'Memory limit almost reached',
    metrics: ['limit.memory'],
    condition: above(95, 90),
  },
  {
    ...COMMON,
    name: 'temperature',
    title: 'Too hot',
    metrics: ['temperature.*'],
    condition: above(90, 85),
  },
  {
    ...EVENT,
    name: 'reboot',
    title: 'Host was restarted',
    severity: 'warning',
    metrics: [],
    condition: { kind: 'reboot' },
  },
  {
    ...COMMON,
    name: 'host-unheard',
    title: 'Nothing heard of the host',
    metrics: [],
    condition: { kind: 'unheard' },
    forMs: 2 * MINUTE_MS,
    keepForMs: MINUTE_MS,
  },
  {
    ...COMMON,
    name: 'history-not-written',
    title: 'History cannot be written',
    severity: 'warning',
    metrics: ['agent.history.behind'],
    condition: above(120, 60),
    forMs: MINUTE_MS,
    keepForMs: MINUTE_MS,
  },
];
