/** Numbers of messages as columns: the payloads of the MessagePack extensions (docs/binary.md). */
import { ColumnReader, ColumnsError } from './columns.ts';
import { ColumnWriter } from './columns-encoder.ts';
import type { Metrics } from './messages.ts';

/** Type of the extension that is samples. */
export const SAMPLES_EXTENSION = 1;
/** Type of the extension that is an array of numbers. */
export const NUMBERS_EXTENSION = 2;

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

/** How many numbers may still be read: a column of equal ones takes a few bytes, however many they are. */
export interface Allowance {
  numbers: number;
}

const writer = new ColumnWriter();
/** The column that is being written. */
let scratch = new Float64Array(16);

/** All numbers arrive as in JSON: infinities are unknown, and -0 is 0. */
export function encodeSampleRows({ channel, rows }: SampleRows): Uint8Array<ArrayBuffer> {
  writer.natural(channel);
  writer.natural(rows.length);
  writeColumn(rows.length, (row) => rows[row]?.seq);
  writeColumn(rows.length, (row) => (rows[row]?.seq ?? 0) - (rows[row]?.prev ?? 0));
  writeColumn(rows.length, (row) => rows[row]?.ts);
  const series = rows[0]?.values.length ?? 0;
  for (let index = 0; index < series; index += 1) writeColumn(rows.length, (row) => rows[row]?.values[index]);
  return writer.take();
}

/** @throws ColumnsError */
export function decodeSampleRows(bytes: Uint8Array, allowance: Allowance): SampleRows {
  const reader = new ColumnReader(bytes);
  const channel = reader.natural();
  const count = reader.natural();
  if (count === 0) throw new ColumnsError('There are no samples');
  const columns: Float64Array[] = [];
  while (!reader.isAtEnd) columns.push(readColumn(reader, count, allowance));
  const [seq, step, ts, ...values] = columns;
  if (seq === undefined || step === undefined || ts === undefined)
    throw new ColumnsError('There are fewer than three columns');
  const rows = Array.from({ length: count }, (_, row): SampleRow => {
    const number = seq[row] ?? Number.NaN;
    return {
      seq: number,
      prev: number - (step[row] ?? Number.NaN),
      ts: ts[row] ?? Number.NaN,
      values: values.map((column) => knownOrNull(column[row])),
    };
  });
  return { channel, rows };
}

/** @param numbers `null` and NaN are unknown; the others as in `encodeSampleRows` */
export function encodeNumbers(numbers: readonly (number | null)[]): Uint8Array<ArrayBuffer> {
  writer.natural(numbers.length);
  writeColumn(numbers.length, (row) => numbers[row]);
  return writer.take();
}

/** @throws ColumnsError */
export function decodeNumbers(bytes: Uint8Array, allowance: Allowance): (number | null)[] {
  const reader = new ColumnReader(bytes);
  const column = readColumn(reader, reader.natural(), allowance);
  if (!reader.isAtEnd) throw new ColumnsError('More bytes follow the numbers');
  return Array.from(column, knownOrNull);
}

function readColumn(reader: ColumnReader, rows: number, allowance: Allowance): Float64Array {
  allowance.numbers -= rows;
  if (allowance.numbers < 0) throw new ColumnsError('There are too many numbers');
  return reader.column(rows);
}

function writeColumn(rows: number, valueOf: (row: number) => number | null | undefined): void {
  if (scratch.length < rows) scratch = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row += 1) {
    const value = valueOf(row) ?? Number.NaN;
    // Adding 0 turns -0 into 0.
    scratch[row] = Number.isFinite(value) ? value + 0 : Number.NaN;
  }
  writer.column(scratch, rows);
}

function knownOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
