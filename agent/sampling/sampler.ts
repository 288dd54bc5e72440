import type { Logger } from 'pino';
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Clock } from '../clock.ts';
import type { Collector, Values } from './collector.ts';
import { gridUnitMs } from './grid.ts';
import { GuardedCollector, type CollectorCost } from './guarded-collector.ts';
import { ClockGapDetector } from './clock-gap-detector.ts';
import type { RawReading } from './raw-values.ts';
import type { Sample, SampledTable } from './sample.ts';

export interface SamplerOptions {
  readonly collectors: readonly Collector[];
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /**
   * How long after the baselines the first sample is taken, unless the grid has a point soon after; left out: at the first whole
   * interval. The others follow on the grid.
   */
  readonly firstAfterMs?: number;
}

/** A rate over less than this is noise, so the first tick leaves as much to the baseline. */
const MIN_RATE_WINDOW_MS = 200;
const MIN_READ_DEADLINE_MS = 150;
const MAX_READ_DEADLINE_MS = 2000;
const PRIME_DEADLINE_MS = 2000;
/** Others wait for so long before a tick is due, and for so long after it until the sample is whole. */
const QUIET_BEFORE_MS = 3;
const QUIET_AFTER_MS = 20;
/** A short stride is kept for so long after the last demand for it: a client may be between two polls, or reload its page. */
const LINGER_MS = 2000;

/**
 * The agent's one clock. Ticks begin on a whole interval of wall time and stay on that grid by the monotonic clock: no
 * drift, whatever happens to the wall clock. Ticks never overlap; a grid point that passes during a tick or a stall is
 * skipped. The grid counts in units (grid.ts), and a tick comes every `setStride` of them. Started and stopped once.
 */
export class Sampler {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #unitMs: number;
  readonly #collectors: readonly GuardedCollector[];
  readonly #clockGap: ClockGapDetector;
  #listener: ((sample: Sample) => void) | null = null;
  /** Units between ticks. */
  #stride: number;
  /** The last `setStride`. */
  #wanted: { readonly stride: number; readonly sinceMs: number };
  /** Monotonic time of grid index 0. */
  #originMs = 0;
  /** Grid index of the last tick. */
  #last = Number.NEGATIVE_INFINITY;
  /** Grid index of the tick that is waited for. */
  #due = 0;
  /** Grid index at which it would have come without a stall, and the stride in force when that was planned. */
  #expected = { index: 0, stride: 1 };
  #isWaiting = false;
  /** When the last tick began, monotonic and by the wall clock. */
  #tickedMs = Number.NEGATIVE_INFINITY;
  #timestampMs = 0;
  readonly #firstAfterMs: number | undefined;
  #lagMs = 0;
  #durationMs: number | null = null;
  /** The metrics of each collector when the catalogue was put together. */
  #parts: readonly (readonly MetricDescriptor[])[] = [];
  #catalogue: readonly MetricDescriptor[] = [];
  #cancel: () => void = () => {};

  constructor({ collectors, intervalMs, clock, log, firstAfterMs }: SamplerOptions) {
    this.#firstAfterMs = firstAfterMs;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#unitMs = gridUnitMs(intervalMs);
    this.#stride = intervalMs / this.#unitMs;
    this.#wanted = { stride: this.#stride, sinceMs: clock.now() };
    this.#clockGap = new ClockGapDetector(clock);
    this.#collectors = collectors.map(
      (collector) => new GuardedCollector(collector, { clock, log, primeDeadlineMs: PRIME_DEADLINE_MS }),
    );
    this.#refreshCatalogue();
  }

  /** All metrics, in the order of the last sample's values; another array when they have changed. */
  get catalogue(): readonly MetricDescriptor[] {
    return this.#catalogue;
  }

  get tables(): readonly TableDescriptor[] {
    return this.#collectors.flatMap(({ table }) => table ?? []);
  }

  /** How long the last sample took from its tick until it was whole, ms; `null` before the first. */
  get durationMs(): number | null {
    return this.#durationMs;
  }

  get costs(): readonly CollectorCost[] {
    return this.#collectors.map(({ cost }) => cost);
  }

  /**
   * What is behind the values of the last sample, collector by collector, in the kernel's own units. Costs nothing until iterated,
   * which is to be done before the event loop turns: the next read replaces it.
   */
  *rawValues(): Generator<RawReading, void> {
    for (const collector of this.#collectors) {
      const { readAtMs, subject } = collector;
      if (readAtMs === null) continue;
      yield {
        subject,
        timestampMs: this.#timestampMs - (this.#tickedMs - readAtMs),
        values: collector.rawValues(),
      };
    }
  }

  /** How late the last tick began, or how long the next one is overdue where that is more, ms. */
  get lagMs(): number {
    const overdueMs = this.#isWaiting ? this.#clock.now() - this.#timeOf(this.#due) : 0;
    return Math.max(this.#lagMs, overdueMs);
  }

  /** Whether a sample is being taken, or about to be: what else there is to do can wait, but not for a collector that hangs. */
  get isTaking(): boolean {
    if (this.#listener === null) return false;
    const sinceMs = this.#clock.now() - (this.#isWaiting ? this.#timeOf(this.#due) : this.#tickedMs);
    return sinceMs >= -QUIET_BEFORE_MS && sinceMs < QUIET_AFTER_MS;
  }

  /** Takes the collectors' baselines, after which the catalogue is that of this host; settles within two seconds. */
  async prime(): Promise<void> {
    await this.#prime();
    this.#refreshCatalogue();
  }

  /** Primes what is not primed and begins to tick; settles when the first tick is scheduled. */
  async start(listener: (sample: Sample) => void): Promise<void> {
    this.#listener = listener;
    // Somebody may have taken the catalogue already: what changes from here on is told with a sample.
    await this.#prime();
    // Whole intervals of wall time have whole multiples as their index, so slower grids begin alike after every start.
    this.#originMs = this.#clock.now() - this.#clock.wallNow();
    const base = this.#intervalMs / this.#unitMs;
    const earliestMs = this.#clock.now() + (this.#firstAfterMs ?? MIN_RATE_WINDOW_MS);
    const first = Math.ceil(this.#index(earliestMs) / base) * base;
    this.#expected = { index: first, stride: base };
    this.#due = first;
    this.#clockGap.mark();
    if (!this.#armEarly(first)) this.#arm();
  }

  async #prime(): Promise<void> {
    await Promise.all(this.#collectors.map((collector) => collector.prime()));
  }

  /** The first sample before the grid's `first`, where it leaves that a window of its own. */
  #armEarly(first: number): boolean {
    const nowMs = this.#clock.now();
    const atMs = nowMs + (this.#firstAfterMs ?? Number.POSITIVE_INFINITY);
    if (this.#timeOf(first) - atMs < MIN_RATE_WINDOW_MS || this.#listener === null) return false;
    this.#due = Math.floor(this.#index(atMs));
    this.#isWaiting = true;
    this.#cancel = this.#clock.schedule(() => void this.#tick(), atMs - nowMs);
    return true;
  }

  /**
   * Ticks at each grid index that is a multiple of `units`: from the next such point on, or, where that is only slower than now,
   * when nobody has asked for more for two seconds.
   * @param units a divisor of the interval
   */
  setStride(units: number): void {
    this.#wanted = { stride: units, sinceMs: this.#clock.now() };
    if (units % this.#stride === 0) return;
    this.#stride = units;
    const isLate = this.#index(this.#clock.now()) > this.#expected.index;
    this.#due = this.#nextPoint();
    if (!isLate) this.#expected = { index: this.#due, stride: units };
    if (!this.#isWaiting) return;
    this.#cancel();
    this.#arm();
  }

  /** No tick begins after this, and one under way is not published. */
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
        const lagMs = this.#clock.now() - this.#timeOf(this.#due);
        // Node counts a delay from the start of the loop's turn, so a timer may fire early.
        if (lagMs < 0) {
          this.#arm();
          return;
        }
        this.#lagMs = lagMs;
        void this.#tick();
      },
      this.#timeOf(this.#due) - this.#clock.now(),
    );
  }

  async #tick(): Promise<void> {
    this.#isWaiting = false;
    const nowMs = this.#clock.now();
    this.#tickedMs = nowMs;
    const timestampMs = this.#clock.wallNow();
    this.#timestampMs = timestampMs;
    const { index, stride } = this.#expected;
    const brokenBy = this.#clockGap.next(nowMs - this.#timeOf(index), stride * this.#unitMs);
    const gridIndex = Math.max(this.#due, this.#pointBefore(nowMs));
    this.#last = gridIndex;
    if (nowMs - this.#wanted.sinceMs >= LINGER_MS) this.#stride = this.#wanted.stride;
    this.#expected = {
      index: (Math.floor(gridIndex / this.#stride) + 1) * this.#stride,
      stride: this.#stride,
    };
    const answers = this.#readAll(nowMs);
    // What is there at once is not waited for.
    const values = areThere(answers)
      ? answers
      : await Promise.all(answers.map((answer) => Promise.resolve(answer)));
    const hasChanged = this.#refreshCatalogue();
    const tables = this.#takeTables();
    this.#durationMs = this.#clock.now() - nowMs;
    this.#listener?.({
      timestampMs,
      gridIndex,
      values: this.#valuesOf(values),
      ...(hasChanged ? { catalogue: this.#catalogue } : {}),
      ...(tables.length > 0 ? { tables } : {}),
      ...(brokenBy === undefined ? {} : { brokenBy }),
    });
    this.#due = this.#nextPoint();
    this.#arm();
  }

  #readAll(atMs: number): (Values | null | Promise<Values | null>)[] {
    const halfMs = (this.#stride * this.#unitMs) / 2;
    const deadlineMs = Math.min(Math.max(halfMs, MIN_READ_DEADLINE_MS), MAX_READ_DEADLINE_MS);
    return this.#collectors.map((collector) => collector.read(atMs, deadlineMs));
  }

  /** In the order of the catalogue; what answers for other metrics than there are now tells nothing. */
  #valuesOf(answers: readonly (Values | null)[]): (number | null)[] {
    const values: (number | null)[] = [];
    // Not flatMap: V8 runs it on its slow paths, which took a few percent of the agent's processor time.
    for (let part = 0; part < this.#parts.length; part += 1) {
      const count = this.#parts[part]?.length ?? 0;
      const answer = answers[part];
      const isKnown = answer?.length === count;
      for (let index = 0; index < count; index += 1) values.push(isKnown ? (answer[index] ?? null) : null);
    }
    return values;
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

  /** Returns whether it is another one than before. */
  #refreshCatalogue(): boolean {
    const isSame =
      this.#parts.length === this.#collectors.length &&
      this.#collectors.every(({ metrics }, index) => metrics === this.#parts[index]);
    if (isSame) return false;
    this.#parts = this.#collectors.map(({ metrics }) => metrics);
    this.#catalogue = this.#parts.flat();
    return true;
  }

  /** The next point of the current stride. */
  #nextPoint(): number {
    const after = Math.max(this.#last, this.#index(this.#clock.now()));
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
