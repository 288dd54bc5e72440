import { TimeWindow } from '../../../../shared/time-window.ts';
import { copyRows, SeriesBuffer, type Shown } from './shown-samples.ts';
import type { TableSource } from './table-follower.ts';

interface LiveView extends Shown {
  readonly tables: (TableSource & { readonly isFilled: boolean; snapshot(): TableSource }) | null;
  /** `buffer` is that of an earlier request. */
  readonly isFilling: boolean;
}

/** Freezes what a panel shows while its feed goes on. */
export class PausedView {
  #held: { buffer: SeriesBuffer; tables: TableSource | null; revision: number } | null = null;

  /** `live` unless paused; then a copy from when the pause began, or from the first sample after that, with the tables of that time once they are there. */
  of(live: LiveView, isPaused: boolean): Shown {
    const { buffer, tables, revision, isFilling } = live;
    if (!isPaused) this.release();
    else if (this.#held === null && !isFilling && buffer !== null && buffer.samples.length > 0)
      this.#held = { buffer: copyOf(buffer), tables: null, revision };
    const held = this.#held;
    if (held === null) return live;
    // They may come after the samples, as where a link to a moment was opened.
    if (tables?.isFilled === true) held.tables ??= tables.snapshot();
    return { ...held, tables: held.tables ?? tables };
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
