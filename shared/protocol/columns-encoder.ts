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

/** @param columns all of the same length. NaN is unknown; every other float64 is read as it was */
export function encodeColumns(columns: readonly Float64Array[]): Uint8Array<ArrayBuffer> {
  const rows = columns[0]?.length ?? 0;
  const bytes = new Uint8Array(columns.length * (9 * rows + 9));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const column of columns) {
    const known = column.filter((value) => !Number.isNaN(value));
    const decimals = decimalsOf(known);
    const isConstant = known.every((value) => value === known[0]);
    const hasUnknown = known.length < rows;
    if (decimals === FLOAT64) {
      bytes[at] = FLOAT64;
      at += 1;
      for (const value of column) {
        view.setFloat64(at, value, true);
        at += 8;
      }
      continue;
    }
    bytes[at] = decimals | (hasUnknown ? HAS_UNKNOWN : 0) | (isConstant ? IS_CONSTANT : 0);
    at += 1;
    if (hasUnknown) {
      column.forEach((value, row) => {
        if (Number.isNaN(value)) bytes[at + (row >> 3)] = (bytes[at + (row >> 3)] ?? 0) | (1 << (row & 7));
      });
      at += Math.ceil(rows / 8);
    }
    let before = 0;
    for (const value of isConstant ? known.subarray(0, 1) : known) {
      const whole = Math.round(value * 10 ** decimals);
      const difference = whole - before;
      before = whole;
      let rest = difference < 0 ? -2 * difference - 1 : 2 * difference;
      for (; rest >= 128; rest = Math.floor(rest / 128)) {
        bytes[at] = (rest % 128) | 128;
        at += 1;
      }
      bytes[at] = rest;
      at += 1;
    }
  }
  return bytes.slice(0, at);
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

function decimalsOf(known: Float64Array): number {
  for (let decimals = 0; decimals < FLOAT64; decimals += 1) {
    const scale = 10 ** decimals;
    const isWhole = known.every((value) => {
      // -0 is no whole number: it would come back as 0.
      const whole = Math.round(value * scale) + 0;
      return Object.is(whole / scale, value) && Math.abs(whole) <= MAX_WHOLE;
    });
    if (isWhole) return decimals;
  }
  return FLOAT64;
}
