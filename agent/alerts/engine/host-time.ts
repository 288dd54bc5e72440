import type { HostStream } from '../../hosts/host-stream.ts';
import type { SequencedSample } from '../../store/sample-store.ts';

/** A distance of two samples that is longer is a gap, even if nothing says so. */
const GAP_INTERVALS = 3;

/**
 * The time of a host by the grid of its samples, which no setting of a clock moves: when a sample is due to be evaluated, and how much of the time
 * before it was observed.
 */
export class HostTime {
  #last: Pick<SequencedSample, 'epoch' | 'gridIndex' | 'timestampMs'> | null = null;
  #evaluatedCell = Number.NaN;
  #observedMs = 0;
  #nowMs = 0;
  #stepMs = 0;

  /** Of the newest sample, ms; begins as the wall clock of the first one, goes on while the host sleeps, and is never set back. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** From the sample before to the newest one, ms; 0 over a gap. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /** Goes on to a sample. Returns whether it is to be evaluated: samples that come faster than the host's own interval are not. */
  pass(
    { intervalMs, unitMs }: Pick<HostStream, 'intervalMs' | 'unitMs'>,
    { epoch, gridIndex, timestampMs, gapReason }: SequencedSample,
  ): boolean {
    const last = this.#last;
    this.#last = { epoch, gridIndex, timestampMs };
    const isSameRun = last?.epoch === epoch;
    const gridMs = isSameRun ? (gridIndex - last.gridIndex) * unitMs : 0;
    const wallMs = last === null ? timestampMs : timestampMs - last.timestampMs;
    // The grid stands still while the host sleeps.
    this.#nowMs += isSameRun && gapReason !== 'suspend' ? gridMs : Math.max(gridMs, wallMs);
    this.#stepMs = gapReason === undefined && gridMs <= GAP_INTERVALS * intervalMs ? gridMs : 0;
    this.#observedMs += this.#stepMs;
    const cell = Math.floor((gridIndex * unitMs) / intervalMs);
    const isDue = !isSameRun || cell !== this.#evaluatedCell;
    if (isDue) this.#evaluatedCell = cell;
    return isDue;
  }

  /** What was observed since this was last asked, ms. */
  takeObserved(): number {
    const observedMs = this.#observedMs;
    this.#observedMs = 0;
    return observedMs;
  }
}
