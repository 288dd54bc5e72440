/** Reads columns of numbers as `GET /history` sends them (docs/columns.md). The other half is columns-encoder.ts, which no page needs. */
import type { History } from './messages.ts';

export const COLUMNS_TYPE = 'application/vnd.metrics-panel.columns';
/** "MPH1", as a little-endian number. */
export const MAGIC = 0x31_48_50_4d;

/** The head of a column: in its three lowest bits the decimals, 0 to 6, or this. */
export const FLOAT64 = 7;
export const HAS_UNKNOWN = 8;
export const IS_CONSTANT = 16;

/** 128 MB of numbers: far more than an agent answers with. */
const MAX_VALUES = 2 ** 24;

// Both sides have it; ECMAScript does not.
declare const TextDecoder: new (
  encoding: string,
  options: { fatal: boolean },
) => { decode: (bytes: Uint8Array) => string };

/** The bytes are not what docs/columns.md describes, or not all of it. */
export class ColumnsError extends Error {}

/** The answer of `GET /history` in JSON, but for its points. */
export type HistoryHeader = Pick<History, 'tables'> & {
  readonly [Field in 'host' | 'series' | 'tier' | 'stepMs' | 'gaps']: NonNullable<History[Field]>;
};
type SizedHeader = HistoryHeader & { readonly rows: number; readonly columns: number };

/** Points as in `history` messages: by series, then by point. NaN is unknown. */
export interface HistoryPoints {
  readonly ts: Float64Array;
  readonly mean: readonly Float64Array[];
  /** Both or none: absent where points are samples. */
  readonly min?: readonly Float64Array[];
  readonly max?: readonly Float64Array[];
}

/** Reads what was written with `ColumnWriter`, in the same order. All throw ColumnsError. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Seven bits a byte, lowest first. */
  natural(): number {
    let value = 0;
    for (let weight = 1; weight < 2 ** 56; weight *= 128) {
      const byte = this.#view.getUint8(this.#take(1));
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw new ColumnsError('A number of a column is too long');
  }

  column(rows: number): Float64Array<ArrayBuffer> {
    this.#values += rows;
    if (!(this.#values <= MAX_VALUES)) throw new ColumnsError('There are too many values');
    const column = new Float64Array(rows);
    const head = this.#view.getUint8(this.#take(1));
    if (head === FLOAT64) {
      const from = this.#take(8 * rows);
      return column.map((_, row) => this.#view.getFloat64(from + 8 * row, true));
    }
    if ((head & 7) === FLOAT64 || head > 31) throw new ColumnsError('A column has an unknown head');
    const unknown = (head & HAS_UNKNOWN) === 0 ? -1 : this.#take(Math.ceil(rows / 8));
    const scale = 10 ** (head & 7);
    let whole = 0;
    let isFirst = true;
    for (let row = 0; row < rows; row += 1) {
      if (unknown >= 0 && ((this.#view.getUint8(unknown + (row >> 3)) >> (row & 7)) & 1) === 1) {
        column[row] = Number.NaN;
        continue;
      }
      if (isFirst || (head & IS_CONSTANT) === 0) whole += this.#signed();
      isFirst = false;
      column[row] = whole / scale;
    }
    return column;
  }

  /** The sign is the lowest bit. */
  #signed(): number {
    const value = this.natural();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  /** Where the next `size` bytes begin. */
  #take(size: number): number {
    if (this.#at + size > this.#bytes.length) throw new ColumnsError('The columns end too early');
    this.#at += size;
    return this.#at - size;
  }
}

/** @throws ColumnsError if the bytes are not exactly `count` columns of `rows` */
export function decodeColumns(bytes: Uint8Array, count: number, rows: number): Float64Array<ArrayBuffer>[] {
  if (!(count * rows <= MAX_VALUES && count <= bytes.length))
    throw new ColumnsError('There are too many columns');
  const reader = new ColumnReader(bytes);
  const columns = Array.from({ length: count }, () => reader.column(rows));
  if (!reader.isAtEnd) throw new ColumnsError('More bytes follow the columns');
  return columns;
}

/** @throws ColumnsError if the bytes are no answer in columns, or not all of one */
export function decodeHistory(bytes: Uint8Array): { header: HistoryHeader; points: HistoryPoints } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC)
    throw new ColumnsError('This is no answer in columns');
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) throw new ColumnsError('The header ends too early');
  const { rows, columns, ...header } = parseHeader(bytes.subarray(8, end));
  const series = header.series.length;
  const [ts = new Float64Array(0), ...rest] = decodeColumns(bytes.subarray(end), columns, rows);
  const mean = rest.slice(0, series);
  if (columns === 1 + series) return { header, points: { ts, mean } };
  return { header, points: { ts, mean, min: rest.slice(series, 2 * series), max: rest.slice(2 * series) } };
}

function parseHeader(bytes: Uint8Array): SizedHeader {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ColumnsError('The header is not JSON');
  }
  if (!isHeader(header)) throw new ColumnsError('The header lacks series, gaps, rows or columns');
  return header;
}

/** Checks what reading depends on. */
function isHeader(header: unknown): header is SizedHeader {
  if (typeof header !== 'object' || header === null) return false;
  const { series, gaps, rows, columns }: Partial<Record<keyof SizedHeader, unknown>> = header;
  return (
    Array.isArray(series) &&
    Array.isArray(gaps) &&
    Number.isSafeInteger(rows) &&
    Number(rows) >= 0 &&
    (columns === 1 + series.length || columns === 1 + 3 * series.length)
  );
}
