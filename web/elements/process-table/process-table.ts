import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatCount, formatTime } from '../../locales/format.ts';
import { translate } from '../../locales/agent-texts.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { CrosshairController } from '../metric-chart/crosshair-controller.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './process-table.styles.ts';
import { filterRows, firstOrderOf, orderRows, ownOrderOf, type RowOrder } from './row-order.ts';
import { recallChoices, rememberChoices, type TableChoices } from './table-choices.ts';
import { cellText, tableView, type TableView } from './table-view.ts';

/** Tables of other times than the newest. */
interface TableHistory {
  at(name: string, timestampMs: number): SampleTable | null;
}

/**
 * A table of one time, such as its processes, sorted and filtered as the reader chooses. Knows no columns by name: their units say
 * how a cell is formatted, and which columns a narrow table keeps.
 */
@element('process-table')
export class ProcessTable extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) descriptor: TableDescriptor | null = null;
  @property({ attribute: false }) table: SampleTable | null = null;
  /** Shared with charts: while the reader points at one, the table shows the rows of that time from `history`. */
  @property({ attribute: false }) crosshair: Crosshair | null = null;
  @property({ attribute: false }) history: TableHistory | null = null;
  @property({ attribute: false }) timeOf: (timestampMs: number, locale?: string) => string = formatTime;

  @state() private choices: TableChoices = { order: null, filter: '' };

  readonly #language = new LanguageController(this);
  readonly #pointer = new CrosshairController(this);
  /** Names of columns that have had a value. */
  readonly #usedColumns = new Set<string>();

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#pointer.follow(this.crosshair);
    const { descriptor } = this;
    if (
      descriptor !== null &&
      descriptor.name !== changed.get('descriptor')?.name &&
      changed.has('descriptor')
    ) {
      this.choices = recallChoices(descriptor.name);
      this.#usedColumns.clear();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { descriptor } = this;
    const { pointedMs } = this.#pointer;
    if (descriptor === null || this.table === null) return nothing;
    const { messages } = this.#language;
    const table = pointedMs === null ? this.table : (this.history?.at(descriptor.name, pointedMs) ?? null);
    const view = tableView(descriptor, table?.rows ?? [], this.#usedColumns);
    const label = translate(descriptor.label, messages);
    const { filter } = this.choices;
    const order = this.choices.order ?? ownOrderOf(view);
    const rows = filterRows(view, orderRows(view, order, this.#language), filter, this.#language);
    return html`
      <div class="bar">
        <p class="caption" id="caption">${this.#caption(label, table)}</p>
        <input
          type="search"
          aria-label=${messages.table.filter(label)}
          placeholder=${messages.table.filter(label)}
          autocomplete="off"
          spellcheck="false"
          .value=${filter}
          @input=${this.#filter}
          @keydown=${this.#clear}
        />
      </div>
      <table aria-labelledby="caption">
        <thead>
          <tr>
            ${view.columns.map((column) => this.#header(column, order))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.#row(view, row))}
        </tbody>
      </table>
      <p class="count" role="status">${this.#count(rows.length, view.rows.length)}</p>
    `;
  }

  #caption(label: string, table: SampleTable | null): string {
    const { tag, messages } = this.#language;
    const { pointedMs } = this.#pointer;
    if (table === null) return messages.selectedTime.noRows(label, this.timeOf(pointedMs ?? 0, tag));
    const caption = messages.table.caption(label, this.timeOf(table.timestampMs, tag));
    return pointedMs === null ? caption : messages.table.pointed(caption);
  }

  #header(column: TableView['columns'][number], order: RowOrder | null): TemplateResult {
    const { messages } = this.#language;
    const isSorted = column.name === order?.column;
    const direction = order?.isDescending ? 'descending' : 'ascending';
    return html`
      <th scope="col" class=${kindOf(column)} aria-sort=${ifDefined(isSorted ? direction : undefined)}>
        <button type="button" @click=${() => this.#sort(column, order)}>
          ${translate(column.label, messages)}<span class="arrow" aria-hidden="true"></span>
        </button>
      </th>
    `;
  }

  #row({ columns, differenceOf }: TableView, row: TableView['rows'][number]): TemplateResult {
    return html`<tr>
      ${columns.map((column, index) => {
        const text = cellText(row[index] ?? null, column, this.#language);
        const kind = kindOf(column);
        if (index === 0) return rowHeader(kind, text, differenceOf(row));
        const title = column.unit === 'text' ? text : undefined;
        return html`<td class=${kind} title=${ifDefined(title)}>${text}</td>`;
      })}
    </tr>`;
  }

  /** Empty without a filter: screen readers would announce it at each sample. */
  #count(shown: number, all: number): string {
    if (this.choices.filter === '') return '';
    const { tag, messages } = this.#language;
    return messages.table.found(formatCount(shown, tag), formatCount(all, tag));
  }

  #sort(column: TableView['columns'][number], order: RowOrder | null): void {
    const isAgain = order?.column === column.name;
    this.#choose({
      order: isAgain ? { ...order, isDescending: !order.isDescending } : firstOrderOf(column),
    });
  }

  readonly #filter = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) this.#choose({ filter: target.value });
  };

  /** Escape clears the filter, which not every browser does by itself, and nothing else. */
  readonly #clear = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.choices.filter === '') return;
    event.preventDefault();
    event.stopPropagation();
    this.#choose({ filter: '' });
  };

  #choose(change: Partial<TableChoices>): void {
    this.choices = { ...this.choices, ...change };
    if (this.descriptor !== null) rememberChoices(this.descriptor.name, this.choices);
  }
}

function kindOf({ unit, tellsApart = false }: TableView['columns'][number]): string {
  return `${unit === 'text' ? 'text' : 'number'}${tellsApart ? ' apart' : ''}`;
}

/** @param difference from rows of the same name, shown where its columns are hidden */
function rowHeader(kind: string, text: string, difference: string): TemplateResult {
  const more = difference && html` <span class="difference">${difference}</span>`;
  return html`<th scope="row" class=${kind} title="${text} ${difference}">${text}${more}</th>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'process-table': ProcessTable;
  }
}
