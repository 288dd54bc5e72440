import type { Ending } from '../../process-table/process-table.ts';
import type { SeriesBuffer } from './shown-samples.ts';

const COUNTS = ['memory.oomKills', 'limit.oomKills'];

/** Each time at which a count of processes killed for want of memory grew, oldest first. */
export function killsIn({ announcement, samples }: SeriesBuffer): readonly Ending[] {
  const columns = announcement.series.flatMap(({ name }, column) => (COUNTS.includes(name) ? column : []));
  if (columns.length === 0) return [];
  const kills: Ending[] = [];
  const last = columns.map(() => Number.NaN);
  for (let row = 0; row < samples.length; row += 1) {
    let killed = 0;
    for (const [index, column] of columns.entries()) {
      const count = samples.valueAt(column, row);
      if (count === null) continue;
      // What a limit kills, the host counts too.
      killed = Math.max(killed, count - (last[index] ?? Number.NaN) || 0);
      last[index] = count;
    }
    if (killed > 0) kills.push({ timestampMs: samples.timestampAt(row), killed });
  }
  return kills;
}
