import type { Sample, SampleGap } from '../../../../shared/client/client-subscription.ts';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { TimeWindow } from '../../../../shared/time-window.ts';

/** The newest samples of a subscription, and what is missing among them. */
export class SeriesBuffer {
  readonly announcement: Subscribed;
  /** One column per series of `announcement`; changes in place. */
  readonly window: TimeWindow;
  readonly #gaps: SampleGap[];

  private constructor(announcement: Subscribed, window: TimeWindow, gaps: SampleGap[]) {
    this.announcement = announcement;
    this.window = window;
    this.#gaps = gaps;
  }

  /**
   * The buffer for a new announcement. With the same host and interval it keeps the samples of `before`, series by series: after a
   * reconnect the missed ones follow, and series that come and go leave the others alone. Else it begins empty.
   */
  static of(announcement: Subscribed, points: number, before: SeriesBuffer | null): SeriesBuffer {
    return before?.window.capacity === points && before.#isOfSameSource(announcement)
      ? new SeriesBuffer(announcement, before.#windowFor(announcement), before.#gaps)
      : new SeriesBuffer(announcement, new TimeWindow(points, announcement.series.length), []);
  }

  /** Gaps within the window, oldest first. */
  get gaps(): readonly SampleGap[] {
    return this.#gaps;
  }

  add({ timestampMs, values }: Sample): void {
    const { window } = this;
    if (window.length > 0 && timestampMs <= window.timestampAt(window.length - 1)) {
      // The host's clock was set back: the samples held now lie in its future, and have no place on the same axis.
      window.clear();
      this.#gaps.length = 0;
    }
    window.push(timestampMs, values);
    while (this.#gaps[0] !== undefined && this.#gaps[0].toMs < window.timestampAt(0)) this.#gaps.shift();
  }

  /** A copy that further samples leave as it is. */
  copy(): SeriesBuffer {
    const { announcement, window } = this;
    const rows = copyRows(window, new TimeWindow(window.capacity, window.width));
    return new SeriesBuffer(announcement, rows, [...this.#gaps]);
  }

  /**
   * This buffer preceded by the earlier samples of `past`, as far as they fit: a restarted agent can send fewer samples than the
   * panel already had.
   */
  after(past: SeriesBuffer): SeriesBuffer {
    const { announcement, window } = this;
    if (window.length === 0 || !past.#isOfSameSource(announcement)) return this;
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

  #isOfSameSource({ host, intervalMs }: Subscribed): boolean {
    return host === this.announcement.host && intervalMs === this.announcement.intervalMs;
  }

  /** The samples held, in the columns of `announcement`; the same window if the columns are the same. */
  #windowFor(announcement: Subscribed): TimeWindow {
    const { window } = this;
    const sources = this.#sourcesOf(announcement);
    if (sources.length === window.width && sources.every((source, column) => source === column))
      return window;
    return copyRows(window, new TimeWindow(window.capacity, sources.length), sources);
  }

  /** For each series of another announcement, its column here; -1 if it has none. */
  #sourcesOf({ series }: Subscribed): number[] {
    const columns = new Map(this.announcement.series.map((one, column) => [keyOf(one), column]));
    return series.map((one) => columns.get(keyOf(one)) ?? -1);
  }
}

/** Copies the columns `sources` (-1: not known) of the rows before `untilMs`. */
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

/** Values in another unit are another series, even under the same name. */
function keyOf({ name, unit }: Subscribed['series'][number]): string {
  return `${name} ${unit}`;
}
