import type { TableDescriptor } from '../../../shared/catalogue.ts';
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
  /** Of rows that are called the same, what each differs by. */
  readonly differences: ReadonlyMap<readonly Cell[], string>;
}

const SEPARATOR = ' · ';

/**
 * Orders columns and rows for people, by their units alone. Cells that the agent left out are not known.
 * @param told names of columns that had something before: one that comes and goes would move the others
 */
export function tableView(
  { columns }: TableDescriptor,
  rows: SampleTable['rows'],
  told: ReadonlySet<string> = new Set(),
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
        rows.some((row) => (row[index] ?? null) !== null),
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
    differences: differencesAmong(
      shown,
      order.flatMap(({ column }, index) => (column.tellsApart === true ? [index] : [])),
    ),
  };
}

function differencesAmong(
  rows: TableView['rows'],
  columns: readonly number[],
): ReadonlyMap<readonly Cell[], string> {
  const namesakes = new Map<Cell | undefined, (readonly Cell[])[]>();
  for (const row of rows) namesakes.set(row[0], [...(namesakes.get(row[0]) ?? []), row]);
  const differences = new Map<readonly Cell[], string>();
  for (const group of namesakes.values()) {
    const telling = columns.filter((column) => new Set(group.map((row) => row[column])).size > 1);
    for (const row of group) {
      const text = telling.flatMap((column) => row[column] ?? []).join(SEPARATOR);
      if (text !== '') differences.set(row, text);
    }
  }
  return differences;
}

/** Texts of a column may be words of the agent, such as a process's state. */
export function cellText(cell: Cell, { name, unit }: Column, { tag, words }: Language): string {
  return typeof cell === 'string' ? translateAt(name, cell, words) : formatCell(cell, unit, tag);
}

/** What is not known comes last. */
function weightOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : -1;
}
