import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { TableRow } from './collector.ts';

/** Why there is a hole before a sample: `suspend` when the host slept, `stall` when the agent stood still and the host went on. */
export type BreakReason = 'stall' | 'suspend';

/** Rows of a table, in the order of its columns. */
export interface SampledTable {
  readonly name: string;
  readonly rows: readonly TableRow[];
}

/** Everything measured at one instant. */
export interface Sample {
  /** When it was taken, Unix ms on the host's clock, for display. */
  readonly timestampMs: number;
  /** Its point on the sampler's grid, in units (grid.ts). Grows with every sample, by more than one where points have no sample. */
  readonly gridIndex: number;
  /** In the order of the catalogue; `null` is not known. */
  readonly values: readonly (number | null)[];
  /** What the values are of, set when that is not the same as in the sample before. */
  readonly catalogue?: readonly MetricDescriptor[];
  /** Tables that were made with it. */
  readonly tables?: readonly SampledTable[];
  /** Set when samples that were due before this one could not be taken (RT-8). */
  readonly brokenBy?: BreakReason;
}
