import type { RollingPicture } from './rolling-picture.ts';
import type { TableSource } from './table-follower.ts';

/** What a panel shows at one moment. */
export interface Shown {
  readonly picture: RollingPicture | null;
  readonly tables: TableSource | null;
  readonly revision: number;
}

interface Live extends Shown {
  readonly tables: (TableSource & { snapshot(): TableSource }) | null;
  /** The picture is not the one that is asked for. */
  readonly isFilling: boolean;
}

/** Lets a panel's picture stand still while what is behind it goes on. */
export class PictureHold {
  #held: Shown | null = null;

  /** The present while `isPaused` is not set; from then on what there was when it was set, or, before the first sample, that one. */
  of(live: Live, isPaused: boolean): Shown {
    const { picture, tables, revision, isFilling } = live;
    if (!isPaused) this.release();
    else if (this.#held === null && !isFilling && picture !== null && picture.window.length > 0) {
      this.#held = { picture: picture.copy(), tables: tables?.snapshot() ?? null, revision };
    }
    return this.#held ?? live;
  }

  /** Forgets what was held: what comes next is held instead. */
  release(): void {
    this.#held = null;
  }
}
