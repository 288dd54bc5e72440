import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { TableRow } from './collector.ts';

/** Cause of a gap before a sample: `suspend` if the host slept, `stall` if only the agent was held up. */
export type GapReason = 'stall' | 'suspend';

/** Rows of a table, in the order of its columns. */
export interface SampledTable {
  readonly name: string;
  readonly rows: readonly TableRow[];
}

/** Everything measured at one instant. */
export interface Sample {
  /** Wall clock of the host, Unix ms, for display. */
  readonly timestampMs: number;
  /** Point on the sampler's grid, in units (grid.ts). Strictly increasing; grows by more than one where points have no sample. */
  readonly gridIndex: number;
  /** In the order of the catalogue; `null` if unknown. */
  readonly values: readonly (number | null)[];
  /** Of each value, whether it is that of an earlier sample, because its collector was not read for this one. Absent if none is. */
  readonly repeated?: readonly boolean[];
  /** Describes the values. Present if it differs from the previous sample's. */
  readonly catalogue?: readonly MetricDescriptor[];
  /** Tables taken with this sample. */
  readonly tables?: readonly SampledTable[];
  /** Present if samples due before this one could not be taken (RT-8). */
  readonly gapReason?: GapReason;
}
