import type { SeriesBuffer } from './series-buffer.ts';
import type { TableSource } from './table-follower.ts';

/** What a panel shows. */
export interface Shown {
  readonly buffer: SeriesBuffer | null;
  readonly tables: TableSource | null;
  readonly revision: number;
}

interface Live extends Shown {
  readonly tables: (TableSource & { snapshot(): TableSource }) | null;
  /** `buffer` is that of an earlier request. */
  readonly isFilling: boolean;
}

/** Freezes what a panel shows while its feed goes on. */
export class PausedView {
  #held: Shown | null = null;

  /** `live` unless paused; then a copy from when the pause began, or from the first sample after that. */
  of(live: Live, isPaused: boolean): Shown {
    const { buffer, tables, revision, isFilling } = live;
    if (!isPaused) this.release();
    else if (this.#held === null && !isFilling && buffer !== null && buffer.window.length > 0) {
      this.#held = { buffer: buffer.copy(), tables: tables?.snapshot() ?? null, revision };
    }
    return this.#held ?? live;
  }

  /** Drops the copy; while still paused, the next buffer is held instead. */
  release(): void {
    this.#held = null;
  }
}
