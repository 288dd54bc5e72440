import type { Logger } from 'pino';
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Clock } from '../clock.ts';
import type { Collector, Values } from './collector.ts';
import { gridUnitMs } from './grid.ts';
import { GuardedCollector, type CollectorCost } from './guarded-collector.ts';
import { ClockGapDetector } from './clock-gap-detector.ts';
import { LINGER_MS, PacedCollector, type PaceOf } from './paced-collector.ts';
import type { RawReading } from './raw-values.ts';
import type { Sample, SampledTable } from './sample.ts';

export interface SamplerOptions {
  readonly collectors: readonly Collector[];
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /**
   * Delay of the first sample after the baselines, unless a grid point follows soon; by default it is on the first whole interval. Later
   * samples are on the grid.
   */
  readonly firstAfterMs?: number;
}

/** Rates over less are noise, so the first tick leaves this much time to the baseline. */
const MIN_RATE_WINDOW_MS = 200;
const MIN_READ_DEADLINE_MS = 150;
const MAX_READ_DEADLINE_MS = 2000;
const PRIME_DEADLINE_MS = 2000;
/** Other work pauses this long before a tick is due, and after it until the sample is complete. */
const QUIET_BEFORE_MS = 3;
const QUIET_AFTER_MS = 20;
/** Few sets of collectors repeat their values together. */
const MAX_REPEATED = 32;
/** Everything with every sample. */
const AT_ONCE: PaceOf = () => ({ stride: 1, isFollowed: true });

/**
 * The agent's only clock. Ticks start on a whole interval of wall time and stay on that grid by the monotonic clock, without drift and
 * unaffected by wall clock steps. Ticks never overlap; grid points that pass during a tick or stall are skipped. The grid counts in units
 * (grid.ts), with a tick every `setDemand` units. Started and stopped once.
 *
 * Example with units of 100 ms and a stride of 10: after the tick at index 50, `#lastIndex` is 50, and `#planned.index` and `#nextIndex` are 60.
 * If that tick takes until index 62, `#nextIndex` becomes 70 but `#planned.index` stays 60: the tick at 70 is 1 s late. `setDemand(2)` at index
 * 63 sets `#requested.stride` and `#stride` to 2 and `#nextIndex` to 64. `setDemand(10)` changes only `#requested`, until 2 s have passed.
 */
export class Sampler {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #unitMs: number;
  readonly #collectors: readonly GuardedCollector[];
  readonly #paced: readonly PacedCollector[];
  readonly #clockGap: ClockGapDetector;
  #listener: ((sample: Sample) => void) | null = null;
  /** Units between ticks. */
  #stride: number;
  /** The last `setDemand`; a longer stride takes effect after a delay. */
  #requested: { readonly stride: number; readonly sinceMs: number };
  /** Monotonic time of grid index 0. */
  #originMs = 0;
  /** Grid index of the last tick. */
  #lastIndex = Number.NEGATIVE_INFINITY;
  /** Grid index of the next tick: the first point still ahead when it was scheduled. */
  #nextIndex = 0;
  /** Grid index at which the next tick would come if none were skipped, with the stride at that time. A tick long after it follows a gap. */
  #planned = { index: 0, stride: 1 };
  #isWaiting = false;
  /** When the last tick began, monotonic and by the wall clock. */
  #tickedMs = Number.NEGATIVE_INFINITY;
  #timestampMs = 0;
  readonly #firstAfterMs: number | undefined;
  #lagMs = 0;
  #durationMs: number | null = null;
  /** Metrics of each collector as of `#catalogue`. */
  #parts: readonly (readonly MetricDescriptor[])[] = [];
  #catalogue: readonly MetricDescriptor[] = [];
  /** `Sample.repeated` of `#catalogue`, by the collectors that repeat their values. */
  readonly #repeated = new Map<string, readonly boolean[]>();
  #paceOf: PaceOf = AT_ONCE;
  /** Whether demand or catalogue have changed since the paces were set. */
  #arePacesOld = true;
  #cancel: () => void = () => {};

  constructor({ collectors, intervalMs, clock, log, firstAfterMs }: SamplerOptions) {
    this.#firstAfterMs = firstAfterMs;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#unitMs = gridUnitMs(intervalMs);
    this.#stride = intervalMs / this.#unitMs;
    this.#requested = { stride: this.#stride, sinceMs: clock.now() };
    this.#clockGap = new ClockGapDetector(clock);
    this.#collectors = collectors.map(
      (collector) => new GuardedCollector(collector, { clock, log, primeDeadlineMs: PRIME_DEADLINE_MS }),
    );
    this.#paced = this.#collectors.map((collector) => new PacedCollector(collector, this.#unitMs));
    this.#refreshCatalogue();
  }

  /** All metrics, in the order of the last sample's values. Changes identity when they change. */
  get catalogue(): readonly MetricDescriptor[] {
    return this.#catalogue;
  }

  get tables(): readonly TableDescriptor[] {
    return this.#collectors.flatMap(({ table }) => table ?? []);
  }

  /** Duration of the last sample from tick to completion, ms; `null` before the first. */
  get durationMs(): number | null {
    return this.#durationMs;
  }

  get costs(): readonly CollectorCost[] {
    return this.#collectors.map(({ cost }) => cost);
  }

  /**
   * The raw values behind the last sample, by collector. Computed during iteration and valid until the next sample is taken, so iterate
   * synchronously, right after the sample.
   */
  *rawValues(): Generator<RawReading, void> {
    for (const collector of this.#collectors) {
      const { readAtMs, subject } = collector;
      if (readAtMs === null) continue;
      yield {
        subject,
        timestampMs: this.#timestampMs - Math.round(this.#tickedMs - readAtMs),
        values: collector.rawValues(),
      };
    }
  }

  /** How late the last tick was, or how overdue the next one is if that is more, ms. */
  get lagMs(): number {
    const overdueMs = this.#isWaiting ? this.#clock.now() - this.#timeOf(this.#nextIndex) : 0;
    return Math.max(this.#lagMs, overdueMs);
  }

  /** Whether a sample is imminent or in progress. Other work can wait, but not for a collector that hangs. */
  get isTaking(): boolean {
    if (this.#listener === null) return false;
    const sinceMs = this.#clock.now() - (this.#isWaiting ? this.#timeOf(this.#nextIndex) : this.#tickedMs);
    return sinceMs >= -QUIET_BEFORE_MS && sinceMs < QUIET_AFTER_MS;
  }

  /** Takes the collectors' baselines and completes the catalogue. Settles within two seconds. */
  async prime(): Promise<void> {
    await this.#prime();
    this.#refreshCatalogue();
  }

  /** Primes collectors if necessary and starts ticking. Settles when the first tick is scheduled. */
  async start(listener: (sample: Sample) => void): Promise<void> {
    this.#listener = listener;
    // The catalogue may be in use already: from here on, changes are announced with a sample.
    await this.#prime();
    // Whole intervals of wall time get whole multiples as their index, so slower grids are the same after every start.
    this.#originMs = this.#clock.now() - this.#clock.wallNow();
    const base = this.#intervalMs / this.#unitMs;
    const earliestMs = this.#clock.now() + (this.#firstAfterMs ?? MIN_RATE_WINDOW_MS);
    const first = Math.ceil(this.#index(earliestMs) / base) * base;
    this.#planned = { index: first, stride: base };
    this.#nextIndex = first;
    this.#clockGap.mark();
    if (!this.#armEarly(first)) this.#arm();
  }

  async #prime(): Promise<void> {
    await Promise.all(this.#collectors.map((collector) => collector.prime()));
  }

  /** Schedules the first sample before grid index `first` if that leaves enough time for the rates of both. */
  #armEarly(first: number): boolean {
    const nowMs = this.#clock.now();
    const atMs = nowMs + (this.#firstAfterMs ?? Number.POSITIVE_INFINITY);
    if (this.#timeOf(first) - atMs < MIN_RATE_WINDOW_MS || this.#listener === null) return false;
    this.#nextIndex = Math.floor(this.#index(atMs));
    this.#isWaiting = true;
    this.#cancel = this.#clock.schedule(() => void this.#tick(), atMs - nowMs);
    return true;
  }

  /**
   * Ticks at every grid index that is a multiple of `units`, and reads each collector at its own pace. A shorter stride applies from its next point
   * on, a longer one two seconds after the last demand for the shorter.
   * @param units a divisor of the interval, and of each collector's stride
   * @param paceOf asked before the next sample, and whenever there are other metrics; default: everything with each sample
   */
  setDemand(units: number, paceOf = AT_ONCE): void {
    this.#paceOf = paceOf;
    this.#arePacesOld = true;
    if (units === this.#requested.stride) return;
    this.#requested = { stride: units, sinceMs: this.#clock.now() };
    if (units % this.#stride === 0) return;
    this.#stride = units;
    const isLate = this.#index(this.#clock.now()) > this.#planned.index;
    this.#nextIndex = this.#nextPoint();
    if (!isLate) this.#planned = { index: this.#nextIndex, stride: units };
    if (!this.#isWaiting) return;
    this.#cancel();
    this.#arm();
  }

  /** No tick starts afterwards, and a running one is not published. */
  stop(): void {
    this.#listener = null;
    this.#cancel();
    for (const collector of this.#collectors) collector.close();
  }

  #arm(): void {
    if (this.#listener === null) return;
    this.#isWaiting = true;
    this.#cancel = this.#clock.schedule(
      () => {
        const lagMs = this.#clock.now() - this.#timeOf(this.#nextIndex);
        // Node counts delays from the start of the loop's turn, so timers may fire early.
        if (lagMs < 0) {
          this.#arm();
          return;
        }
        this.#lagMs = lagMs;
        void this.#tick();
      },
      this.#timeOf(this.#nextIndex) - this.#clock.now(),
    );
  }

  async #tick(): Promise<void> {
    this.#isWaiting = false;
    const nowMs = this.#clock.now();
    this.#tickedMs = nowMs;
    const timestampMs = this.#clock.wallNow();
    this.#timestampMs = timestampMs;
    const { index, stride } = this.#planned;
    const gapReason = this.#clockGap.next(nowMs - this.#timeOf(index), stride * this.#unitMs);
    const gridIndex = Math.max(this.#nextIndex, this.#pointBefore(nowMs));
    this.#lastIndex = gridIndex;
    if (nowMs - this.#requested.sinceMs >= LINGER_MS) this.#stride = this.#requested.stride;
    this.#planned = {
      index: (Math.floor(gridIndex / this.#stride) + 1) * this.#stride,
      stride: this.#stride,
    };
    if (this.#arePacesOld) this.#setPaces(nowMs);
    const answers = this.#readAll(gridIndex, nowMs);
    // Avoid the promise if every answer is synchronous.
    const values = areThere(answers)
      ? answers
      : await Promise.all(answers.map((answer) => Promise.resolve(answer)));
    const hasChanged = this.#refreshCatalogue();
    if (hasChanged) this.#arePacesOld = true;
    for (let place = 0; place < values.length; place += 1) this.#paced[place]?.keep(values[place] ?? null);
    const repeated = this.#repeatedValues();
    const tables = this.#takeTables();
    this.#durationMs = this.#clock.now() - nowMs;
    this.#listener?.({
      timestampMs,
      gridIndex,
      values: this.#valuesOf(values),
      ...(repeated === null ? {} : { repeated }),
      ...(hasChanged ? { catalogue: this.#catalogue } : {}),
      ...(tables.length > 0 ? { tables } : {}),
      ...(gapReason === undefined ? {} : { gapReason }),
    });
    this.#nextIndex = this.#nextPoint();
    this.#arm();
  }

  #setPaces(nowMs: number): void {
    this.#arePacesOld = false;
    for (const collector of this.#paced) collector.setPace(this.#paceOf(collector.guarded), nowMs);
  }

  #readAll(gridIndex: number, atMs: number): (Values | null | Promise<Values | null>)[] {
    const halfMs = (this.#stride * this.#unitMs) / 2;
    const deadlineMs = Math.min(Math.max(halfMs, MIN_READ_DEADLINE_MS), MAX_READ_DEADLINE_MS);
    return this.#paced.map((collector) => collector.read(gridIndex, atMs, deadlineMs));
  }

  /** In catalogue order. Discards answers that do not match the current metrics. */
  #valuesOf(answers: readonly (Values | null)[]): (number | null)[] {
    const values: (number | null)[] = [];
    // Not flatMap: V8's slow path took a few percent of the agent's CPU time.
    for (let part = 0; part < this.#parts.length; part += 1) {
      const count = this.#parts[part]?.length ?? 0;
      const answer = answers[part];
      const isKnown = answer?.length === count;
      for (let index = 0; index < count; index += 1) values.push(isKnown ? (answer[index] ?? null) : null);
    }
    return values;
  }

  /** The same array while the same collectors repeat their values; `null` if none does. */
  #repeatedValues(): readonly boolean[] | null {
    let key = '';
    for (const { isRepeated } of this.#paced) key += isRepeated ? '1' : '0';
    if (!key.includes('1')) return null;
    let repeated = this.#repeated.get(key);
    if (repeated === undefined) {
      if (this.#repeated.size === MAX_REPEATED) this.#repeated.clear();
      repeated = this.#parts.flatMap((part, index) => part.map(() => key[index] === '1'));
      this.#repeated.set(key, repeated);
    }
    return repeated;
  }

  #takeTables(): SampledTable[] {
    const tables: SampledTable[] = [];
    for (const collector of this.#collectors) {
      if (collector.table === undefined) continue;
      const rows = collector.takeRows();
      if (rows !== null) tables.push({ name: collector.table.name, rows });
    }
    return tables;
  }

  /** Returns whether it changed. */
  #refreshCatalogue(): boolean {
    const isSame =
      this.#parts.length === this.#collectors.length &&
      this.#collectors.every(({ metrics }, index) => metrics === this.#parts[index]);
    if (isSame) return false;
    this.#parts = this.#collectors.map(({ metrics }) => metrics);
    this.#catalogue = this.#parts.flat();
    this.#repeated.clear();
    return true;
  }

  /** The next point of the current stride. */
  #nextPoint(): number {
    const after = Math.max(this.#lastIndex, this.#index(this.#clock.now()));
    return (Math.floor(after / this.#stride) + 1) * this.#stride;
  }

  #pointBefore(monotonicMs: number): number {
    return Math.floor(this.#index(monotonicMs) / this.#stride) * this.#stride;
  }

  #index(monotonicMs: number): number {
    return (monotonicMs - this.#originMs) / this.#unitMs;
  }

  #timeOf(index: number): number {
    return this.#originMs + index * this.#unitMs;
  }
}

function areThere(answers: (Values | null | Promise<Values | null>)[]): answers is (Values | null)[] {
  return !answers.some((answer) => answer instanceof Promise);
}
