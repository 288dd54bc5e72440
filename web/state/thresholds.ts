import { matchesGlob } from '../../shared/protocol/globs.ts';
import type { Level } from './attention.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Where a level begins. */
export interface Line {
  readonly level: Level;
  /** In the unit of the reading; reached is crossed. Of a forecast: so many ms ahead, or fewer. */
  readonly at: number;
  /** How long it must be reached; default: not at all. */
  readonly forMs?: number;
  /** Of a forecast: how much of the past it judges by. */
  readonly overMs?: number;
}

/**
 * What of a series is compared: its newest value, the mean of its last minute, or in how many ms it will be 100. A value may be a part of
 * another metric, in percent (`memory` of `memoryMax`, named by what is added), or be divided among the host's processors.
 */
export type Compared =
  | { readonly kind: 'value'; readonly partOf?: string; readonly perCore?: true }
  | { readonly kind: 'mean'; readonly windowMs: number }
  | { readonly kind: 'forecast' };

/** One row of the table in docs/thresholds.md. */
export interface Threshold {
  readonly kind: string;
  /** A name or glob. */
  readonly metric: string;
  readonly compared: Compared;
  /** The worst first. */
  readonly lines: readonly Line[];
  /** How far behind its line a reading must be again, in the unit of the reading. */
  readonly slack: number;
  /** The rule of the shipped alerts that watches the same. */
  readonly alert?: string;
}

const VALUE = { kind: 'value' } as const;
const LAST_MINUTE = { kind: 'mean', windowMs: MINUTE_MS } as const;
const FORECAST = { kind: 'forecast' } as const;

/**
 * What needs attention. Fixed, the same for all hosts and pages, and the same as the shipped alerts where there is one. `docs/thresholds.md` lists them for people,
 * and says why.
 */
export const THRESHOLDS = [
  {
    kind: 'memory-low',
    metric: 'memory',
    compared: VALUE,
    lines: [
      { level: 'trouble', at: 95 },
      { level: 'warning', at: 90 },
    ],
    slack: 1,
    alert: 'memory-low',
  },
  {
    kind: 'memory-stall',
    metric: 'pressure.memory.full',
    compared: LAST_MINUTE,
    lines: [{ level: 'trouble', at: 10, forMs: 5 * MINUTE_MS }],
    slack: 5,
    alert: 'memory-pressure',
  },
  {
    kind: 'memory-pressure',
    metric: 'pressure.memory.some',
    compared: LAST_MINUTE,
    lines: [
      { level: 'trouble', at: 10 },
      { level: 'warning', at: 5 },
    ],
    slack: 1,
  },
  {
    kind: 'io-pressure',
    metric: 'pressure.io.full',
    compared: LAST_MINUTE,
    lines: [
      { level: 'trouble', at: 50 },
      { level: 'warning', at: 20 },
    ],
    slack: 2,
  },
  {
    kind: 'filesystem-soon-full',
    metric: 'filesystem.*.used',
    compared: FORECAST,
    lines: [
      { level: 'trouble', at: 4 * HOUR_MS, overMs: 3 * HOUR_MS },
      { level: 'warning', at: 24 * HOUR_MS, overMs: 6 * HOUR_MS },
    ],
    slack: HOUR_MS,
    alert: 'filesystem-soon-full',
  },
  {
    kind: 'filesystem-full',
    metric: 'filesystem.*.used',
    compared: VALUE,
    lines: [
      { level: 'trouble', at: 90 },
      { level: 'warning', at: 85 },
    ],
    slack: 1,
    alert: 'filesystem-full',
  },
  {
    kind: 'limit-memory',
    metric: 'limit.memory',
    compared: VALUE,
    lines: [
      { level: 'trouble', at: 95 },
      { level: 'warning', at: 85 },
    ],
    slack: 1,
    alert: 'limit-memory',
  },
  {
    kind: 'container-memory',
    metric: 'container.*.memory',
    compared: { kind: 'value', partOf: 'Max' },
    lines: [
      { level: 'trouble', at: 95 },
      { level: 'warning', at: 85 },
    ],
    slack: 1,
  },
  {
    kind: 'limit-throttled',
    metric: 'limit.throttled',
    compared: LAST_MINUTE,
    lines: [{ level: 'warning', at: 25 }],
    slack: 3,
  },
  {
    kind: 'temperature',
    metric: 'temperature.*',
    compared: VALUE,
    lines: [
      { level: 'trouble', at: 90, forMs: 5 * MINUTE_MS },
      { level: 'warning', at: 80 },
    ],
    slack: 2,
    alert: 'temperature',
  },
  {
    kind: 'disk-busy',
    metric: 'disk.*.utilisation',
    compared: LAST_MINUTE,
    lines: [{ level: 'warning', at: 90 }],
    slack: 3,
  },
  {
    kind: 'cpu-busy',
    metric: 'cpu',
    compared: LAST_MINUTE,
    lines: [{ level: 'warning', at: 90 }],
    slack: 3,
  },
  {
    kind: 'cpu-pressure',
    metric: 'pressure.cpu.some',
    compared: LAST_MINUTE,
    lines: [{ level: 'warning', at: 25 }],
    slack: 2,
  },
  {
    kind: 'cpu-steal',
    metric: 'cpu.steal',
    compared: LAST_MINUTE,
    lines: [{ level: 'warning', at: 10 }],
    slack: 2,
  },
  {
    kind: 'load',
    metric: 'load.5',
    compared: { kind: 'value', perCore: true },
    lines: [{ level: 'warning', at: 2 }],
    slack: 0.1,
  },
] as const satisfies readonly Threshold[];
export type ThresholdKind = (typeof THRESHOLDS)[number]['kind'];

/** The lines that the values of a metric can cross, the worst first; none for those that are compared as parts, per processor or by a forecast. */
export function linesOf(metric: string): readonly Line[] {
  return (
    rows.find(
      ({ metric: pattern, compared }) =>
        matchesGlob(pattern, metric) &&
        compared.kind !== 'forecast' &&
        !('partOf' in compared) &&
        !('perCore' in compared),
    )?.lines ?? []
  );
}

const rows: readonly Threshold[] = THRESHOLDS;
