import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import type { Hue } from '../metric-chart/chart-series.ts';

type Row = SampleTable['rows'][number];
type Column = TableDescriptor['columns'][number];

/** The one place that knows columns by name: those of the table `processes`, as agents describe it. Of another table nothing is known. */
export interface KnownColumns {
  /** Stands in grey behind the name of a row, not in a column. */
  readonly detail: string | null;
  /** Where a row belongs, the first that is known: one column shows them, and rows can be grouped by it. */
  readonly places: readonly string[];
  /** In percent of all processors, and so of one core too. */
  readonly ofProcessors: string | null;
  /** In bytes of the host's memory. */
  readonly ofMemory: string | null;
}

/** The column that stands for all `places`; its label is in table-messages.ts. */
export const PLACE: Column = { name: 'place', label: '', unit: 'text', tellsApart: true };

const PROCESSES: KnownColumns = {
  detail: 'arguments',
  places: ['container', 'unit'],
  ofProcessors: 'cpu',
  ofMemory: 'memory',
};
const NOTHING: KnownColumns = { detail: null, places: [], ofProcessors: null, ofMemory: null };

export function knownColumns({ name }: TableDescriptor): KnownColumns {
  return name === 'processes' ? PROCESSES : NOTHING;
}

export function hueOfColumn(column: string, { ofProcessors, ofMemory }: KnownColumns): Hue {
  return column === ofProcessors ? 'cpu' : column === ofMemory ? 'memory' : 'neutral';
}

/** Tells whether a row is the last of a process that has ended. */
export function endedIn({ name, columns }: TableDescriptor): (row: Row) => boolean {
  const state = name === 'processes' ? columns.findIndex((column) => column.name === 'state') : -1;
  return state < 0 ? () => false : (row) => row[state] === 'ended';
}
