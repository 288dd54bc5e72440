import type { SeriesBuffer } from './series-buffer.ts';
import type { TableSource } from './table-follower.ts';

/** What a panel shows at one moment. */
export interface Shown {
  readonly buffer: SeriesBuffer | null;
  readonly tables: TableSource | null;
  readonly revision: number;
}

interface Live extends Shown {
  readonly tables: (TableSource & { snapshot(): TableSource }) | null;
  /** The picture is not the one that is asked for. */
  readonly isFilling: boolean;
}

/** Lets a panel's picture stand still while what is behind it goes on. */
export class PausedView {
  #held: Shown | null = null;

  /** The present while `isPaused` is not set; from then on what there was when it was set, or, before the first sample, that one. */
  of(live: Live, isPaused: boolean): Shown {
    const { buffer, tables, revision, isFilling } = live;
    if (!isPaused) this.release();
    else if (this.#held === null && !isFilling && buffer !== null && buffer.window.length > 0) {
      this.#held = { buffer: buffer.copy(), tables: tables?.snapshot() ?? null, revision };
    }
    return this.#held ?? live;
  }

  /** Forgets what was held: what comes next is held instead. */
  release(): void {
    this.#held = null;
  }
}
