import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatCell } from '../../format.ts';
import { translateAt } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';

type Column = TableDescriptor['columns'][number];
export type Cell = SampleTable['rows'][number][number];

/** A table as it is shown. */
export interface TableView {
  /**
   * The most telling first: the first text, which names a row, then figures, other texts, and numbers that count nothing. What would
   * tell rows apart is left out as long as nobody has told any of it.
   */
  readonly columns: readonly Column[];
  /** Cells in the order of `columns`. */
  readonly rows: readonly (readonly Cell[])[];
  /** The column that the rows are sorted by, largest first: the first share; -1 where there is none, and the agent's order stays. */
  readonly sortedBy: number;
  /** What a row differs by from others of its name, empty where it does not. */
  readonly differenceOf: (row: readonly Cell[]) => string;
}

/**
 * Orders columns and rows for people, by their units alone. Cells that the agent left out are not known.
 * @param told takes the names of columns that have had something: one that comes and goes would move the others
 */
export function tableView(
  { columns }: TableDescriptor,
  rows: SampleTable['rows'],
  told = new Set<string>(),
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
        told.has(column.name) ||
        (rows.some((row) => (row[index] ?? null) !== null) && told.add(column.name)),
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

/** Texts of a column may be /* of the agent, such as a process's state. */
export function cellText(cell: Cell, { name, unit }: Column, { tag, messages }: Language): string {
  return typeof cell === 'string' ? translateAt(name, cell, messages) : formatCell(cell, unit, tag);
}

/** What is not known comes last. */
function weightOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : -1;
}
