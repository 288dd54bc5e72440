/** Where the reader points at. Unix ms. */
export interface CrosshairPosition {
  /** Time of the sample pointed at, `null` for none. */
  readonly timestampMs: number | null;
  /** The other end of a stretch that is being marked, if one is. */
  readonly anchorMs: number | null;
}

const NOWHERE: CrosshairPosition = { timestampMs: null, anchorMs: null };

/** The moment that the reader points at, the same on all charts that share it; they are told at most once per animation frame. */
export class Crosshair {
  #position = NOWHERE;
  /** Told with the next frame. */
  #isMoving = false;
  readonly #listeners = new Set<() => void>();
  readonly #windowNow: () => Window;

  /** @param windowNow the one that shows the charts */
  constructor(windowNow: () => Window = () => window) {
    this.#windowNow = windowNow;
  }

  get position(): CrosshairPosition {
    return this.#position;
  }

  moveTo(timestampMs: number | null, anchorMs: number | null = null): void {
    if (timestampMs === this.#position.timestampMs && anchorMs === this.#position.anchorMs) return;
    this.#position = timestampMs === null ? NOWHERE : { timestampMs, anchorMs };
    if (this.#isMoving) return;
    this.#isMoving = true;
    this.#windowNow().requestAnimationFrame(() => {
      this.#isMoving = false;
      for (const listener of this.#listeners) listener();
    });
  }

  /** Calls `listener` when the crosshair has moved. Returns the undo. */
  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
