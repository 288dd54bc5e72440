import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatReading } from '../../locales/format.ts';
import { translateAt } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import { knownColumns, PLACE } from './known-columns.ts';

type Column = TableDescriptor['columns'][number];
export type Row = SampleTable['rows'][number];
export type Cell = Row[number];

interface PlacedColumn {
  readonly column: Column;
  readonly rank: number;
  readonly cellOf: (row: Row) => Cell;
}

export interface TableView {
  /**
   * In the order in which people read: the first text, which names the row, what tells rows of one name apart, values, other texts and ids.
   * Columns that tell apart are omitted until one of their cells is known; those of a place share one column.
   */
  readonly columns: readonly Column[];
  /** In the order of `columns`. */
  readonly rows: readonly Row[];
  /** Index of the first percentage, by which the rows are sorted, largest first; -1: they keep the agent's order. */
  readonly sortedBy: number;
  /** What distinguishes a row from others of its name; empty if nothing does. */
  readonly differenceOf: (row: Row) => string;
  /** What the agent sent for one of `rows`. */
  readonly sourceOf: (row: Row) => Row;
}

/**
 * Orders columns and rows for people by their units. Cells the agent omitted are unknown.
 * @param used collects the names of columns that have had a value: they stay, since columns that come and go would move the others
 */
export function tableView(
  descriptor: TableDescriptor,
  rows: SampleTable['rows'],
  used = new Set<string>(),
): TableView {
  const order = placedColumns(descriptor)
    .filter(
      ({ column, cellOf }) =>
        column.tellsApart !== true ||
        used.has(column.name) ||
        (rows.some((row) => cellOf(row) !== null) && used.add(column.name)),
    )
    .toSorted((one, other) => one.rank - other.rank);
  const sources = new Map<Row, Row>(rows.map((row) => [order.map(({ cellOf }) => cellOf(row)), row]));
  const shown = [...sources.keys()];
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
    sourceOf: (row) => sources.get(row) ?? row,
  };
}

/** Translates texts that the agent knows, such as the state of a process. */
export function cellText(cell: Cell, column: Column, { tag, messages }: Language): string {
  return typeof cell === 'string'
    ? translateAt(column.name, cell, messages)
    : formatCell(cell, column.unit, tag);
}

/** Values with their unit, texts unchanged, and an `id`, which is not a quantity, without digit grouping. */
export function formatCell(cell: Cell, unit: string, locale?: string): string {
  if (typeof cell === 'string') return cell;
  return unit === 'id' && cell !== null ? String(cell) : formatReading(cell, unit, locale);
}

/** As `formatCell`; nothing in a time needs no unit. */
export function numberText(value: number | null, unit: string, locale?: string): string {
  return formatReading(value, value === 0 && unit.endsWith('/s') ? 'count' : unit, locale);
}

function placedColumns(descriptor: TableDescriptor): PlacedColumn[] {
  const { detail, places } = knownColumns(descriptor);
  const title = descriptor.columns.find(({ unit }) => unit === 'text');
  const placed: PlacedColumn[] = [];
  const indexes: number[] = [];
  for (const [index, column] of descriptor.columns.entries()) {
    if (column.name === detail) continue;
    if (places.includes(column.name)) indexes[places.indexOf(column.name)] = index;
    else
      placed.push({
        column,
        rank: column === title ? 0 : rankOf(column),
        cellOf: (row) => row[index] ?? null,
      });
  }
  if (indexes.length === 0) return placed;
  const cellOf = (row: Row): Cell =>
    indexes.map((index) => row[index] ?? null).find((cell) => cell !== null) ?? null;
  // Before others that tell apart.
  return [{ column: PLACE, rank: rankOf(PLACE), cellOf }, ...placed];
}

function rankOf({ unit, tellsApart = false }: Column): number {
  if (tellsApart) return 1;
  if (unit === 'id') return 5;
  if (unit === 'text') return 4;
  return ['percent', 'bytes', 'bytes/s'].includes(unit) ? 2 : 3;
}

function weightOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : -1;
}
