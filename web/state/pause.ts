import { Observable } from './observable.ts';
import type { TimeRange } from './time-range.ts';

/**
 * Whether the charts are paused, and which range of the samples held is enlarged, where no history has it. A zoom pauses; leaving it resumes unless the
 * reader had paused before.
 */
export class Pause {
  readonly isPaused = new Observable(false);
  /** `null`: the whole range. Set only while paused. */
  readonly zoom = new Observable<TimeRange | null>(null);
  /** The reader is marking a range. */
  readonly isMarking = new Observable(false);
  /** Samples since the pause began. */
  readonly newer = new Observable(0);
  #isForZoom = false;

  readonly toggle = (): void => {
    if (this.isPaused.value) this.resume();
    else this.#pause(false);
  };

  readonly resume = (): void => {
    this.isMarking.set(false);
    this.zoom.set(null);
    this.isPaused.set(false);
  };

  /** The reader begins to mark a range. */
  readonly zoomStarted = (): void => {
    this.isMarking.set(true);
    if (!this.isPaused.value) this.#pause(true);
  };

  /** @param range `null`: the reader gave up, or marked too little. Ignored if the reader has resumed meanwhile */
  readonly zoomEnded = (range: TimeRange | null): void => {
    this.isMarking.set(false);
    if (range !== null && this.isPaused.value) this.zoom.set(range);
    else if (this.zoom.value === null && this.#isForZoom) this.resume();
  };

  readonly zoomOut = (): void => {
    if (this.zoom.value === null) return;
    this.zoom.set(null);
    this.zoomEnded(null);
  };

  sampled(): void {
    if (this.isPaused.value) this.newer.set(this.newer.value + 1);
  }

  #pause(isForZoom: boolean): void {
    this.#isForZoom = isForZoom;
    this.newer.set(0);
    this.isPaused.set(true);
  }
}
