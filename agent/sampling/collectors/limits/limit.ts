import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Values } from '../../collector.ts';
import type { RawValue } from '../../raw-values.ts';

/** One limit that holds for the agent's process, with its files kept open. */
export interface Limit {
  /** Tells it from another: the folder of the control group that has it; bytes (kernel/text.ts). */
  readonly folder: string;
  readonly metrics: readonly MetricDescriptor[];
  /** Values for `metrics`, `null` for each that cannot be read now. */
  read(atMs: number): Values;
  /** Its counters as of the last `read`; left out for a limit without any. */
  rawValues?(): Iterable<RawValue>;
  close(): void;
}

/**
 * The control group that is the first to be full: that with the smallest limit. Of equal ones it is the outermost, whose use
 * is at least that of those in it. `null` when there is no limit.
 * @param folders the inner ones first
 */
export function tightest(
  folders: readonly string[],
  limitAt: (folder: string) => number | null,
): string | null {
  let found: string | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const folder of folders) {
    const limit = limitAt(folder);
    if (limit === null || limit > smallest) continue;
    smallest = limit;
    found = folder;
  }
  return found;
}
