import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatCount, formatTime } from '../../locales/format.ts';
import { translate } from '../../locales/agent-texts.ts';
import { isElement, windowOf } from '../../browser/documents.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { CrosshairController } from '../metric-chart/crosshair-controller.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './process-table.styles.ts';
import { knownColumns, PLACE } from './known-columns.ts';
import {
  highestOf,
  LastMinute,
  MINUTE_MS,
  MinuteColumns,
  sumOfValues,
  type EndedRow,
} from './last-minute.ts';
import { groupRows, type RowGroup } from './row-groups.ts';
import { filterRows, firstOrderOf, orderRows, ownOrderOf, type RowOrder } from './row-order.ts';
import { SparkColumn } from './spark-column.ts';
import { recallChoices, rememberChoices, type TableChoices } from './table-choices.ts';
import { tableMessages } from './table-messages.ts';
import { TableCells } from './table-cells.ts';
import { tableView, type Row, type TableView } from './table-view.ts';

/** Tables of other times than the newest. */
interface TableHistory {
  at(name: string, timestampMs: number): SampleTable | null;
  /** Those held of a stretch of time, oldest first; absent where they are not at hand. */
  between?(name: string, fromMs: number, toMs: number): readonly SampleTable[];
  /** Of the host, as far as known. */
  readonly hardware?: { readonly cores?: number | undefined; readonly memoryTotalBytes?: number | undefined };
}

/** Processes that the page knows to have been killed because memory ran out. */
export interface Ending {
  /** Unix ms; how many have been killed by then since the `Ending` before. */
  readonly timestampMs: number;
  readonly killed: number;
}

/** Properties that change with the rows. */
const OF_ROWS: ReadonlySet<PropertyKey> = new Set(['table', 'history', 'total']);

/** What is shown of one time. */
interface Shown {
  readonly table: SampleTable | null;
  readonly minute: LastMinute | null;
  readonly view: TableView;
  readonly cells: TableCells;
  readonly order: RowOrder | null;
  readonly rows: readonly Row[];
  /** `null`: rows are not grouped. */
  readonly groups: readonly RowGroup[] | null;
}

/**
 * A table of one time, such as its processes, sorted, filtered and grouped as the reader chooses, with the last minute of each row. Units say how a cell
 * is formatted, and which columns a narrow table keeps; what must be known of a column by its name is in known-columns.ts.
 */
@element('process-table')
export class ProcessTable extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) descriptor: TableDescriptor | null = null;
  @property({ attribute: false }) table: SampleTable | null = null;
  /** Shared with charts: while the reader points at one, the table shows the rows of that time from `history`. */
  @property({ attribute: false }) crosshair: Crosshair | null = null;
  @property({ attribute: false }) history: TableHistory | null = null;
  /** How many rows there are, of which the table has the first; `null`: not known. */
  @property({ attribute: false }) total: number | null = null;
  /** Oldest first. A row says that it was killed only if all rows that ended by that table were. */
  @property({ attribute: false, hasChanged: isOtherList }) endings: readonly Ending[] = [];
  /** Whether `table` is how things are now. */
  @property({ type: Boolean }) present = false;
  @property({ attribute: false }) timeOf: (timestampMs: number, locale?: string) => string = formatTime;

  @state() private choices: TableChoices = recallChoices('');
  /** Names of groups whose rows are shown. */
  @state() private open: ReadonlySet<string | null> = new Set();

  @query('canvas') private readonly canvas!: HTMLCanvasElement | null;

  readonly #language = new LanguageController(this);
  readonly #pointer = new CrosshairController(this);
  readonly #sparks = new SparkColumn();
  /** Names of columns that have had a value. */
  readonly #usedColumns = new Set<string>();
  #kept = new WeakMap<SampleTable, ReadonlyMap<string, number | null>>();
  #columns: MinuteColumns | null = null;
  #groupNames: readonly (string | null)[] = [];
  #hasRows = false;
  #hinted: Element | null = null;
  #observer: IntersectionObserver | null = null;
  #isOffscreen = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new (windowOf(this).IntersectionObserver)((entries) => {
      this.#isOffscreen = entries.at(-1)?.isIntersecting === false;
      if (!this.#isOffscreen) this.requestUpdate();
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#isOffscreen = false;
    this.#sparks.stop();
  }

  /** Rows that nobody sees stay as they were. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    this.#pointer.follow(this.crosshair);
    const isOfRows = [...changed.keys()].every((name) => OF_ROWS.has(name));
    return !(this.#isOffscreen && isOfRows && this.#hasRows);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { descriptor } = this;
    if (!changed.has('descriptor') || descriptor === null) return;
    this.#columns = new MinuteColumns(descriptor);
    this.#kept = new WeakMap();
    if (descriptor.name === changed.get('descriptor')?.name) return;
    this.choices = recallChoices(descriptor.name);
    this.#usedColumns.clear();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { descriptor } = this;
    this.#hasRows = descriptor !== null && this.table !== null;
    if (descriptor === null || this.table === null) return nothing;
    const shown = this.#shown(descriptor);
    const { messages } = this.#language;
    const { view, table, rows, groups } = shown;
    const label = translate(descriptor.label, messages);
    const { filter } = this.choices;
    return html`
      <div class="bar">
        <p class="caption" id="caption">${table === null ? nothing : html`<b>${label}</b> `}${this.#caption(label, table)}</p>
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
        ${this.#switches(shown)}
      </div>
      <table class=${groups === null ? '' : 'grouped'} aria-labelledby="caption" @pointerover=${this.#hint}>
        <thead>
          <tr>
            ${this.#headers(shown)}
          </tr>
        </thead>
        ${
          groups === null
            ? html`<tbody>${rows.map((row) => shown.cells.row(row, false))}</tbody>`
            : groups.map((group) => this.#group(group, shown))
        }
      </table>
      <p class="found" role="status">${this.#count(rows.length, view.rows.length)}</p>
    `;
  }

  protected override updated(): void {
    this.#hinted?.removeAttribute('title');
    this.#sparks.draw(this.canvas, this.canvas === null ? null : this.#lines);
  }

  /** In the order of the rows on the page. */
  #lines: Parameters<SparkColumn['draw']>[1] = null;

  #shown(descriptor: TableDescriptor): Shown {
    const { pointedMs } = this.#pointer;
    const table = pointedMs === null ? this.table : (this.history?.at(descriptor.name, pointedMs) ?? null);
    const minute = this.#minuteBefore(table);
    const ended = minute?.ended ?? [];
    const isEnded = this.#columns?.isEnded ?? ((): boolean => false);
    const living = (table?.rows ?? []).filter((row) => !isEnded(row));
    const view = tableView(descriptor, [...living, ...ended.map(({ row }) => row)], this.#usedColumns);
    const { choices } = this;
    const known = knownColumns(descriptor);
    const cores = this.history?.hardware?.cores ?? null;
    const cells = new TableCells({
      descriptor,
      view,
      language: this.#language,
      known,
      cores: choices.isOfAll ? null : cores,
      memoryBytes: this.history?.hardware?.memoryTotalBytes ?? null,
      hasSparks: minute !== null,
      endOf: (row) => this.#endOf(row, ended),
    });
    const order = choices.order ?? ownOrderOf(view);
    const ordered = orderRows(view, order, this.#language);
    const rows = filterRows(ordered, choices.filter, (row) => cells.searchText(row));
    const groups = choices.isGrouped ? this.#groups(view, rows, order, ended) : null;
    this.#lines = this.#linesOf(minute, table, view, rows, groups, cores);
    return { table, minute, view, cells, order, rows, groups };
  }

  /** `null` where earlier tables are not at hand. */
  #minuteBefore(table: SampleTable | null): LastMinute | null {
    const between = this.history?.between?.bind(this.history);
    if (between === undefined || table === null || this.#columns === null) return null;
    const { table: name, timestampMs } = table;
    return new LastMinute(between(name, timestampMs - MINUTE_MS, timestampMs), this.#columns, this.#kept);
  }

  #endOf(row: Row, ended: readonly EndedRow[]): string | null {
    const end = ended.find((one) => one.row === row);
    if (end === undefined) return null;
    const { tag } = this.#language;
    const time = this.timeOf(end.endedMs, tag);
    const killed = this.endings
      .filter(({ timestampMs }) => timestampMs > end.afterMs && timestampMs <= end.endedMs)
      .reduce((sum, ending) => sum + ending.killed, 0);
    const alike = ended.filter(({ endedMs }) => endedMs === end.endedMs).length;
    return killed >= alike ? this.#texts.killed(time) : this.#texts.ended(time);
  }

  /** Groups stay where they are while one of their buttons has the focus. */
  #groups(
    view: TableView,
    rows: readonly Row[],
    order: RowOrder | null,
    ended: readonly EndedRow[],
  ): readonly RowGroup[] | null {
    const place = view.columns.indexOf(PLACE);
    if (place < 0) return null;
    const isAlive = (row: Row): boolean => !ended.some((one) => one.row === view.sourceOf(row));
    const groups = groupRows(view, rows, place, isAlive);
    const byCells = new Map(groups.map((group) => [group.cells, group]));
    const ordered = orderRows({ ...view, rows: [...byCells.keys()] }, order, this.#language);
    let sorted = ordered.flatMap((cells) => byCells.get(cells) ?? []);
    if (this.shadowRoot?.activeElement?.closest('tbody')) {
      const rankOf = ({ name }: RowGroup): number => this.#groupNames.indexOf(name) >>> 0;
      sorted = sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
    }
    this.#groupNames = sorted.map(({ name }) => name);
    return sorted;
  }

  #linesOf(
    minute: LastMinute | null,
    table: SampleTable | null,
    view: TableView,
    rows: readonly Row[],
    groups: readonly RowGroup[] | null,
    cores: number | null,
  ): Parameters<SparkColumn['draw']>[1] {
    const columns = this.#columns;
    if (minute === null || table === null || columns === null) return null;
    const valuesOf = (row: Row): Float64Array => minute.valuesOf(columns.keyOf(view.sourceOf(row)));
    const lines =
      groups === null
        ? rows.map(valuesOf)
        : groups.flatMap(({ name, rows: members }) => {
            const each = members.map(valuesOf);
            return [sumOfValues(each), ...(this.open.has(name) ? each : [])];
          });
    // One scale for all, which a processor that is kept busy fills.
    const top = highestOf(lines, 100 / (cores ?? 1));
    const toMs = table.timestampMs;
    return { timesMs: minute.timesMs, fromMs: toMs - MINUTE_MS, toMs, rows: lines, top };
  }

  get #texts(): ReturnType<typeof tableMessages> {
    return tableMessages(this.#language);
  }

  #caption(label: string, table: SampleTable | null): string {
    const { tag, messages } = this.#language;
    const { pointedMs } = this.#pointer;
    if (table === null) return messages.selectedTime.noRows(label, this.timeOf(pointedMs ?? 0, tag));
    const at = this.#texts.at(this.timeOf(table.timestampMs, tag));
    if (pointedMs !== null) return messages.table.pointed(at);
    const { total } = this;
    const caption = this.present ? this.#texts.now : at;
    if (total === null) return caption;
    const count = formatCount(table.rows.length, tag).text;
    const first = this.#texts.first(count, formatCount(total, tag).text);
    return `${caption}${messages.separator.list}${first}`;
  }

  #switches({ view, cells }: Shown): TemplateResult {
    const { messages } = this.#language;
    const texts = this.#texts;
    const { isOfAll, isGrouped } = this.choices;
    const cores = this.history?.hardware?.cores ?? 1;
    const share = cells.ofProcessors;
    const hasPlaces = view.columns.includes(PLACE);
    return html`
      ${
        share === null || cores < 2
          ? nothing
          : choice(
              translate(share.label, messages),
              [texts.ofOneCore, texts.ofAllCores(formatCount(cores, this.#language.tag).text)],
              isOfAll,
              (isSecond) => this.#choose({ isOfAll: isSecond }),
            )
      }
      ${
        hasPlaces
          ? choice(texts.rows, [texts.each, texts.byPlace], isGrouped, (isSecond) =>
              this.#choose({ isGrouped: isSecond }),
            )
          : nothing
      }
    `;
  }

  /** The canvas hangs below its header, over the cells of its column, so that nobody has to measure where they are. */
  #headers({ view, order, rows, groups, minute }: Shown): unknown[] {
    const count = groups === null ? rows.length : this.#lines?.rows.length;
    const spark = html`<th class="spark" aria-hidden="true">
      ${this.#texts.lastMinute}<canvas .style=${`--rows: ${count ?? 0}`}></canvas>
    </th>`;
    return view.columns.map((column, index) => [
      this.#header(column, order, view),
      minute !== null && index === view.sortedBy ? spark : nothing,
    ]);
  }

  #header(column: TableView['columns'][number], order: RowOrder | null, view: TableView): TemplateResult {
    const { messages } = this.#language;
    const isSorted = column.name === order?.column;
    const direction = order?.isDescending ? 'descending' : 'ascending';
    const kind = TableCells.kindOf(column, view);
    return html`
      <th scope="col" class=${kind} aria-sort=${ifDefined(isSorted ? direction : undefined)}>
        <button type="button" @click=${() => this.#sort(column, order)}>
          ${column === PLACE ? this.#texts.place : translate(column.label, messages)}<span class="arrow" aria-hidden="true"></span>
        </button>
      </th>
    `;
  }

  #group({ name, cells, rows }: RowGroup, { cells: templates }: Shown): TemplateResult {
    const { tag } = this.#language;
    const isOpen = this.open.has(name);
    const title = html`
      <button type="button" aria-expanded=${isOpen ? 'true' : 'false'} @click=${() => this.#toggle(name)}>
        <span class="twist" aria-hidden="true"></span>${name ?? this.#texts.nowhere}
      </button>
      <span class="more">${this.#texts.listed(formatCount(rows.length, tag).text)}</span>
    `;
    return html`<tbody>
      ${templates.groupRow(cells, title)} ${isOpen ? rows.map((row) => templates.row(row, true)) : nothing}
    </tbody>`;
  }

  /** Empty without a filter: screen readers would announce it at each sample. */
  #count(shown: number, all: number): string {
    if (this.choices.filter === '') return '';
    const { tag, messages } = this.#language;
    return messages.table.found(formatCount(shown, tag), formatCount(all, tag));
  }

  #toggle(name: string | null): void {
    const open = new Set(this.open);
    if (!open.delete(name)) open.add(name);
    this.open = open;
  }

  #sort(column: TableView['columns'][number], order: RowOrder | null): void {
    const isAgain = order?.column === column.name;
    this.#choose({
      order: isAgain ? { ...order, isDescending: !order.isDescending } : firstOrderOf(column),
    });
  }

  /** The whole of a text that may be cut off; only of the one under the pointer, and until the next rows. */
  readonly #hint = ({ target }: Event): void => {
    const cell = target !== null && isElement(target) ? target.closest('tbody .text') : null;
    if (cell === null) return;
    cell.setAttribute('title', (cell.querySelector('.line') ?? cell).textContent.trim());
    this.#hinted = cell;
  };

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

function isOtherList(endings: readonly Ending[], before: readonly Ending[] = []): boolean {
  return endings.length !== before.length || endings.at(-1)?.timestampMs !== before.at(-1)?.timestampMs;
}

/** Two buttons, one of which is pressed. */
function choice(
  name: string,
  texts: readonly [string, string],
  isSecond: boolean,
  choose: (isSecond: boolean) => void,
): TemplateResult {
  return html`<div class="choice" role="group" aria-label=${name}>
    ${texts.map(
      (text, index) =>
        html`<button
          type="button"
          aria-pressed=${(index === 1) === isSecond ? 'true' : 'false'}
          @click=${() => choose(index === 1)}
        >
          ${text}
        </button>`,
    )}
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'process-table': ProcessTable;
  }
}
