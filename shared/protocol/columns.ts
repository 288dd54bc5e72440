/**
 * Columns of numbers as the history keeps and sends them (docs/columns.md): decimals scaled to whole numbers, each as the difference to the one
 * before. NaN is unknown.
 */

/** A column that no scale makes whole numbers of is kept as float64. */
const SCALES = [1, 100, 1000] as const;
const FLOAT64 = SCALES.length;
const HAS_UNKNOWN = 8;
const IS_CONSTANT = 16;

export class ColumnsError extends Error {}

/** @param columns all of the same length */
export function encodeColumns(columns: readonly Float64Array[]): Uint8Array<ArrayBuffer> {
  const rows = columns[0]?.length ?? 0;
  const bytes = new Uint8Array(columns.length * (rows * 10 + 32));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const column of columns) {
    const known = column.filter((value) => !Number.isNaN(value));
    const found = SCALES.findIndex((scale) =>
      known.every((value) => {
        const whole = Math.round(value * scale);
        return whole / scale === value && Number.isSafeInteger(whole) && !Object.is(value, -0);
      }),
    );
    const scale = found < 0 ? FLOAT64 : found;
    const hasUnknown = known.length < rows;
    const isConstant = rows > 0 && column.every((value) => Object.is(value, column[0]));
    bytes[at] = scale | (hasUnknown ? HAS_UNKNOWN : 0) | (isConstant ? IS_CONSTANT : 0);
    at += 1;
    if (scale === FLOAT64) {
      for (const value of column) {
        view.setFloat64(at, value, true);
        at += 8;
      }
      continue;
    }
    if (hasUnknown) {
      column.forEach((value, row) => {
        if (Number.isNaN(value)) bytes[at + (row >> 3)] = (bytes[at + (row >> 3)] ?? 0) | (1 << (row & 7));
      });
      at += Math.ceil(rows / 8);
    }
    let before = 0;
    for (const value of isConstant ? known.slice(0, 1) : known) {
      const whole = Math.round(value * (SCALES[scale] ?? 1));
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

/** @throws ColumnsError if the bytes are not `count` columns of `rows` */
export function decodeColumns(bytes: Uint8Array, count: number, rows: number): Float64Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const next = (): number => {
    const byte = bytes[at];
    if (byte === undefined) throw new ColumnsError('The columns end too early');
    at += 1;
    return byte;
  };
  return Array.from({ length: count }, () => {
    const column = new Float64Array(rows);
    const head = next();
    const scale = head & 7;
    if (scale === FLOAT64) {
      if (at + rows * 8 > bytes.length) throw new ColumnsError('The columns end too early');
      for (let row = 0; row < rows; row += 1, at += 8) column[row] = view.getFloat64(at, true);
      return column;
    }
    const unknownAt = at;
    if ((head & HAS_UNKNOWN) !== 0) at += Math.ceil(rows / 8);
    const isConstant = (head & IS_CONSTANT) !== 0;
    let whole = 0;
    for (let row = 0; row < rows; row += 1) {
      const isUnknown =
        (head & HAS_UNKNOWN) !== 0 && ((bytes[unknownAt + (row >> 3)] ?? 0) & (1 << (row & 7))) !== 0;
      if (!isUnknown && !(isConstant && row > 0)) {
        let zigzag = 0;
        let weight = 1;
        let byte: number;
        do {
          byte = next();
          zigzag += (byte & 127) * weight;
          weight *= 128;
        } while (byte >= 128);
        whole += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
      }
      column[row] = isUnknown ? Number.NaN : whole / (SCALES[scale] ?? 1);
    }
    return column;
  });
}
