import type { Sample, SampleGap } from '../../../../shared/client/client-subscription.ts';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { TimeWindow } from '../../../../shared/time-window.ts';
import type { TableSource } from './table-follower.ts';

/** The newest samples of a subscription, and the gaps between them. */
export class SeriesBuffer {
  readonly announcement: Subscribed;
  /** One column per series of `announcement`, or three: the means of all, their lowest, their highest values. Changes in place. */
  readonly samples: TimeWindow;
  readonly #gaps: SampleGap[];

  /** @param gaps oldest first */
  constructor(announcement: Subscribed, samples: TimeWindow, gaps: SampleGap[]) {
    this.announcement = announcement;
    this.samples = samples;
    this.#gaps = gaps;
  }

  /**
   * The buffer for a new announcement. With the same host and interval it keeps the samples of `before`, series by series: after a
   * reconnect the missed ones follow, and series that come and go do not affect the others. Otherwise it begins empty.
   */
  static of(announcement: Subscribed, points: number, before: SeriesBuffer | null): SeriesBuffer {
    return before?.samples.capacity === points && before.#isOfSameSource(announcement)
      ? new SeriesBuffer(announcement, before.#samplesFor(announcement), before.#gaps)
      : new SeriesBuffer(announcement, new TimeWindow(points, announcement.series.length), []);
  }

  /** Distance to the columns of lowest and of highest values; 0 without them. */
  get spread(): number {
    return this.samples.width > this.announcement.series.length ? this.announcement.series.length : 0;
  }

  /** Gaps between the samples held, oldest first. */
  get gaps(): readonly SampleGap[] {
    return this.#gaps;
  }

  add({ timestampMs, values }: Sample): void {
    const { samples } = this;
    if (samples.length > 0 && timestampMs <= samples.timestampAt(samples.length - 1)) {
      // The host's clock was set back: the samples held now lie in its future, and have no place on the same axis.
      samples.clear();
      this.#gaps.length = 0;
    }
    samples.push(timestampMs, values);
    while (this.#gaps[0] !== undefined && this.#gaps[0].toMs < samples.timestampAt(0)) this.#gaps.shift();
  }

  /**
   * This buffer preceded by the earlier samples of `past`, as far as they fit: a restarted agent can send fewer samples than the
   * panel already had.
   */
  after(past: SeriesBuffer): SeriesBuffer {
    const { announcement, samples } = this;
    if (samples.length === 0 || !past.#isOfSameSource(announcement)) return this;
    const fromMs = samples.timestampAt(0);
    const whole = new TimeWindow(samples.capacity, samples.width);
    copyRows(past.samples, whole, past.#sourcesOf(announcement), fromMs);
    copyRows(samples, whole);
    const gaps = [
      ...past.#gaps.filter((gap) => gap.fromMs < fromMs),
      ...this.#gaps.filter((gap) => gap.fromMs >= fromMs),
    ];
    return new SeriesBuffer(announcement, whole, gaps);
  }

  addGap(gap: SampleGap): void {
    this.#gaps.push(gap);
  }

  #isOfSameSource({ host, intervalMs }: Subscribed): boolean {
    return host === this.announcement.host && intervalMs === this.announcement.intervalMs;
  }

  /** The samples held, in the columns of `announcement`; the same object if the columns are the same. */
  #samplesFor(announcement: Subscribed): TimeWindow {
    const { samples } = this;
    const sources = this.#sourcesOf(announcement);
    if (sources.length === samples.width && sources.every((source, column) => source === column))
      return samples;
    return copyRows(samples, new TimeWindow(samples.capacity, sources.length), sources);
  }

  /** For each series of another announcement, its column here; -1 if it has none. */
  #sourcesOf({ series }: Subscribed): number[] {
    const columns = new Map(this.announcement.series.map((one, column) => [keyOf(one), column]));
    return series.map((one) => columns.get(keyOf(one)) ?? -1);
  }
}

/**
 * The series buffer shown over successive subscriptions, and the one that a new subscription is filling: it replaces the shown one
 * when it has every sample that the agent held when the subscription began.
 */
export class LiveBuffer {
  #shown: SeriesBuffer | null = null;
  #filling: SeriesBuffer | null = null;
  /** Epoch of the current subscription; undefined before its first announcement. */
  #epoch: string | undefined;
  /** Newest sample that the agent had when the subscription began: earlier ones are backfill. */
  #headSeq = 0;
  #newestSeq = 0;
  /** Newest sample reported to listeners; a refill repeats some of them. */
  #reportedSeq = 0;

  /** `null` until the agent has announced the series. */
  get shown(): SeriesBuffer | null {
    return this.#shown;
  }

  get isFilling(): boolean {
    return this.#filling !== null;
  }

  /** The agent is still sending backfill, which is shown as it arrives. */
  get isBehind(): boolean {
    return this.#filling === null && this.#newestSeq > 0 && !this.isAtHead;
  }

  get isAtHead(): boolean {
    return this.#newestSeq >= this.#headSeq;
  }

  get #target(): SeriesBuffer | null {
    return this.#filling ?? this.#shown;
  }

  /** A new subscription begins. @param keepsShown show the current buffer until the new one is filled */
  restart(keepsShown: boolean): void {
    this.#filling = null;
    this.#epoch = undefined;
    this.#headSeq = 0;
    this.#newestSeq = 0;
    if (keepsShown) return;
    this.#shown = null;
    this.#reportedSeq = 0;
  }

  announce(announcement: Subscribed, points: number): void {
    const { epoch, seq } = announcement;
    if (epoch !== (this.#epoch ?? this.#shown?.announcement.epoch)) this.#reportedSeq = 0;
    // A later announcement's `seq` can belong to another run, or to a sample that this subscription does not get, so wait for none.
    if (epoch !== this.#epoch) this.#headSeq = this.#epoch === undefined ? seq : 0;
    this.#epoch = epoch;
    const buffer = SeriesBuffer.of(announcement, points, this.#target);
    const isShown = this.#shown === null || this.isAtHead;
    if (isShown) this.#shown = buffer;
    this.#filling = isShown ? null : buffer;
  }

  /** Returns the series of the sample's values, or `null` if the sample was already reported. */
  add(sample: Sample): Subscribed['series'] | null {
    if (this.#shown === null) return null;
    this.#target?.add(sample);
    this.#newestSeq = sample.seq;
    if (this.#filling !== null && this.isAtHead) {
      this.#shown = this.#filling.after(this.#shown);
      this.#filling = null;
    }
    if (sample.seq <= this.#reportedSeq) return null;
    this.#reportedSeq = sample.seq;
    return this.#target?.announcement.series ?? null;
  }

  /** Returns whether the gap is new to listeners. */
  addGap(gap: SampleGap): boolean {
    this.#target?.addGap(gap);
    return gap.from > this.#reportedSeq;
  }
}

/** What a panel shows. */
export interface Shown {
  readonly buffer: SeriesBuffer | null;
  readonly tables: TableSource | null;
  readonly revision: number;
}

/** Copies the columns `sources` (-1: not known) of the rows before `untilMs`. */
export function copyRows(
  from: TimeWindow,
  to: TimeWindow,
  sources: readonly number[] = Array.from({ length: from.width }, (_, column) => column),
  untilMs = Number.POSITIVE_INFINITY,
): TimeWindow {
  for (let row = 0; row < from.length; row += 1) {
    const timestampMs = from.timestampAt(row);
    if (timestampMs >= untilMs) continue;
    to.push(
      timestampMs,
      sources.map((source) => from.valueAt(source, row)),
    );
  }
  return to;
}

/** Values in another unit are another series, even under the same name. */
function keyOf({ name, unit }: Subscribed['series'][number]): string {
  return `${name} ${unit}`;
}
