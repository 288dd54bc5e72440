import { html, nothing, type TemplateResult } from 'lit';
import type { SampleTable } from '../../../../shared/client/client-subscription.ts';
import { translate } from '../../../locales/agent-texts.ts';
import type { Language } from '../../../locales/languages.ts';
import { cellText, tableView } from '../../process-table/table-view.ts';
import { newestOf, type ChartsContext } from '../charts-view.ts';
import type { Table } from '../panel-layout.ts';
import { killsIn } from '../feed/kills.ts';
import type { SeriesBuffer } from '../feed/shown-samples.ts';
import type { TableSource } from '../feed/table-follower.ts';

const SUMMARY_ROWS = 3;

/** One table at the selected time. */
export interface SelectedTimeTable {
  readonly name: string;
  /** `null` if the agent has no such table. */
  readonly descriptor: Table | null;
  /** `null` if it is not known for that time. */
  readonly table: SampleTable | null;
  readonly isComing: boolean;
}

export interface Sheet {
  readonly language: Language;
  readonly timeOf: ChartsContext['timeOf'];
  /** What the page adds to it. */
  readonly tool: ((timestampMs: number) => TemplateResult) | undefined;
  /** There is no present to go back to. */
  readonly isFixed: boolean;
  /** Tables of the time before; `null` while no table is followed. */
  readonly history: TableSource | null;
  readonly buffer: SeriesBuffer | null;
}

/** The sheet below the charts with the tables of the selected time. */
export function selectedTimeView(
  timestampMs: number,
  title: string,
  tables: readonly SelectedTimeTable[],
  leave: () => void,
  { language, timeOf, tool, isFixed, history, buffer }: Sheet,
): TemplateResult {
  const { chosen, back, close } = language.messages.selectedTime;
  return html`
    <aside part="moment" aria-label=${chosen}>
      <div class="chosen">
        <strong>${title}</strong>
        ${tool?.(timestampMs)}
        <button type="button" @click=${leave}>${isFixed ? close : back}</button>
      </div>
      ${tables.map((one) =>
        one.descriptor === null || one.table === null
          ? html`<p>${absence(one, timestampMs, language, timeOf)}</p>`
          : html`<process-table
              .descriptor=${one.descriptor}
              .table=${one.table}
              .history=${history}
              .endings=${buffer === null ? [] : killsIn(buffer)}
              .timeOf=${timeOf}
            ></process-table>`,
      )}
    </aside>
  `;
}

/** The first rows of the tables in sentences, for screen readers. */
export function selectedTimeSummary(
  timestampMs: number,
  tables: readonly SelectedTimeTable[],
  { language, timeOf }: Pick<Sheet, 'language' | 'timeOf'>,
): string {
  const { selectedTime, separator } = language.messages;
  const sentences = tables.map((one) => {
    const { descriptor, table } = one;
    if (descriptor === null || table === null) return absence(one, timestampMs, language, timeOf);
    const { columns, rows, sortedBy, differenceOf } = tableView(descriptor, table.rows);
    const first = rows.slice(0, SUMMARY_ROWS).map((row) => {
      const [title, value] = [0, sortedBy].map((index) => {
        const column = columns[index];
        return column === undefined ? '' : cellText(row[index] ?? null, column, language);
      });
      return [title, differenceOf(row), value].filter(Boolean).join(' ');
    });
    const name = translate(descriptor.label, language.messages);
    const of = timeOf(table.timestampMs, language.tag);
    const title = of === timeOf(timestampMs, language.tag) ? name : language.messages.table.caption(name, of);
    return selectedTime.rows(title, first.join(separator.list));
  });
  return sentences.join(' ');
}

/** Why a table has nothing to show. */
function absence(
  { name, descriptor, isComing }: SelectedTimeTable,
  timestampMs: number,
  { tag, messages }: Language,
  timeOf: Sheet['timeOf'],
): string {
  if (descriptor === null) return messages.selectedTime.noTable(name);
  return isComing
    ? messages.history.loading
    : messages.selectedTime.noRows(translate(descriptor.label, messages), timeOf(timestampMs, tag));
}

/** The newest rows of a table, or those of the time under the pointer; nothing before the first. */
export function liveTableView(
  name: string,
  source: TableSource | null,
  context: ChartsContext,
): TemplateResult | typeof nothing {
  const { buffer, crosshair, isStale, isFrozen, timeOf } = context;
  const descriptor = source?.descriptors.find((one) => one.name === name);
  const table = source?.newest(name) ?? null;
  if (descriptor === undefined || table === null) return nothing;
  return html`<process-table
    class="live"
    ?stale=${isStale}
    ?present=${!isStale && !isFrozen}
    .descriptor=${descriptor}
    .table=${table}
    .history=${source}
    .total=${name === 'processes' ? countOf('process.count', context) : null}
    .endings=${killsIn(buffer)}
    .crosshair=${crosshair}
    .timeOf=${timeOf}
  ></process-table>`;
}

function countOf(metric: string, context: ChartsContext): number | null {
  const column = context.buffer.announcement.series.findIndex(({ name }) => name === metric);
  return column < 0 ? null : newestOf({ name: metric, column }, context);
}
