import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatReading } from '../../locales/format.ts';
import { translateAt } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';

type Column = TableDescriptor['columns'][number];
export type Cell = SampleTable['rows'][number][number];

export interface TableView {
  /**
   * Most important first: the first text, which names the row, then values, other texts and ids. Columns that tell rows of one name
   * apart are omitted until one of their cells is known.
   */
  readonly columns: readonly Column[];
  /** In the order of `columns`. */
  readonly rows: readonly (readonly Cell[])[];
  /** Index of the first percentage, by which the rows are sorted, largest first; -1: they keep the agent's order. */
  readonly sortedBy: number;
  /** What distinguishes a row from others of its name; empty if nothing does. */
  readonly differenceOf: (row: readonly Cell[]) => string;
}

/**
 * Orders columns and rows for people by their units. Cells the agent omitted are unknown.
 * @param used collects the names of columns that have had a value: they stay, since columns that come and go would move the others
 */
export function tableView(
  { columns }: TableDescriptor,
  rows: SampleTable['rows'],
  used = new Set<string>(),
): TableView {
  const title = columns.find(({ unit }) => unit === 'text');
  const rankOf = (column: Column): number => {
    if (column === title) return 0;
    return column.unit === 'id' ? 3 : column.unit === 'text' ? 2 : 1;
  };
  const order = columns
    .map((column, index) => ({ column, index }))
    .filter(
      ({ column, index }) =>
        column.tellsApart !== true ||
        used.has(column.name) ||
        (rows.some((row) => (row[index] ?? null) !== null) && used.add(column.name)),
    )
    .toSorted((one, other) => rankOf(one.column) - rankOf(other.column));
  const shown = rows.map((row) => order.map(({ index }) => row[index] ?? null));
  const sortedBy = order.findIndex(({ column }) => column.unit === 'percent');
  return {
    columns: order.map(({ column }) => column),
    rows:
      sortedBy < 0
        ? shown
        : shown.toSorted((one, other) => weightOf(other[sortedBy]) - weightOf(one[sortedBy])),
    sortedBy,
    differenceOf: (row) =>
      row
        .filter(
          (cell, index) =>
            order[index]?.column.tellsApart === true &&
            cell !== null &&
            shown.some((other) => other[0] === row[0] && other[index] !== cell),
        )
        .join(' · '),
  };
}

/** Translates texts that the agent knows, such as the state of a process. */
export function cellText(cell: Cell, { name, unit }: Column, { tag, messages }: Language): string {
  return typeof cell === 'string' ? translateAt(name, cell, messages) : formatCell(cell, unit, tag);
}

function weightOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : -1;
}

/** Values with their unit, texts unchanged, and an `id`, which is not a quantity, without digit grouping. */
export function formatCell(cell: Cell, unit: string, locale?: string): string {
  if (typeof cell === 'string') return cell;
  return unit === 'id' && cell !== null ? String(cell) : formatReading(cell, unit, locale);
}
