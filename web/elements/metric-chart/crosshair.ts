/** Unix ms. */
export interface CrosshairPosition {
  /** Time of the sample that the reader points at. */
  readonly timestampMs: number | null;
  /** The other end of the range that the reader is marking. */
  readonly anchorMs: number | null;
}

const NOWHERE: CrosshairPosition = { timestampMs: null, anchorMs: null };

/** The time that the reader points at, shared by charts, which are notified at most once per animation frame. */
export class Crosshair {
  #position = NOWHERE;
  #isMoving = false;
  readonly #listeners = new Set<() => void>();
  readonly #windowNow: () => Window;

  /** @param windowNow the window that shows the charts */
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

  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
