import type { SampleHistory, TimeRange } from '../../sample-history.ts';
import { TABLE_MS } from '../sample-recorder.ts';
import type { HistoryModel, ModelRow, ModelSample } from './history-model.ts';
import { PROCESSES } from './simulated-host.ts';

const MINUTE_MS = 60_000;

/** Compares the rows of the worst second of a range with those that were recorded. Returns the lies. */
export function judgeTable(history: SampleHistory, range: TimeRange, model: HistoryModel): string[] {
  const found = history.table(PROCESSES.name, range);
  const where = `table ${range.fromMs} to ${range.toMs}: `;
  const inRange = model.byTime.filter(({ timestampMs }) => isIn(timestampMs, range));
  const kept = inRange.filter(({ isForgotten }) => isForgotten.seconds === false);
  // Of each 5 s, the worst second is kept; it need not be in the range if they are not.
  const bySeconds = kept.filter(
    (row) =>
      isIn(floorTo(TABLE_MS, row.first.timestampMs), range) &&
      floorTo(TABLE_MS, row.timestampMs) + TABLE_MS <= range.toMs,
  );
  // Of a minute, the worst second is kept; it need not be in the range if the minute is not.
  const byMinutes = inRange.filter(
    (row) =>
      row.isForgotten.minutes === false &&
      isIn(floorTo(MINUTE_MS, row.timestampMs), range) &&
      floorTo(MINUTE_MS, row.timestampMs) + MINUTE_MS <= range.toMs,
  );
  const isWhole = kept.length === inRange.length;
  // Where the clock was set back, seconds may hold the begin of a range whose rest only minutes have.
  const isMixed = !isWhole && model.byTime.some(({ order }, place) => order !== place);
  const mustHave = isMixed
    ? Number.NEGATIVE_INFINITY
    : Math.max(...(isWhole ? bySeconds : byMinutes).map(sumOf));
  if (found === undefined) return mustHave < 0 ? [] : [`${where}no rows, but there were some`];
  const wide = {
    fromMs: floorTo(MINUTE_MS, range.fromMs),
    toMs: floorTo(MINUTE_MS, range.toMs - 1) + MINUTE_MS,
  };
  const taken = model.rows
    .flatMap(samplesOf)
    .filter(({ timestampMs }) => isIn(timestampMs, isWhole ? range : wide))
    .find(({ table }) => table?.rows === found.rows);
  if (taken === undefined)
    return [`${where}these rows were not in it: ${found.rows} of ${found.timestampMs}`];
  const flaws: string[] = [];
  if (Math.abs(taken.timestampMs - found.timestampMs) >= 1000) {
    flaws.push(`${where}the rows of ${taken.timestampMs} have the time ${found.timestampMs}`);
  }
  if ((taken.table?.sum ?? 0) < mustHave - 1e-6)
    flaws.push(`${where}a sum of ${taken.table?.sum}, the worst had ${mustHave}`);
  return flaws;
}

/** Of several samples in one second, only one table is kept: not below the least. -1 for none. */
function sumOf(row: ModelRow): number {
  const sums = samplesOf(row).flatMap(({ table }) => table?.sum ?? []);
  return sums.length === 0 ? -1 : Math.min(...sums);
}

function samplesOf({ run, first, last }: ModelRow): readonly ModelSample[] {
  return run.samples.slice(first.seq - 1, last.seq);
}

function isIn(timeMs: number, { fromMs, toMs }: TimeRange): boolean {
  return timeMs >= fromMs && timeMs < toMs;
}

function floorTo(lengthMs: number, timeMs: number): number {
  return Math.floor(timeMs / lengthMs) * lengthMs;
}
