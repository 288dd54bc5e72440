/** Writes what columns.ts reads. */
import {
  FLOAT64,
  HAS_UNKNOWN,
  IS_CONSTANT,
  MAGIC,
  type HistoryHeader,
  type HistoryPoints,
} from './columns.ts';

/** The difference of two is exact, and twice that. */
const MAX_WHOLE = 2 ** 51;

declare const TextEncoder: new () => { encode: (text: string) => Uint8Array };

/** By decimals. The literals: powers of ten are exact up to here. */
const SCALES = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;

/** Columns and whole numbers, one after the other. May be used again after `take`: nothing is allocated while there is room. */
export class ColumnWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** @param values NaN is unknown; every other float64 is read as it was */
  column(values: Float64Array, rows = values.length): void {
    this.#makeRoom(9 * rows + 9);
    const decimals = decimalsOf(values, rows);
    if (decimals === FLOAT64) {
      this.#byte(FLOAT64);
      for (let row = 0; row < rows; row += 1) {
        this.#view.setFloat64(this.#length, values[row] ?? Number.NaN, true);
        this.#length += 8;
      }
      return;
    }
    const isConstant = hasOneKnownValue(values, rows);
    const hasUnknown = hasNaN(values, rows);
    this.#byte(decimals | (hasUnknown ? HAS_UNKNOWN : 0) | (isConstant ? IS_CONSTANT : 0));
    if (hasUnknown) this.#unknown(values, rows);
    const scale = SCALES[decimals] ?? 1;
    let before = 0;
    for (let row = 0; row < rows; row += 1) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const whole = Math.round(value * scale);
      const difference = whole - before;
      before = whole;
      this.#natural(difference < 0 ? -2 * difference - 1 : 2 * difference);
      if (isConstant) return;
    }
  }

  /** A whole number from 0 to 2^53, as differences are written but without a sign. */
  natural(value: number): void {
    this.#makeRoom(8);
    this.#natural(value);
  }

  /** Everything written since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #unknown(values: Float64Array, rows: number): void {
    const from = this.#length;
    this.#length += Math.ceil(rows / 8);
    this.#bytes.fill(0, from, this.#length);
    for (let row = 0; row < rows; row += 1) {
      const at = from + (row >> 3);
      if (Number.isNaN(values[row])) this.#bytes[at] = (this.#bytes[at] ?? 0) | (1 << (row & 7));
    }
  }

  #natural(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 128);
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #makeRoom(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** @param columns all of the same length */
export function encodeColumns(columns: readonly Float64Array[]): Uint8Array<ArrayBuffer> {
  const writer = new ColumnWriter();
  for (const column of columns) writer.column(column);
  return writer.take();
}

/** The body of an answer of type COLUMNS_TYPE. */
export function encodeHistory(
  header: HistoryHeader,
  { ts, mean, min = [], max = [] }: HistoryPoints,
): Uint8Array<ArrayBuffer> {
  const columns = [ts, ...mean, ...min, ...max];
  const head = encodeHistoryHead(header, ts.length, columns.length);
  const body = encodeColumns(columns);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** What comes before the columns of an answer. They may be encoded one by one: their bytes follow each other. */
export function encodeHistoryHead(
  header: HistoryHeader,
  rows: number,
  columns: number,
): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify({ ...header, rows, columns }));
  const bytes = new Uint8Array(8 + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

function decimalsOf(values: Float64Array, rows: number): number {
  let decimals = 0;
  while (decimals < FLOAT64 && !areWhole(values, rows, SCALES[decimals] ?? 1)) decimals += 1;
  return decimals;
}

function areWhole(values: Float64Array, rows: number, scale: number): boolean {
  for (let row = 0; row < rows; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    // -0 is no whole number: it would come back as 0.
    const whole = Math.round(value * scale) + 0;
    if (!Object.is(whole / scale, value) || Math.abs(whole) > MAX_WHOLE) return false;
  }
  return true;
}

/** Or none. */
function hasOneKnownValue(values: Float64Array, rows: number): boolean {
  let known = Number.NaN;
  for (let row = 0; row < rows; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(known)) known = value;
    else if (value !== known) return false;
  }
  return true;
}

function hasNaN(values: Float64Array, rows: number): boolean {
  for (let row = 0; row < rows; row += 1) if (Number.isNaN(values[row])) return true;
  return false;
}
