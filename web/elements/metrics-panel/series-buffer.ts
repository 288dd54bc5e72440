import type { Sample, SampleGap } from '../../../shared/client/client-subscription.ts';
import type { Subscribed } from '../../../shared/protocol/messages.ts';
import { TimeWindow } from '../../../shared/time-window.ts';

/** What a panel shows of one subscription: its newest samples, and what is missing among them. */
export class SeriesBuffer {
  readonly announcement: Subscribed;
  /** One column per series; changes in place. */
  readonly window: TimeWindow;
  readonly #gaps: SampleGap[];

  private constructor(announcement: Subscribed, window: TimeWindow, gaps: SampleGap[]) {
    this.announcement = announcement;
    this.window = window;
    this.#gaps = gaps;
  }

  /**
   * The picture under a new announcement. On the same host and at the same interval what was there stays, series by series,
   * since after a reconnect what was missed follows, and things that come and go leave the others as they are; the past of a
   * new series is not known. Else it begins empty.
   */
  static of(announcement: Subscribed, points: number, before: SeriesBuffer | null): SeriesBuffer {
    if (
      before === null ||
      before.window.capacity !== points ||
      before.announcement.host !== announcement.host ||
      before.announcement.intervalMs !== announcement.intervalMs
    ) {
      return new SeriesBuffer(announcement, new TimeWindow(points, announcement.series.length), []);
    }
    return new SeriesBuffer(announcement, before.#windowFor(announcement), before.#gaps);
  }

  /** What is missing within the window, and why; oldest first. */
  get gaps(): readonly SampleGap[] {
    return this.#gaps;
  }

  add({ timestampMs, values }: Sample): void {
    const { window } = this;
    if (window.length > 0 && timestampMs <= window.timestampAt(window.length - 1)) {
      // The host's clock was set back: what is held lies in its future now and cannot stand on the same axis.
      window.clear();
      this.#gaps.length = 0;
    }
    window.push(timestampMs, values);
    while (this.#gaps[0] !== undefined && this.#gaps[0].toMs < window.timestampAt(0)) this.#gaps.shift();
  }

  /** The picture as it is now, which stands still. */
  copy(): SeriesBuffer {
    const { announcement, window } = this;
    const still = copyRows(window, new TimeWindow(window.capacity, window.width));
    return new SeriesBuffer(announcement, still, [...this.#gaps]);
  }

  /**
   * This one, with what `past` has of the time before its first sample, as far as there is room: an agent that was restarted can fill it
   * with less than is known here.
   */
  after(past: SeriesBuffer): SeriesBuffer {
    const { announcement, window } = this;
    const { host, intervalMs } = past.announcement;
    if (window.length === 0 || host !== announcement.host || intervalMs !== announcement.intervalMs)
      return this;
    const fromMs = window.timestampAt(0);
    const whole = new TimeWindow(window.capacity, window.width);
    copyRows(past.window, whole, past.#sourcesOf(announcement), fromMs);
    copyRows(window, whole);
    const gaps = [
      ...past.#gaps.filter((gap) => gap.fromMs < fromMs),
      ...this.#gaps.filter((gap) => gap.fromMs >= fromMs),
    ];
    return new SeriesBuffer(announcement, whole, gaps);
  }

  addGap(gap: SampleGap): void {
    this.#gaps.push(gap);
  }

  /** The samples held, with the columns of other series; the very window where they are the same. */
  #windowFor(announcement: Subscribed): TimeWindow {
    const { window } = this;
    const sources = this.#sourcesOf(announcement);
    if (sources.length === window.width && sources.every((source, column) => source === column))
      return window;
    return copyRows(window, new TimeWindow(window.capacity, sources.length), sources);
  }

  /** The column of each of other series; -1 for one that is not here. */
  #sourcesOf({ series }: Subscribed): number[] {
    const columns = new Map(this.announcement.series.map((one, column) => [keyOf(one), column]));
    return series.map((one) => columns.get(keyOf(one)) ?? -1);
  }
}

/** Copies rows before `untilMs`, with the columns `sources` of them, or all; a column of -1 is not known. */
function copyRows(
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

/** A figure in another unit is another figure, whatever its name. */
function keyOf({ name, unit }: Subscribed['series'][number]): string {
  return `${name} ${unit}`;
}
