import { csvCell, csvLine } from '../../shared/csv.ts';
import { Holes } from '../../shared/holes.ts';
import { COLUMNS_TYPE, type HistoryHeader } from '../../shared/protocol/columns.ts';
import { encodeColumns, encodeHistoryHead } from '../../shared/protocol/columns-encoder.ts';
import type { HistoryAnswer } from '../sessions/history-answer.ts';
import type { HistorySlice } from '../store/sample-history.ts';

/** A piece of a body that took a millisecond or less to make. */
type Piece = string | Uint8Array;

/** An answer with all its points. */
export interface WholeAnswer extends Omit<HistoryAnswer, 'slices'> {
  readonly slices: readonly HistorySlice[];
}

/** Writes an answer, piece by piece. */
type Body = (answer: WholeAnswer) => Generator<Piece, void>;

/** Values of one piece. */
const PIECE_VALUES = 2500;

/** What `Accept` may ask for, the first by default. */
export const BODIES: ReadonlyMap<string, Body> = new Map([
  ['application/json', jsonBody],
  ['text/csv', csvBody],
  [COLUMNS_TYPE, columnsBody],
]);

/** @param type of `BODIES` */
export function bodyOf(type: string, answer: WholeAnswer): Generator<Piece, void> {
  return (BODIES.get(type) ?? jsonBody)(answer);
}

/** The fields of a `history` message with all points. */
function* jsonBody(answer: WholeAnswer): Generator<Piece, void> {
  const { slices } = answer;
  yield `${JSON.stringify(headOf(answer)).slice(0, -1)},"ts":`;
  yield* jsonNumbers(slices.map(({ timesMs }) => timesMs));
  for (const kind of kindsOf(answer)) {
    yield `,"${kind}":[`;
    for (const index of answer.series.keys()) {
      if (index > 0) yield ',';
      yield* jsonNumbers(columnOf(slices, kind, index));
    }
    yield ']';
  }
  yield '}';
}

/** A line per point; where points are not samples, minimum and maximum follow each mean. Unknown values are empty cells, and each gap has a line of them. */
function* csvBody(answer: WholeAnswer): Generator<Piece, void> {
  const { series, slices, gaps, plan } = answer;
  const kinds = kindsOf(answer);
  const titles = series.flatMap(({ name, unit }) =>
    kinds.map((kind) => (kind === 'mean' ? `${name} (${unit})` : `${name} ${kind} (${unit})`)),
  );
  yield csvLine(['time', ...titles].map(csvCell));
  const rows = Math.max(1, Math.floor(PIECE_VALUES / (1 + titles.length)));
  const holes = new Holes(
    gaps.map(({ fromTs, toTs }) => ({ fromMs: fromTs, toMs: toTs })),
    plan.stepMs,
  );
  const line = (timeMs: number, cells: readonly string[]): string =>
    csvLine([new Date(timeMs).toISOString(), ...cells]);
  const empty = titles.map(() => '');
  for (const slice of slices) {
    const columns = series.flatMap((_series, index) => kinds.map((kind) => slice[kind][index]));
    for (let start = 0; start < slice.timesMs.length; start += rows) {
      let piece = '';
      for (const [offset, timeMs] of slice.timesMs.subarray(start, start + rows).entries()) {
        const holeMs = holes.before(timeMs);
        if (holeMs !== null) piece += line(holeMs, empty);
        const cells = columns.map((column) => cellOf(column?.[start + offset]));
        piece += line(timeMs, cells);
      }
      yield piece;
    }
  }
}

/** One column after the other: times, then means, minima and maxima by series (docs/columns.md). */
function* columnsBody(answer: WholeAnswer): Generator<Piece, void> {
  const { series, slices } = answer;
  const kinds = kindsOf(answer);
  const rows = slices.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  yield encodeHistoryHead(headOf(answer), rows, 1 + kinds.length * series.length);
  const encoded = (parts: readonly Float64Array[]): Piece => encodeColumns([whole(parts, rows)]);
  yield encoded(slices.map(({ timesMs }) => timesMs));
  for (const kind of kinds) {
    for (const index of series.keys()) yield encoded(columnOf(slices, kind, index));
  }
}

function headOf({ host, series, plan: { tier, stepMs }, gaps, tables }: WholeAnswer): HistoryHeader {
  return { host: host.id, series: [...series], tier, stepMs, gaps, tables };
}

function kindsOf({ plan }: WholeAnswer): readonly ('mean' | 'min' | 'max')[] {
  return plan.isRaw ? ['mean'] : ['mean', 'min', 'max'];
}

function columnOf(
  slices: readonly HistorySlice[],
  kind: 'mean' | 'min' | 'max',
  index: number,
): Float64Array[] {
  return slices.map((slice) => slice[kind][index] ?? new Float64Array());
}

function whole(parts: readonly Float64Array[], rows: number): Float64Array {
  const column = new Float64Array(rows);
  let row = 0;
  for (const part of parts) {
    column.set(part, row);
    row += part.length;
  }
  return column;
}

/** Numbers as a JSON array; NaN becomes `null`. */
function* jsonNumbers(parts: readonly Float64Array[]): Generator<string, void> {
  yield '[';
  let isFirst = true;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += PIECE_VALUES) {
      const numbers = JSON.stringify(Array.from(part.subarray(start, start + PIECE_VALUES))).slice(1, -1);
      yield isFirst ? numbers : `,${numbers}`;
      isFirst = false;
    }
  }
  yield ']';
}

function cellOf(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}
