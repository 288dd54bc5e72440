import { recall, remember } from '../../browser/storage.ts';
import type { RowOrder } from './row-order.ts';

/** How a reader arranged a table. The browser remembers it by the table's name, for all panels of the page's origin. */
export interface TableChoices {
  /** `null`: the table's own. */
  readonly order: RowOrder | null;
  readonly filter: string;
  /** Shares of processors are in percent of all of them, not of one. */
  readonly isOfAll: boolean;
  readonly isGrouped: boolean;
}

const NONE: TableChoices = { order: null, filter: '', isOfAll: false, isGrouped: false };

export function recallChoices(table: string): TableChoices {
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, keyOf(table)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return NONE;
    const { column, isDescending, filter, isOfAll, isGrouped }: Record<string, unknown> = { ...stored };
    return {
      order:
        typeof column === 'string' && typeof isDescending === 'boolean' ? { column, isDescending } : null,
      filter: typeof filter === 'string' ? filter : '',
      isOfAll: isOfAll === true,
      isGrouped: isGrouped === true,
    };
  } catch {
    return NONE;
  }
}

export function rememberChoices(table: string, { order, ...others }: TableChoices): void {
  remember(() => localStorage, keyOf(table), JSON.stringify({ ...order, ...others }));
}

function keyOf(table: string): string {
  return `metrics-panel.table.${table}`;
}
