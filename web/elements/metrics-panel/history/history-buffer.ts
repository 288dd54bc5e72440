import type { HistoryAnswer } from '../../../client/history.ts';
import { TimeWindow } from '../../../../shared/time-window.ts';
import { SeriesBuffer } from '../feed/shown-samples.ts';

/**
 * An answer as what a panel draws: a row per point, with the means of all series, then their lowest and their highest values unless points are
 * samples.
 * @param capacity the most rows; the oldest give way
 */
export function historyBuffer({ header, points }: HistoryAnswer, capacity: number): SeriesBuffer {
  const { host, series, stepMs, gaps } = header;
  const columns = [...points.mean, ...(points.min ?? []), ...(points.max ?? [])];
  const samples = new TimeWindow(capacity, columns.length);
  const values = new Float64Array(columns.length);
  for (const [row, timestampMs] of points.ts.entries()) {
    for (const [column, rows] of columns.entries()) values[column] = rows[row] ?? Number.NaN;
    samples.push(timestampMs, values);
  }
  return new SeriesBuffer(
    {
      type: 'subscribed',
      sub: 'history',
      host,
      epoch: '',
      seq: 0,
      intervalMs: stepMs,
      recovered: false,
      series,
      tables: [],
    },
    samples,
    gaps.map(({ fromTs, toTs, reason }) => ({ from: 0, to: 0, fromMs: fromTs, toMs: toTs, reason })),
  );
}

/** `fresh` preceded by the earlier points of `before`; `null` if they do not fit together: other steps, or other series. */
export function extendBuffer(before: SeriesBuffer | null, fresh: SeriesBuffer): SeriesBuffer | null {
  if (before === null || kindOf(before) !== kindOf(fresh)) return null;
  if (fresh.samples.length === 0) return before;
  const fromMs = fresh.samples.timestampAt(0);
  const { capacity, width } = fresh.samples;
  const samples = new TimeWindow(capacity, width);
  const values = new Float64Array(width);
  for (const { samples: rows } of [before, fresh]) {
    for (let row = 0; row < rows.length; row += 1) {
      const timestampMs = rows.timestampAt(row);
      if (rows === before.samples && timestampMs >= fromMs) break;
      for (let column = 0; column < width; column += 1)
        values[column] = rows.valueAt(column, row) ?? Number.NaN;
      samples.push(timestampMs, values);
    }
  }
  const oldestMs = samples.timestampAt(0);
  const gaps = [...before.gaps.filter((gap) => gap.fromMs < fromMs && gap.toMs > oldestMs), ...fresh.gaps];
  return new SeriesBuffer(fresh.announcement, samples, gaps);
}

function kindOf({ announcement: { host, intervalMs, series }, samples }: SeriesBuffer): string {
  return JSON.stringify([host, intervalMs, samples.width, series.map(({ name, unit }) => [name, unit])]);
}
