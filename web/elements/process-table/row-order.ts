import type { Language } from '../../locales/languages.ts';
import { cellText, type Cell, type TableView } from './table-view.ts';

/** By which column the reader wants the rows, by its name. */
export interface RowOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

/** Figures begin with the largest, names and texts with the first of the alphabet. */
export function firstOrderOf({ name, unit }: TableView['columns'][number]): RowOrder {
  return { column: name, isDescending: unit !== 'text' && unit !== 'id' };
}

/** The order that a view has by itself, `null` where it is the agent's. */
export function ownOrderOf({ columns, sortedBy }: TableView): RowOrder | null {
  const column = columns[sortedBy];
  return column === undefined ? null : { column: column.name, isDescending: true };
}

/** Rows of a view in another order; what is not known comes last in either direction, and equal rows stay as they were. */
export function orderRows(view: TableView, order: RowOrder | null, { tag }: Language): TableView['rows'] {
  const index = view.columns.findIndex(({ name }) => name === order?.column);
  if (order === null || index < 0) return view.rows;
  const texts = new Intl.Collator(tag, { numeric: true });
  const sign = order.isDescending ? -1 : 1;
  return view.rows.toSorted((one, other) => {
    const [left, right] = [one[index] ?? null, other[index] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compare(left, right, texts);
  });
}

/** The rows that have all /* of `filter`, each anywhere among what its cells show. */
export function filterRows(
  { columns }: TableView,
  rows: TableView['rows'],
  filter: string,
  language: Language,
): TableView['rows'] {
  const messages = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (messages.length === 0) return rows;
  return rows.filter((row) => {
    const text = columns.map((column, index) => cellText(row[index] ?? null, column, language)).join('\n');
    return messages.every((word) => text.toLowerCase().includes(word));
  });
}

function compare(one: NonNullable<Cell>, other: NonNullable<Cell>, texts: Intl.Collator): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : texts.compare(String(one), String(other));
}
