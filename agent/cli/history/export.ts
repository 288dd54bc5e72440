import { csvCell, csvLine } from '../../../shared/csv.ts';
import { Holes } from '../../../shared/holes.ts';
import { selectMetrics, type MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { HistoryPlan, HistorySlice, Tier, TimeRange } from '../../store/sample-history.ts';
import { rowMsOf } from '../../store/history/runs.ts';
import { ROW_MS, TIME_PART } from '../../store/history/schema.ts';
import { readNumber, type Connection } from '../../store/history/sqlite.ts';
import { metricSet } from '../../store/metric-set.ts';
import { UsageError } from '../usage-error.ts';
import { historyOf } from './history-files.ts';
import type { Line } from './lines.ts';

export interface ExportOptions extends TimeRange {
  readonly format: 'csv' | 'ndjson';
  /** Names and globs. */
  readonly metrics: readonly string[];
  readonly tier: Tier | undefined;
  /** Distance of points; `undefined` for that of the tier. */
  readonly stepMs: number | undefined;
}

/** Text is written in pieces of about this length. */
const PIECE_CHARACTERS = 64 * 1024;
/** Samples that are read at once. */
const SAMPLES = 900;

/**
 * The history as text, piece by piece: samples, or points of a coarser tier or step.
 * @param progress called with the time that was reached, as a share of the range
 * @throws UsageError for metrics that are not kept @throws HistoryError
 */
export function* exported(
  connection: Connection,
  options: ExportOptions,
  progress: (share: number) => void,
): Generator<string, void> {
  const history = historyOf(connection);
  const { oldestMs } = history;
  // The same order whatever is sampled now.
  const catalogue = history.catalogue.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const { found: metrics, unknown } = selectMetrics(options.metrics, catalogue);
  if (metrics === undefined) {
    // An empty history has no metrics, so asking for all of them is no mistake.
    if (catalogue.length === 0) return;
    throw new UsageError(
      `No metric of this history matches ${unknown}: the first line of "history export" has all names.`,
    );
  }
  const fromMs = Math.max(options.fromMs, oldestMs ?? 0);
  const newestMs = Math.max(fromMs, ...history.runs.map(({ lastMs }) => lastMs));
  const range = { fromMs, toMs: Math.min(options.toMs, newestMs + 1) };
  const at = (timeMs: number): void => progress((timeMs - fromMs) / Math.max(1, range.toMs - fromMs));
  const pieces = { ...options, ...range, metrics, at };
  yield* joined(
    options.format === 'ndjson' && isOfSamples(options)
      ? samples(connection, history, pieces)
      : points(connection, history, pieces),
  );
}

interface Pieces extends Omit<ExportOptions, 'metrics'> {
  readonly metrics: readonly MetricDescriptor[];
  readonly at: (timeMs: number) => void;
}
type History = ReturnType<typeof historyOf>;

function isOfSamples({ tier, stepMs }: Pick<ExportOptions, 'tier' | 'stepMs'>): boolean {
  return stepMs === undefined && (tier === undefined || tier === 'seconds');
}

/** Every sample with its run and number, so that it can be read in again. */
function* samples(
  connection: Connection,
  history: History,
  { metrics, fromMs, toMs, at }: Pieces,
): Generator<string, void> {
  const series = metricSet(metrics, () => undefined, 0);
  yield line({ type: 'metrics', metrics: [...metrics] });
  for (const { epoch, intervalMs, firstSeq, lastSeq } of history.runs) {
    const numbers = numbersWithin(connection, epoch, { fromMs, toMs });
    const upToSeq = Math.min(lastSeq, numbers.to);
    let afterSeq = Math.max(firstSeq, numbers.from) - 1;
    let isAnnounced = false;
    while (afterSeq < upToSeq) {
      const query = { epoch, afterSeq, upToSeq, limit: SAMPLES, series, stride: 1 };
      const before = afterSeq;
      const gaps: string[] = [];
      for (const item of history.readRun(query)) {
        if (!('values' in item)) {
          const { from, to, fromTs, toTs, reason } = item;
          gaps.push(line({ type: 'gap', from, to, fromTs, toTs, reason }));
          continue;
        }
        const { seq, timestampMs: ts } = item;
        const isFirst = afterSeq === firstSeq - 1;
        afterSeq = seq;
        if (ts < fromMs || ts >= toMs) {
          gaps.length = 0;
          continue;
        }
        if (!isAnnounced) yield line({ type: 'run', epoch, intervalMs, firstSeq: isFirst ? firstSeq : seq });
        else yield* gaps;
        isAnnounced = true;
        gaps.length = 0;
        const known = metrics.flatMap(({ name }, index) => {
          const value = item.values[index];
          return value === null || value === undefined ? [] : [[name, value] as const];
        });
        yield line({ type: 'sample', seq, ts, values: Object.fromEntries(known) });
        at(ts);
      }
      if (afterSeq === before) break;
    }
  }
}

/** The numbers that samples of a run can have in a range; its clock may have been set in between. */
function numbersWithin(
  connection: Connection,
  epoch: string,
  { fromMs, toMs }: TimeRange,
): { readonly from: number; readonly to: number } {
  const chunks = `SELECT %, count(*) AS count FROM seconds WHERE part = ${TIME_PART} AND run = (SELECT id FROM run WHERE epoch = ?)`;
  const all = connection.prepare(chunks.replace('%', 'max(last_seq) AS last')).get(epoch);
  const within = connection
    .prepare(
      `${chunks.replace('%', 'min(first_seq) AS first, max(last_seq) AS last')} AND end_ms > ? AND begin_ms < ?`,
    )
    .get(epoch, fromMs, toMs);
  const last = Number(all?.['last'] ?? 0);
  // What follows the last chunk is in none yet.
  if (Number(within?.['count'] ?? 0) === 0) return { from: last + 1, to: Number.POSITIVE_INFINITY };
  const to = Number(within?.['last']);
  return { from: Number(within?.['first']), to: to === last ? Number.POSITIVE_INFINITY : to };
}

/** Points of the Unix clock, or samples by their times. */
function* points(
  connection: Connection,
  history: History,
  { format, metrics, fromMs, toMs, tier, stepMs, at }: Pieces,
): Generator<string, void> {
  const recordedMs = rowMsOf(readNumber(connection, 'SELECT interval_ms FROM run ORDER BY id DESC LIMIT 1'));
  const isRaw = isOfSamples({ tier, stepMs });
  const source = tier ?? coarsestFor(stepMs ?? recordedMs, recordedMs);
  const plan: HistoryPlan = {
    metrics: metrics.map(({ name }) => name),
    fromMs,
    toMs,
    points: Number.POSITIVE_INFINITY,
    tier: source,
    stepMs: stepMs ?? (source === 'seconds' ? recordedMs : ROW_MS[source]),
    isRaw,
  };
  if (format === 'csv') yield csvLine(['time', ...titlesOf(metrics, isRaw)].map(csvCell));
  else yield line({ type: 'metrics', metrics: [...metrics] });
  const holes = new Holes(format === 'csv' ? history.gaps({ fromMs, toMs }) : [], plan.stepMs);
  const empty = titlesOf(metrics, isRaw).map(() => '');
  for (const slice of history.read(plan)) {
    for (const [row, timeMs] of slice.timesMs.entries()) {
      const holeMs = holes.before(timeMs);
      if (holeMs !== null) yield csvLine([new Date(holeMs).toISOString(), ...empty]);
      yield format === 'csv' ? csvRow(slice, row, isRaw) : pointLine(slice, row, metrics);
      at(timeMs);
    }
  }
}

/** @throws nothing: seconds are as fine as it gets */
function coarsestFor(stepMs: number, recordedMs: number): Tier {
  if (stepMs % ROW_MS.quarters === 0) return 'quarters';
  return stepMs % ROW_MS.minutes === 0 && recordedMs <= ROW_MS.minutes ? 'minutes' : 'seconds';
}

function titlesOf(metrics: readonly MetricDescriptor[], isRaw: boolean): string[] {
  return metrics.flatMap(({ name, unit }) =>
    isRaw ? `${name} (${unit})` : [`${name} (${unit})`, `${name} min (${unit})`, `${name} max (${unit})`],
  );
}

function csvRow({ timesMs, mean, min, max }: HistorySlice, row: number, isRaw: boolean): string {
  const cell = (column: Float64Array | undefined): string => {
    const value = column?.[row] ?? Number.NaN;
    return Number.isNaN(value) ? '' : String(value);
  };
  const cells = mean.flatMap((column, index) =>
    isRaw ? cell(column) : [cell(column), cell(min[index]), cell(max[index])],
  );
  return csvLine([new Date(timesMs[row] ?? 0).toISOString(), ...cells]);
}

function pointLine(slice: HistorySlice, row: number, metrics: readonly MetricDescriptor[]): string {
  const of = (columns: readonly Float64Array[]): Record<string, number> =>
    Object.fromEntries(
      metrics.flatMap(({ name }, index) => {
        const value = columns[index]?.[row] ?? Number.NaN;
        return Number.isNaN(value) ? [] : [[name, value] as const];
      }),
    );
  const { timesMs, mean, min, max } = slice;
  return line({ type: 'point', ts: timesMs[row] ?? 0, mean: of(mean), min: of(min), max: of(max) });
}

function line(content: Line): string {
  return `${JSON.stringify(content)}\n`;
}

function* joined(texts: Iterable<string>): Generator<string, void> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
