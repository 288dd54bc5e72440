import type { Cell, Row, TableView } from './table-view.ts';

/** Rows of one place. */
export interface RowGroup {
  /** `null`: rows of which none is known. */
  readonly name: string | null;
  /** Sums of what can be added up, `null` where nothing of it is known; in the order of the view's columns. */
  readonly cells: Row;
  /** In the order in which they came. */
  readonly rows: readonly Row[];
}

/**
 * Rows by the text in one of their columns, in the order of the first row of each.
 * @param place index of that column
 * @param isCounted whether a row counts into the sums
 */
export function groupRows(
  { columns }: Pick<TableView, 'columns'>,
  rows: readonly Row[],
  place: number,
  isCounted: (row: Row) => boolean,
): readonly RowGroup[] {
  const byName = new Map<string | null, Row[]>();
  for (const row of rows) {
    const name = nameOf(row[place]);
    const members = byName.get(name);
    if (members === undefined) byName.set(name, [row]);
    else members.push(row);
  }
  return [...byName].map(([name, members]) => {
    const counted = members.filter(isCounted);
    const cells = columns.map(({ unit }, index): Cell => {
      if (index === 0) return name;
      return unit === 'text' || unit === 'id' ? null : sumOf(counted.map((row) => row[index] ?? null));
    });
    return { name, cells, rows: members };
  });
}

function nameOf(cell: Cell | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}

function sumOf(cells: readonly Cell[]): number | null {
  const known = cells.filter((cell) => typeof cell === 'number');
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
