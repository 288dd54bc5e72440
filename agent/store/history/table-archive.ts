import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import { HistoryError } from '../sample-history.ts';
import type { SampledTable } from '../../sampling/sample.ts';
import { packPart, unpackPart } from './chunk.ts';

/** Rows of a table as they were sampled. */
export interface TableEntry {
  readonly timeMs: number;
  readonly seq: number;
  /** The sum of the first column in percent, by which the worst second is chosen. */
  readonly weight: number;
  /** JSON */
  readonly rows: string;
}

const COLUMNS = { time: 0, seq: 1, weight: 2 } as const;

export function tableEntry(
  { rows }: SampledTable,
  { columns }: TableDescriptor,
  { timeMs, seq }: { readonly timeMs: number; readonly seq: number },
): TableEntry {
  const column = columns.findIndex(({ unit }) => unit === 'percent');
  let weight = 0;
  for (const row of rows) {
    const cell = row[column];
    if (typeof cell === 'number') weight += cell;
  }
  return { timeMs, seq, weight: Math.round(weight * 100) / 100, rows: JSON.stringify(rows) };
}

/** The length of the columns (u32, little endian), the columns time, seq and weight, then the rows of all entries, deflated together. */
export function packEntries(entries: readonly TableEntry[]): Uint8Array {
  const columns = packPart(
    [COLUMNS.time, COLUMNS.seq, COLUMNS.weight],
    [
      Float64Array.from(entries, ({ timeMs }) => timeMs),
      Float64Array.from(entries, ({ seq }) => seq),
      Float64Array.from(entries, ({ weight }) => weight),
    ],
  );
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, columns.length, true);
  // No JSON on one line has a line feed.
  const rows = deflateRawSync(entries.map((entry) => entry.rows).join('\n'), { level: 6 });
  return Buffer.concat([length, columns, rows]);
}

/** @throws HistoryError */
export function unpackEntries(data: Uint8Array, count: number): TableEntry[] {
  const length = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0, true);
  const columns = unpackPart(data.subarray(4, 4 + length), count);
  const rows = inflateRawSync(data.subarray(4 + length))
    .toString()
    .split('\n');
  if (rows.length !== count) throw new HistoryError('A table of the history has another number of entries');
  return rows.map((text, index) => ({
    timeMs: columns.get(COLUMNS.time)?.[index] ?? Number.NaN,
    seq: columns.get(COLUMNS.seq)?.[index] ?? Number.NaN,
    weight: columns.get(COLUMNS.weight)?.[index] ?? Number.NaN,
    rows: text,
  }));
}

/** Rows of one descriptor as those of another: columns are the same if they have the same name and unit; others are unknown. */
export function translatedRows(rows: string, from: TableDescriptor, to: TableDescriptor): string {
  const cells = to.columns.map(({ name, unit }) =>
    from.columns.findIndex((column) => column.name === name && column.unit === unit),
  );
  if (cells.length === from.columns.length && cells.every((cell, index) => cell === index)) return rows;
  const parsed: unknown = JSON.parse(rows);
  if (!Array.isArray(parsed)) throw new HistoryError('A table of the history has no rows');
  return JSON.stringify(
    parsed.map((row: unknown) =>
      cells.map((cell): unknown => (Array.isArray(row) ? row[cell] : null) ?? null),
    ),
  );
}
