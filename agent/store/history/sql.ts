import { HistoryError } from '../sample-history.ts';

export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Readonly<Record<string, unknown>>;

/** What is used of node:sqlite, so that nothing loads it before it is needed. */
export interface Statement {
  run(...values: readonly SqlValue[]): unknown;
  get(...values: readonly SqlValue[]): SqlRow | undefined;
  all(...values: readonly SqlValue[]): readonly SqlRow[];
}
export interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
}

/** @throws HistoryError if a cell is not what the schema says, so the file is not as it was written */
export function numberIn(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new HistoryError(`The history has no number in ${column}`);
  return value;
}

/** @throws HistoryError */
export function textIn(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new HistoryError(`The history has no text in ${column}`);
  return value;
}

/** @throws HistoryError */
export function bytesIn(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new HistoryError(`The history has no bytes in ${column}`);
  return value;
}

/** The same as a HistoryError. */
export function historyError(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error;
  return new HistoryError(error instanceof Error ? error.message : String(error), { cause: error });
}

/** `?, ?, …` for a list of values. */
export function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}
