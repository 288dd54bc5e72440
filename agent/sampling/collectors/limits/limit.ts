import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Values } from '../../collector.ts';
import type { RawValue } from '../../raw-values.ts';

/** A limit on the agent's process, with its files kept open. */
export interface Limit {
  /** Identity: the folder of the cgroup with the limit, as bytes (kernel/text.ts). */
  readonly folder: string;
  readonly metrics: readonly MetricDescriptor[];
  /** Values for `metrics`, `null` if unreadable. */
  read(atMs: number): Values;
  /** Counters as of the last `read`. */
  rawValues?(): Iterable<RawValue>;
  close(): void;
}

/**
 * The cgroup that will be exhausted first: the one with the smallest limit; of equal ones the outermost, whose usage includes the others.
 * `null` if there is no limit.
 * @param folders innermost first
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
