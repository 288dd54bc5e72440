import { html, nothing, type TemplateResult } from 'lit';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatCell, formatReading, formatTime } from '../../format.ts';
import { tableView } from '../process-table/table-view.ts';
import type { Series } from '../../../shared/messages.ts';
import type { Table } from './outline.ts';

/** So many rows are told of in words. */
const TOLD_ROWS = 3;

/** What is known of a moment in one of its tables: `descriptor` is `null` where the agent does not have it. */
export interface MomentTable {
  readonly name: string;
  readonly descriptor: Table | null;
  readonly table: SampleTable | null;
}

/** `CPU at 14:03:22: 12.3 %`: what was chosen. */
export function momentTitle(timestampMs: number, { label, unit }: Series, value: number | null): string {
  const reading = value === null ? 'not known' : formatReading(value, unit);
  return `${label} at ${formatTime(timestampMs)}: ${reading}`;
}

/** The sheet that names what there was at a moment. */
export function momentView(
  timestampMs: number,
  title: string,
  tables: readonly MomentTable[],
  close: () => void,
): TemplateResult {
  return html`
    <aside part="moment" aria-label="Chosen moment">
      <div class="chosen">
        <strong>${title}</strong>
        <button type="button" @click=${close}>Back to live</button>
      </div>
      ${tables.map(({ name, descriptor, table }) =>
        descriptor === null || table === null
          ? html`<p>${absence(name, descriptor, timestampMs)}</p>`
          : html`<process-table .descriptor=${descriptor} .table=${table}></process-table>`,
      )}
    </aside>
  `;
}

/** What the tables of a moment say first. */
export function momentWords(timestampMs: number, tables: readonly MomentTable[]): string {
  const told = tables.map(({ name, descriptor, table }) => {
    if (descriptor === null || table === null) return absence(name, descriptor, timestampMs);
    const { columns, rows, sortedBy } = tableView(descriptor, table.rows);
    const first = rows.slice(0, TOLD_ROWS).map((row) => {
      const weight = sortedBy < 0 ? '' : formatCell(row[sortedBy] ?? null, columns[sortedBy]?.unit ?? '');
      return `${formatCell(row[0] ?? null, columns[0]?.unit ?? '')} ${weight}`.trimEnd();
    });
    return `${descriptor.label}: ${first.join(', ')}.`;
  });
  return told.join(' ');
}

/** Why there is nothing to show. */
function absence(name: string, descriptor: Table | null, timestampMs: number): string {
  return descriptor === null
    ? `This agent keeps no table of ${name}.`
    : `${descriptor.label} of ${formatTime(timestampMs)} are not known.`;
}

/** The newest rows of a table, where there are any yet. */
export function liveTableView(
  descriptor: Table | undefined,
  table: SampleTable | null,
): TemplateResult | typeof nothing {
  if (descriptor === undefined || table === null) return nothing;
  return html`<process-table class="live" .descriptor=${descriptor} .table=${table}></process-table>`;
}
