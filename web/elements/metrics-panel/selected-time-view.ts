import { html, nothing, type TemplateResult } from 'lit';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatTime } from '../../format.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import { cellText, tableView } from '../process-table/table-view.ts';
import type { ChartsContext } from './charts-view.ts';
import type { Table } from './panel-layout.ts';
import type { TableSource } from './table-follower.ts';

/** So many rows are told of in /*. */
const TOLD_ROWS = 3;

/** What is known of a moment in one of its tables: `descriptor` is `null` where the agent does not have it. */
export interface SelectedTimeTable {
  readonly name: string;
  readonly descriptor: Table | null;
  readonly table: SampleTable | null;
}

/** The sheet that names what there was at a moment. */
export function selectedTimeView(
  timestampMs: number,
  title: string,
  tables: readonly SelectedTimeTable[],
  close: () => void,
  language: Language,
): TemplateResult {
  const { chosen, back } = language.messages.selectedTime;
  return html`
    <aside part="moment" aria-label=${chosen}>
      <div class="chosen">
        <strong>${title}</strong>
        <button type="button" @click=${close}>${back}</button>
      </div>
      ${tables.map(({ name, descriptor, table }) =>
        descriptor === null || table === null
          ? html`<p>${absence(name, descriptor, timestampMs, language)}</p>`
          : html`<process-table .descriptor=${descriptor} .table=${table}></process-table>`,
      )}
    </aside>
  `;
}

/** What the tables of a moment say first. */
export function selectedTimeMessages(
  timestampMs: number,
  tables: readonly SelectedTimeTable[],
  language: Language,
): string {
  const { selectedTime, separator } = language.messages;
  const sentences = tables.map(({ name, descriptor, table }) => {
    if (descriptor === null || table === null) return absence(name, descriptor, timestampMs, language);
    const { columns, rows, sortedBy, differenceOf } = tableView(descriptor, table.rows);
    const first = rows.slice(0, TOLD_ROWS).map((row) => {
      const [title, figure] = [0, sortedBy].map((index) => {
        const column = columns[index];
        return column === undefined ? '' : cellText(row[index] ?? null, column, language);
      });
      return [title, differenceOf(row), figure].filter(Boolean).join(' ');
    });
    return selectedTime.rows(translate(descriptor.label, language.messages), first.join(separator.list));
  });
  return sentences.join(' ');
}

/** Why there is nothing to show. */
function absence(
  name: string,
  descriptor: Table | null,
  timestampMs: number,
  { tag, messages }: Language,
): string {
  return descriptor === null
    ? messages.selectedTime.noTable(name)
    : messages.selectedTime.noRows(translate(descriptor.label, messages), formatTime(timestampMs, tag));
}

/** The newest rows of a table, or those of where the reader points at, where there are any yet. */
export function liveTableView(
  name: string,
  source: TableSource | null,
  { crosshair, isStale }: Pick<ChartsContext, 'crosshair' | 'isStale'>,
): TemplateResult | typeof nothing {
  const descriptor = source?.descriptors.find((one) => one.name === name);
  const table = source?.newest(name) ?? null;
  if (descriptor === undefined || table === null) return nothing;
  return html`<process-table
    class="live"
    ?stale=${isStale}
    .descriptor=${descriptor}
    .table=${table}
    .history=${source}
    .crosshair=${crosshair}
  ></process-table>`;
}
