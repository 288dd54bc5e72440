import { recall, remember } from '../../browser/storage.ts';
import type { RowOrder } from './row-order.ts';

/** How a reader arranged a table. The browser remembers it by the table's name, for all panels of the page's origin. */
export interface TableChoices {
  /** `null`: the table's own. */
  readonly order: RowOrder | null;
  readonly filter: string;
}

export function recallChoices(table: string): TableChoices {
  const none: TableChoices = { order: null, filter: '' };
  try {
    const stored: unknown = JSON.parse(recall(() => localStorage, keyOf(table)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return none;
    const { column, isDescending, filter }: Record<string, unknown> = { ...stored };
    return {
      order:
        typeof column === 'string' && typeof isDescending === 'boolean' ? { column, isDescending } : null,
      filter: typeof filter === 'string' ? filter : '',
    };
  } catch {
    return none;
  }
}

export function rememberChoices(table: string, { order, filter }: TableChoices): void {
  remember(() => localStorage, keyOf(table), JSON.stringify({ ...order, filter }));
}

function keyOf(table: string): string {
  return `metrics-panel.table.${table}`;
}
