import type { Sample, SampleGap } from '../../../shared/client/client-subscription.ts';
import type { Subscribed } from '../../../shared/messages.ts';
import { TimeWindow } from '../../../shared/time-window.ts';

/** What a panel shows of one subscription: its newest samples, and what is missing among them. */
export class RollingPicture {
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
   * The picture under a new announcement. Where it draws the same series, what was there stays, since after a reconnect
   * what was missed follows; else it begins empty.
   */
  static of(announcement: Subscribed, points: number, before: RollingPicture | null): RollingPicture {
    return before !== null &&
      before.window.capacity === points &&
      drawsTheSame(before.announcement, announcement)
      ? new RollingPicture(announcement, before.window, before.#gaps)
      : new RollingPicture(announcement, new TimeWindow(points, announcement.series.length), []);
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

  addGap(gap: SampleGap): void {
    this.#gaps.push(gap);
  }
}

function drawsTheSame(before: Subscribed, after: Subscribed): boolean {
  const key = ({ host, intervalMs, series }: Subscribed): string =>
    JSON.stringify([host, intervalMs, series]);
  return key(before) === key(after);
}
