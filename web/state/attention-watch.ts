import { Forecast } from '../../shared/estimates/forecast.ts';
import { Window } from '../../shared/estimates/window.ts';
import { matchesGlob } from '../../shared/protocol/globs.ts';
import type { Series } from '../../shared/protocol/messages.ts';
import type { Level } from './attention.ts';
import { LevelWatch } from './attention-level.ts';
import { THRESHOLDS, type Line, type Threshold } from './thresholds.ts';

/** Values of a host at one time, `null` for what is not known. */
export interface WatchedSample {
  /** Unix ms on the host's clock. */
  readonly timestampMs: number;
  readonly series: readonly Pick<Series, 'name'>[];
  readonly values: readonly (number | null)[];
}

/** Unix ms, and a value that was known then. */
export interface TimedValue {
  readonly timeMs: number;
  readonly value: number;
}

/** What is known of the host of a sample. */
export interface WatchedHost {
  /** Logical processors; `undefined`: not known. */
  readonly cores: number | undefined;
  /** Time between samples; `undefined`: not known. */
  readonly intervalMs: number | undefined;
}

/** A series that has crossed a line. Times are Unix ms on the host's clock. */
export interface Finding {
  /** The row of the table of thresholds, or `oom-kill`. */
  readonly kind: string;
  readonly level: Level;
  /** Name of the series. */
  readonly metric: string;
  readonly sinceMs: number;
  /** Whether it was seen to begin; else it is so for longer. */
  readonly isBeginSeen: boolean;
  /** What was compared, last known: percent, °C, per processor; ms of a forecast; how many processes of kills. */
  readonly reading: number;
  /** The line that it crossed; `null` for kills. */
  readonly line: Line | null;
  /** When the reading was known last, if that is too long ago to say that it still is so; `null` else. */
  readonly unknownSinceMs: number | null;
}

/** Names of the counts of processes that were killed for want of memory. */
export const KILL_COUNTS: readonly string[] = ['memory.oomKills', 'limit.oomKills'];
/** How long a kill is worth telling. */
export const KILL_TOLD_MS = 900_000;

/** Without a value for so long, or for so many samples, it is not known how a series is. */
const HOLD_MS = 60_000;
const HOLD_INTERVALS = 3;
/** Means are kept in points of at least this length, and of one sample each where those are further apart. */
const POINT_MS = 5000;
/** Forecasts take the mean of so much. */
const FORECAST_POINT_MS = 60_000;
const FULL = 100;

/** One row of the table on one series. */
class SeriesWatch {
  readonly threshold: Threshold;
  readonly metric: string;
  readonly level: LevelWatch;
  #window: Window | null = null;
  /** One for each line. */
  #forecasts: readonly Forecast[];
  #reading = Number.NaN;
  #seenMs = Number.NaN;

  constructor(threshold: Threshold, metric: string, pointMs: number) {
    this.threshold = threshold;
    this.metric = metric;
    this.level = new LevelWatch(threshold);
    this.openWindow(pointMs);
    this.#forecasts = forecastsOf(threshold);
  }

  /** Begins its mean anew, if it compares one. */
  openWindow(pointMs: number): void {
    const { compared } = this.threshold;
    this.#window = compared.kind === 'mean' ? new Window('mean', compared.windowMs, pointMs) : null;
  }

  /** When a value was known last; NaN before the first. */
  get seenMs(): number {
    return this.#seenMs;
  }

  step(timeMs: number, value: number | null, holdMs: number): void {
    if (value === null || !Number.isFinite(value)) return;
    this.#seenMs = timeMs;
    for (const forecast of this.#forecasts) forecast.add(timeMs, value);
    this.#window?.add(timeMs, value);
    const reading = this.#window?.reading ?? value;
    this.level.step(timeMs, (index) => this.#forecasts[index]?.reading ?? reading, holdMs);
    const last = this.#forecasts.length === 0 ? reading : soonest(this.#forecasts);
    if (Number.isFinite(last)) this.#reading = last;
  }

  /** Begins its forecasts anew with a past, oldest first. */
  remember(past: readonly TimedValue[]): void {
    this.#forecasts = forecastsOf(this.threshold);
    for (const forecast of this.#forecasts) for (const { timeMs, value } of past) forecast.add(timeMs, value);
  }

  finding(nowMs: number, holdMs: number): Finding | null {
    const { crossed, knownMs } = this.level;
    if (crossed === null) return null;
    const { line, sinceMs, isBeginSeen } = crossed;
    return {
      kind: this.threshold.kind,
      level: line.level,
      metric: this.metric,
      sinceMs,
      isBeginSeen,
      reading: this.#reading,
      line,
      unknownSinceMs: nowMs - knownMs > holdMs ? knownMs : null,
    };
  }
}

function forecastsOf({ compared, lines }: Threshold): readonly Forecast[] {
  if (compared.kind !== 'forecast') return [];
  return lines.map(
    ({ at, overMs = at }) =>
      new Forecast({ isAbove: true, level: FULL, overMs, withinMs: at, intervalMs: FORECAST_POINT_MS }),
  );
}

/** Infinite if none of them knows. */
function soonest(forecasts: readonly Forecast[]): number {
  let found = Number.POSITIVE_INFINITY;
  for (const { reading } of forecasts) if (reading < found) found = reading;
  return found;
}

/** Processes that were killed, by a count that only grows. */
class KillWatch {
  #count = Number.NaN;
  #seenMs = Number.NaN;
  #killedMs = Number.NaN;
  #killed = 0;

  step(timeMs: number, count: number | null, holdMs: number): void {
    if (count === null) return;
    // What grew while nobody looked did so at a time that is not known: that is for alerts to tell.
    const isSeen = timeMs - this.#seenMs <= holdMs;
    const grown = count - this.#count;
    this.#count = count;
    this.#seenMs = timeMs;
    if (!isSeen || !(grown > 0)) return;
    this.#killed = timeMs - this.#killedMs <= KILL_TOLD_MS ? this.#killed + grown : grown;
    this.#killedMs = timeMs;
  }

  finding(metric: string, nowMs: number): Finding | null {
    if (!(nowMs - this.#killedMs <= KILL_TOLD_MS)) return null;
    const [kind, level] = ['oom-kill', 'trouble'] as const;
    const [sinceMs, reading] = [this.#killedMs, this.#killed];
    return {
      kind,
      level,
      metric,
      sinceMs,
      isBeginSeen: true,
      reading,
      line: null,
      unknownSinceMs: null,
    };
  }
}

/** Where the values of a series that is watched are in a sample. */
interface Place {
  readonly watch: SeriesWatch;
  readonly column: number;
  /** Of what it is a part of; -1: of nothing. */
  readonly wholeColumn: number;
}

const THRESHOLD_ROWS: readonly Threshold[] = THRESHOLDS;

/**
 * Follows the samples of one host and tells what has crossed a line of the table of thresholds. Each sample costs a few comparisons for each series that has a
 * threshold; series without one are not looked at.
 */
export class HostWatch {
  #watches = new Map<string, SeriesWatch>();
  readonly #kills = new Map<string, KillWatch>();
  #series: WatchedSample['series'] | null = null;
  #places: readonly Place[] = [];
  #killColumns: readonly (readonly [watch: KillWatch, column: number])[] = [];
  #timeMs = Number.NaN;
  #cores = Number.NaN;
  #holdMs = HOLD_MS;
  #pointMs = POINT_MS;

  /** Of the newest sample; NaN before the first. */
  get timeMs(): number {
    return this.#timeMs;
  }

  add({ timestampMs, series, values }: WatchedSample, { cores, intervalMs = 0 }: WatchedHost): void {
    const pointMs = Math.max(POINT_MS, intervalMs);
    if (timestampMs < this.#timeMs) this.#forget();
    if (pointMs !== this.#pointMs) for (const watch of this.#watches.values()) watch.openWindow(pointMs);
    this.#pointMs = pointMs;
    this.#timeMs = timestampMs;
    this.#cores = cores ?? Number.NaN;
    this.#holdMs = Math.max(HOLD_MS, HOLD_INTERVALS * intervalMs);
    if (series !== this.#series) this.#place(series);
    for (const { watch, column, wholeColumn } of this.#places)
      watch.step(
        timestampMs,
        this.#compared(watch, values[column] ?? null, values[wholeColumn] ?? null),
        this.#holdMs,
      );
    for (const [watch, column] of this.#killColumns)
      watch.step(timestampMs, values[column] ?? null, this.#holdMs);
  }

  /** Takes the past of a filesystem, oldest first: forecasts need hours of it. */
  remember(metric: string, past: readonly TimedValue[]): void {
    for (const threshold of THRESHOLD_ROWS) {
      if (threshold.compared.kind === 'forecast' && matchesGlob(threshold.metric, metric))
        this.#watchOf(threshold, metric).remember(past);
    }
  }

  /** Whether a value that has a threshold is known now: without one, nothing can be called well. */
  get isJudging(): boolean {
    return this.#places.some(({ watch }) => this.#timeMs - watch.seenMs <= this.#holdMs);
  }

  /** What has crossed a line, in the order of the table. */
  get findings(): readonly Finding[] {
    const nowMs = this.#timeMs;
    const found: (Finding | null)[] = [...this.#kills].map(([metric, watch]) => watch.finding(metric, nowMs));
    for (const { watch } of this.#places) found.push(watch.finding(nowMs, this.#holdMs));
    return found.filter((finding) => finding !== null);
  }

  #compared(
    { threshold: { compared } }: SeriesWatch,
    value: number | null,
    whole: number | null,
  ): number | null {
    if (value === null || compared.kind !== 'value') return value;
    if (compared.partOf !== undefined) return whole !== null && whole > 0 ? (value / whole) * 100 : null;
    return compared.perCore === true ? value / this.#cores : value;
  }

  #place(series: WatchedSample['series']): void {
    this.#series = series;
    const columns = new Map(series.map(({ name }, column) => [name, column]));
    const before = this.#watches;
    this.#watches = new Map();
    this.#places = THRESHOLD_ROWS.flatMap((threshold) =>
      series.flatMap(({ name }, column) => {
        if (!matchesGlob(threshold.metric, name)) return [];
        const { compared } = threshold;
        const partOf = compared.kind === 'value' ? compared.partOf : undefined;
        const known = before.get(keyOf(threshold, name));
        const watch = known ?? new SeriesWatch(threshold, name, this.#pointMs);
        this.#watches.set(keyOf(threshold, name), watch);
        return [
          { watch, column, wholeColumn: partOf === undefined ? -1 : (columns.get(name + partOf) ?? -1) },
        ];
      }),
    );
    this.#killColumns = KILL_COUNTS.flatMap((name) => {
      const column = columns.get(name);
      if (column === undefined) return [];
      const watch = this.#kills.get(name) ?? new KillWatch();
      this.#kills.set(name, watch);
      return [[watch, column] as const];
    });
  }

  #watchOf(threshold: Threshold, metric: string): SeriesWatch {
    const key = keyOf(threshold, metric);
    const watch = this.#watches.get(key) ?? new SeriesWatch(threshold, metric, this.#pointMs);
    this.#watches.set(key, watch);
    return watch;
  }

  /** The host's clock was set back. */
  #forget(): void {
    this.#watches.clear();
    this.#kills.clear();
    this.#series = null;
  }
}

function keyOf({ kind }: Threshold, metric: string): string {
  return `${kind} ${metric}`;
}
