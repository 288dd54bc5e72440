import { TimeWindow } from '../../../../shared/time-window.ts';
import { copyRows, SeriesBuffer, type Shown } from './shown-samples.ts';
import type { TableSource } from './table-follower.ts';

interface LiveView extends Shown {
  readonly tables: (TableSource & { snapshot(): TableSource }) | null;
  /** `buffer` is that of an earlier request. */
  readonly isFilling: boolean;
}

/** Freezes what a panel shows while its feed goes on. */
export class PausedView {
  #held: Shown | null = null;

  /** `live` unless paused; then a copy from when the pause began, or from the first sample after that. */
  of(live: LiveView, isPaused: boolean): Shown {
    const { buffer, tables, revision, isFilling } = live;
    if (!isPaused) this.release();
    else if (this.#held === null && !isFilling && buffer !== null && buffer.samples.length > 0) {
      this.#held = { buffer: copyOf(buffer), tables: tables?.snapshot() ?? null, revision };
    } else if (this.#held?.tables === null && tables !== null) {
      // Tables may come after the first samples, as where a link to a moment was opened.
      this.#held = { ...this.#held, tables: tables.snapshot() };
    }
    return this.#held ?? live;
  }

  /** Drops the copy; while still paused, the next buffer is held instead. */
  release(): void {
    this.#held = null;
  }
}

/** Later samples do not change it. */
function copyOf({ announcement, samples, gaps }: SeriesBuffer): SeriesBuffer {
  const rows = copyRows(samples, new TimeWindow(samples.capacity, samples.width));
  return new SeriesBuffer(announcement, rows, [...gaps]);
}
