import { Forecast } from '../../../shared/estimates/forecast.ts';
import { Window } from '../../../shared/estimates/window.ts';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { AlertRule } from '../alert-rule.ts';
import type { Alert } from '../alert.ts';
import { IncreaseWatch, type EventWatchOptions } from './event-watch.ts';
import type { Progress } from './progress.ts';
import type { WatchedRule } from './bounds.ts';
import { Watch, type Tick, type WatchOptions } from './watch.ts';

/** How a watch keeps what it needs of the past. */
export type Past = Window | Forecast;

/** A rule on one series of a host, whatever kind of rule it is. */
export interface SeriesWatch {
  readonly rule: AlertRule;
  /** Whether the series is a rate, which stands for the time since the sample before. */
  readonly isRate: boolean;
  /** Of the series among the values of a sample. */
  readonly index: number;
  /** How long the series has not been there, observed. */
  readonly goneMs: number;
  /** Whether nothing is lost if the series is forgotten when it leaves. */
  readonly isIdle: boolean;
  /** The series is in the catalogue, at this index. */
  find(descriptor: MetricDescriptor, index: number): void;
  /** Takes another rule of the same name and kind. Returns what is yet to be filled from the history, if anything is. */
  setRule(rule: AlertRule): Past | null;
  restore(progress: Progress, alert: Alert | null, wallMs: number): void;
  step(value: number | null, tick: Tick): void;
  stepGone(observedMs: number, wallMs: number): void;
  end(outcome: 'gone' | 'removed', wallMs: number): void;
}

/** @param intervalMs between two samples */
export function watchSeries(options: EventWatchOptions, intervalMs: number): SeriesWatch {
  const { rule } = options;
  return isWatched(rule) ? new ThresholdSeries({ ...options, rule }, intervalMs) : new CountSeries(options);
}

function isWatched(rule: AlertRule): rule is WatchedRule {
  return rule.condition.kind !== 'increase' && rule.condition.kind !== 'reboot';
}

class ThresholdSeries implements SeriesWatch {
  index = -1;
  isRate = false;
  readonly #watch: Watch;
  readonly #intervalMs: number;
  #past: Past | null = null;
  #pastKey = '';

  constructor(options: WatchOptions, intervalMs: number) {
    this.#watch = new Watch(options);
    this.#intervalMs = intervalMs;
  }

  get rule(): AlertRule {
    return this.#watch.rule;
  }

  get goneMs(): number {
    return this.#watch.goneMs;
  }

  get isIdle(): boolean {
    return this.#watch.isIdle;
  }

  find({ kind, unit, label, instance }: MetricDescriptor, index: number): void {
    this.isRate = kind === 'rate';
    this.index = index;
    this.#watch.unit = unit;
    this.#watch.labels = { ...this.#watch.labels, metric: label, instance: instance ?? null };
  }

  setRule(rule: AlertRule): Past | null {
    if (!isWatched(rule)) return null;
    this.#watch.setRule(rule);
    const key = pastKey(rule);
    if (key === this.#pastKey) return null;
    this.#pastKey = key;
    this.#past = pastOf(rule, this.#intervalMs);
    return this.#past;
  }

  restore(progress: Progress, alert: Alert | null, wallMs: number): void {
    this.#watch.restore(progress, alert, wallMs);
  }

  step(value: number | null, tick: Tick): void {
    const past = this.#past;
    if (value === null) this.#watch.step(false, Number.NaN, tick);
    else if (past === null) this.#watch.step(true, value, tick);
    else {
      past.add(tick.timeMs, value);
      this.#watch.step(true, past.reading, tick);
    }
  }

  stepGone(observedMs: number, wallMs: number): void {
    this.#watch.stepGone(observedMs, wallMs);
  }

  end(outcome: 'gone' | 'removed', wallMs: number): void {
    this.#watch.end(outcome, wallMs);
  }
}

class CountSeries implements SeriesWatch {
  index = -1;
  readonly isIdle = false;
  isRate = false;
  readonly #watch: IncreaseWatch;

  constructor(options: EventWatchOptions) {
    this.#watch = new IncreaseWatch(options);
  }

  get rule(): AlertRule {
    return this.#watch.rule;
  }

  get goneMs(): number {
    return this.#watch.goneMs;
  }

  find({ kind, unit, label, instance }: MetricDescriptor, index: number): void {
    this.isRate = kind === 'rate';
    this.index = index;
    this.#watch.unit = unit;
    this.#watch.labels = { ...this.#watch.labels, metric: label, instance: instance ?? null };
  }

  setRule(rule: AlertRule): null {
    this.#watch.rule = rule;
    return null;
  }

  restore(progress: Progress): void {
    this.#watch.restore(progress);
  }

  step(value: number | null, tick: Tick): void {
    this.#watch.step(value, tick);
  }

  stepGone(observedMs: number): void {
    this.#watch.stepGone(observedMs);
  }

  end(): void {
    this.#watch.forget();
  }
}

/** Equal for rules that need the same past. */
function pastKey({ condition }: WatchedRule): string {
  if (condition.kind === 'threshold') return JSON.stringify(condition.reading);
  if (condition.kind === 'unheard') return '';
  return JSON.stringify(condition);
}

/** `null` if the newest value is enough. */
function pastOf({ condition }: WatchedRule, intervalMs: number): Past | null {
  if (condition.kind === 'unheard') return null;
  if (condition.kind === 'forecast') {
    const { direction, level, overMs, withinMs } = condition;
    return new Forecast({ isAbove: direction === 'above', level, overMs, withinMs, intervalMs });
  }
  const { reading } = condition;
  return reading.kind === 'value' ? null : new Window(reading.kind, reading.windowMs, intervalMs);
}
