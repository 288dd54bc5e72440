/** Samples as columns: the payload of MessagePack's extension 1 (docs/binary.md). */
import { ColumnReader, ColumnsError } from './columns.ts';
import { ColumnWriter } from './columns-encoder.ts';
import type { Metrics } from './messages.ts';

/** Samples in MessagePack are an extension of this type. */
export const SAMPLES_EXTENSION = 1;

/** A `metrics` message without its names. */
export type SampleRow = Omit<Metrics, 'type' | 'sub' | 'values'> & {
  /** In the order of the series; `null` and NaN are unknown. */
  readonly values: readonly (number | null)[];
};

/** Samples of one channel, oldest first. */
export interface SampleRows {
  /** As `subscribed` announced it. */
  readonly channel: number;
  readonly rows: readonly SampleRow[];
}

/** The columns before those of the values: seq, seq - prev, ts. */
const OWN_COLUMNS = 3;

const writer = new ColumnWriter();
/** The column that is being written. */
let scratch = new Float64Array(16);

/** The values are read as from JSON: infinities are unknown, and -0 is 0. */
export function encodeSampleRows({ channel, rows }: SampleRows): Uint8Array<ArrayBuffer> {
  if (scratch.length < rows.length) scratch = new Float64Array(2 * rows.length);
  writer.natural(channel);
  writer.natural(rows.length);
  for (let row = 0; row < rows.length; row += 1) scratch[row] = rows[row]?.seq ?? Number.NaN;
  writer.column(scratch, rows.length);
  for (let row = 0; row < rows.length; row += 1) {
    const { seq, prev } = rows[row] ?? { seq: 0, prev: 0 };
    scratch[row] = seq - prev;
  }
  writer.column(scratch, rows.length);
  for (let row = 0; row < rows.length; row += 1) scratch[row] = rows[row]?.ts ?? Number.NaN;
  writer.column(scratch, rows.length);
  const series = rows[0]?.values.length ?? 0;
  for (let index = 0; index < series; index += 1) {
    for (let row = 0; row < rows.length; row += 1) {
      const value = rows[row]?.values[index] ?? Number.NaN;
      // Adding 0 turns -0 into 0.
      scratch[row] = Number.isFinite(value) ? value + 0 : Number.NaN;
    }
    writer.column(scratch, rows.length);
  }
  return writer.take();
}

/** @throws ColumnsError */
export function decodeSampleRows(bytes: Uint8Array): SampleRows {
  const reader = new ColumnReader(bytes);
  const channel = reader.natural();
  const count = reader.natural();
  if (count === 0) throw new ColumnsError('There are no samples');
  const columns: Float64Array[] = [];
  while (!reader.isAtEnd) columns.push(reader.column(count));
  const [seq, step, ts, ...values] = columns;
  if (seq === undefined || step === undefined || ts === undefined)
    throw new ColumnsError(`There are fewer than ${OWN_COLUMNS} columns`);
  const rows = Array.from({ length: count }, (_, row): SampleRow => {
    const number = seq[row] ?? Number.NaN;
    return {
      seq: number,
      prev: number - (step[row] ?? Number.NaN),
      ts: ts[row] ?? Number.NaN,
      values: values.map((column) => known(column[row])),
    };
  });
  return { channel, rows };
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
