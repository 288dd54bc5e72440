import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { TimeRange } from '../sample-history.ts';
import type { TableEntry } from './table-archive.ts';
import { unpackEntries } from './table-archive.ts';
import type { TierTable } from './tier-table.ts';

export interface FoundEntry {
  readonly part: number;
  readonly entry: TableEntry;
}

/**
 * The entry of a table with the greatest weight in a range, the earliest if there are several. Unpacks only chunks that may have it.
 * @param parts of the table, one for each descriptor it has had
 * @param inMemory entries that are not on disk
 */
export function worstEntry(
  table: TierTable,
  parts: ReadonlyMap<number, TableDescriptor>,
  { fromMs, toMs }: TimeRange,
  inMemory: Iterable<FoundEntry>,
): FoundEntry | undefined {
  let worst: FoundEntry | undefined;
  const consider = (found: FoundEntry): void => {
    const { timeMs, weight } = found.entry;
    if (timeMs < fromMs || timeMs >= toMs) return;
    const isWorse =
      worst === undefined ||
      weight > worst.entry.weight ||
      (weight === worst.entry.weight && timeMs < worst.entry.timeMs);
    if (isWorse) worst = found;
  };
  for (const found of inMemory) consider(found);
  for (const { id, part, rows, weight } of table.weights(fromMs, toMs, [...parts.keys()])) {
    if (worst !== undefined && weight < worst.entry.weight) break;
    const data = table.dataOf(id);
    if (data === undefined) continue;
    for (const entry of unpackEntries(data, rows)) consider({ part, entry });
  }
  return worst;
}
