import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { endedIn } from './known-columns.ts';
import type { Row } from './table-view.ts';

export const MINUTE_MS = 60_000;
/** So many tables of the last minute must have had a row for it to stay after its end: others come and go by the dozen. */
const MIN_TABLES = 5;
/** The latest of them. */
const MAX_ENDED = 5;

/** A row that has ended in the last minute. */
export interface EndedRow {
  /** As it was last measured, with the state in which it ended. */
  readonly row: Row;
  /** Between these two, Unix ms: the table before, and the first without it. */
  readonly afterMs: number;
  readonly endedMs: number;
}

/** The values of one column in the last minute, by row. */
export class LastMinute {
  /** Of each table, Unix ms, oldest first. */
  readonly timesMs: readonly number[];
  readonly ended: readonly EndedRow[];
  readonly #tables: readonly SampleTable[];
  readonly #values: readonly ReadonlyMap<string, number | null>[];

  /** @param tables oldest first; `kept` has what was read of them before */
  constructor(
    tables: readonly SampleTable[],
    columns: MinuteColumns,
    kept: WeakMap<SampleTable, ReadonlyMap<string, number | null>>,
  ) {
    this.#tables = tables;
    this.timesMs = tables.map(({ timestampMs }) => timestampMs);
    this.#values = tables.map((table) => {
      const values = kept.get(table) ?? columns.valuesOf(table);
      kept.set(table, values);
      return values;
    });
    this.ended = this.#endedRows(columns).slice(-MAX_ENDED);
  }

  /** One value for each of `timesMs`; `NaN` where the row was in no table, which is unknown and not zero. */
  valuesOf(key: string): Float64Array {
    const found = new Float64Array(this.#values.length);
    for (let index = 0; index < found.length; index += 1)
      found[index] = this.#values[index]?.get(key) ?? Number.NaN;
    return found;
  }

  #endedRows(columns: MinuteColumns): EndedRow[] {
    return this.#tables.flatMap((table, index) =>
      table.rows.flatMap((last) => {
        if (index === 0 || !columns.isEnded(last)) return [];
        const key = columns.keyOf(last);
        const lived = this.#values.filter((values, at) => at < index && values.has(key)).length;
        const row = this.#tables[index - 1]?.rows.find((one) => columns.keyOf(one) === key);
        if (lived < MIN_TABLES || row === undefined || columns.isEnded(row)) return [];
        return [
          {
            row: last.map((cell, at) => cell ?? row[at] ?? null),
            afterMs: this.timesMs[index - 1] ?? Number.NaN,
            endedMs: table.timestampMs,
          },
        ];
      }),
    );
  }
}

/** Where a table has what is followed over a minute. */
export class MinuteColumns {
  readonly isEnded: (row: Row) => boolean;
  readonly #ids: readonly number[];
  readonly #value: number;

  constructor(descriptor: TableDescriptor) {
    const { columns } = descriptor;
    this.isEnded = endedIn(descriptor);
    const title = columns.findIndex(({ unit }) => unit === 'text');
    this.#ids = [...columns.keys()].filter((index) => index === title || columns[index]?.unit === 'id');
    this.#value = columns.findIndex(({ unit }) => unit === 'percent');
  }

  /** What a row is recognised by in other tables: ids may be given again, so its name counts too. */
  keyOf(row: Row): string {
    return this.#ids.map((index) => row[index]).join(' ');
  }

  /** Of the living. */
  valuesOf({ rows }: SampleTable): ReadonlyMap<string, number | null> {
    const values = new Map<string, number | null>();
    for (const row of rows) {
      const value = row[this.#value];
      if (!this.isEnded(row)) values.set(this.keyOf(row), typeof value === 'number' ? value : null);
    }
    return values;
  }
}

/** The sum of some rows at each time; `NaN` where nothing of them is known. */
export function sumOfValues(rows: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array()] = rows;
  return first.map((_, index) =>
    rows.reduce((sum, values) => {
      const value = values[index] ?? Number.NaN;
      if (Number.isNaN(value)) return sum;
      return Number.isNaN(sum) ? value : sum + value;
    }, Number.NaN),
  );
}

/** The highest of all that is known, at least `least`. */
export function highestOf(rows: readonly Float64Array[], least: number): number {
  let highest = least;
  for (const values of rows)
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? least;
      if (value > highest) highest = value;
    }
  return highest;
}
