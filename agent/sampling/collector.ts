import type { MetricDescriptor } from '../../shared/catalogue.ts';

/** Reads one subject of this host. Knows no clock, no client and no wire. */
export interface Collector {
  /** What it reads, for the log: `cpu`, `memory`. */
  readonly subject: string;
  /** What its figures mean, in the order in which `read` returns them. */
  readonly metrics: readonly MetricDescriptor[];
  /** Takes the baseline that a rate needs; called until it succeeds, before the first `read`. */
  prime?(): Promise<void>;
  /** One figure per metric, `null` where it is not known. Rejects when the whole subject cannot be read. */
  read(): Promise<readonly (number | null)[]>;
}
