import { kept } from '../../locales/format.ts';
import type { Language } from '../../locales/languages.ts';
import type { Cell, TableView } from './table-view.ts';

/** Making one takes longer than sorting a table. */
const collators = new Map<string, Intl.Collator>();

export interface RowOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

/** Values start with the largest, texts and ids with the first. */
export function firstOrderOf({ name, unit }: TableView['columns'][number]): RowOrder {
  return { column: name, isDescending: unit !== 'text' && unit !== 'id' };
}

/** The order of a view without the reader's choice; `null`: the agent's. */
export function ownOrderOf({ columns, sortedBy }: TableView): RowOrder | null {
  const column = columns[sortedBy];
  return column === undefined ? null : { column: column.name, isDescending: true };
}

/** Sorts the rows of a view. Unknown cells come last in either direction; equal rows keep their order. */
export function orderRows(view: TableView, order: RowOrder | null, { tag }: Language): TableView['rows'] {
  const index = view.columns.findIndex(({ name }) => name === order?.column);
  if (order === null || index < 0) return view.rows;
  const texts = kept(collators, tag, () => new Intl.Collator(tag, { numeric: true }));
  const sign = order.isDescending ? -1 : 1;
  return view.rows.toSorted((one, other) => {
    const [left, right] = [one[index] ?? null, other[index] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compare(left, right, texts);
  });
}

/** The rows whose text contains every word of `filter`. */
export function filterRows(
  rows: TableView['rows'],
  filter: string,
  textOf: (row: TableView['rows'][number]) => string,
): TableView['rows'] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function compare(one: NonNullable<Cell>, other: NonNullable<Cell>, texts: Intl.Collator): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : texts.compare(String(one), String(other));
}
