import { html, nothing, type TemplateResult } from 'lit';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { Language } from '../../locales/languages.ts';
import { hueOfColumn, PLACE, type KnownColumns } from './known-columns.ts';
import { cellText, numberText, type Cell, type Row, type TableView } from './table-view.ts';

type Column = TableDescriptor['columns'][number];

interface Surroundings {
  readonly descriptor: TableDescriptor;
  readonly view: TableView;
  readonly language: Language;
  readonly known: KnownColumns;
  /** Shares of processors are those of one of so many; `null`: of all. */
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  /** There is a column for the last minute behind the one that is sorted by. */
  readonly hasSparks: boolean;
  /** When and how the row of the agent ended; `null` while it lives. */
  readonly endOf: (source: Row) => string | null;
}

/** Bars have so many steps, so that most of them stay as they are. */
const BAR_STEPS = 40;

/** The rows of a table as templates. Where values change, only text nodes do. */
export class TableCells {
  /** The column whose shares can be those of one processor. */
  readonly ofProcessors: Column | null;
  readonly #in: Surroundings;
  readonly #kinds: readonly string[];
  readonly #detail: number;
  readonly #place: number;
  readonly #bars: readonly number[];

  constructor(surroundings: Surroundings) {
    const { view, descriptor, known, memoryBytes } = surroundings;
    const { columns } = view;
    this.#in = surroundings;
    this.#kinds = columns.map((column) => TableCells.kindOf(column, view));
    this.#detail = descriptor.columns.findIndex(({ name }) => name === known.detail);
    this.#place = columns.indexOf(PLACE);
    this.ofProcessors = columns.find(({ name }) => name === known.ofProcessors) ?? null;
    this.#bars = columns.map((column, index) => {
      if (column.name === known.ofProcessors) return 100 / (surroundings.cores ?? 1);
      if (column.name !== known.ofMemory) return index === view.sortedBy ? 100 : 0;
      return memoryBytes ?? Math.max(...view.rows.map((row) => numberIn(row[index]) ?? 0));
    });
  }

  /** Class names: how a column looks, and from which width on it is there. The first share and the first size always are. */
  static kindOf(column: Column, { columns, sortedBy }: TableView): string {
    const { unit, tellsApart = false } = column;
    const index = columns.indexOf(column);
    if (index === 0) return 'title text';
    if (column === PLACE) return 'text apart place';
    if (unit === 'text') return tellsApart ? 'text apart' : 'text last';
    if (unit === 'id') return 'number id';
    const first = columns.findIndex((one) => one.unit === 'bytes');
    const fallback = sortedBy < 0 && first < 0 ? columns.findIndex((one) => one.unit !== 'text') : -1;
    const isFirst = index === sortedBy || index === first || index === fallback;
    if (isFirst)
      return `number first ${unit === 'percent' ? 'share bar' : unit === 'bytes' ? 'size bar' : ''}`;
    return unit.endsWith('/s') ? 'number rate' : 'number count';
  }

  /** @param isInGroup below the row of its group */
  row(row: Row, isInGroup: boolean): TemplateResult {
    const end = this.#in.endOf(this.#in.view.sourceOf(row));
    return html`<tr class=${end === null ? (isInGroup ? 'member' : '') : 'ended'}>
      ${this.#cells(row, this.#title(row, end), end !== null, 'row')}
    </tr>`;
  }

  groupRow(cells: Row, title: TemplateResult): TemplateResult {
    return html`<tr class="group">
      ${this.#cells(cells, title, false, 'rowgroup')}
    </tr>`;
  }

  /** All that is written in a row, and its state. */
  searchText(row: Row): string {
    const { view, language } = this.#in;
    const texts = view.columns.map((column, index) => cellText(row[index] ?? null, column, language));
    return [...texts, this.#detailOf(row)].join('\n');
  }

  #cells(row: Row, title: TemplateResult, isEnded: boolean, scope: 'row' | 'rowgroup'): unknown[] {
    const { view, hasSparks } = this.#in;
    return view.columns.map((column, index) => {
      if (index === 0) return html`<th scope=${scope} class="title text">${title}</th>`;
      const cell = row[index] ?? null;
      const isGone = isEnded && column.unit !== 'text' && column.unit !== 'id';
      return [
        this.#cell(isGone ? null : cell, column, index, scope === 'rowgroup'),
        hasSparks && index === view.sortedBy ? html`<td class="spark" aria-hidden="true"></td>` : nothing,
      ];
    });
  }

  #cell(cell: Cell, column: Column, index: number, isOfGroup: boolean): TemplateResult {
    const { language } = this.#in;
    const kind = this.#kinds[index] ?? '';
    if (column.unit === 'text' || column.unit === 'id' || typeof cell === 'string') {
      const text = isOfGroup ? '' : cellText(cell, column, language);
      return html`<td class=${kind}>${text}</td>`;
    }
    const value =
      column.name === this.ofProcessors?.name && cell !== null ? cell * (this.#in.cores ?? 1) : cell;
    const text = numberText(value, column.unit, language.tag);
    const most = this.#bars[index] ?? 0;
    if (most === 0) return html`<td class=${kind}>${text}</td>`;
    const bar = cell === null ? 0 : Math.ceil(Math.min(1, cell / most) * BAR_STEPS);
    const hue = hueOfColumn(column.name, this.#in.known);
    return html`<td class=${kind} data-hue=${hue} .style=${`--at: ${bar}`}>${text}</td>`;
  }

  #title(row: Row, end: string | null): TemplateResult {
    const { view, language } = this.#in;
    const name = cellText(row[0] ?? null, view.columns[0] ?? PLACE, language);
    const detail = this.#detailOf(row);
    const place = this.#place < 0 ? null : (row[this.#place] ?? null);
    const under = end ?? (place === null ? view.differenceOf(row) : String(place));
    return html`<span class="line"
        ><span class="name">${name}</span>${end === null ? nothing : html` <span class="end">${end}</span>`}${
          detail ? html` <span class="more">${detail}</span>` : nothing
        }</span
      >${under ? html` <span class="under">${under}</span>` : nothing}`;
  }

  /** What is behind the name, which is not repeated. */
  #detailOf(row: Row): string {
    const source = this.#in.view.sourceOf(row);
    const text = source[this.#detail];
    if (typeof text !== 'string') return '';
    const [program = '', ...rest] = text.split(' ');
    const isRepeated = program.split('/').at(-1)?.replace(/:$/, '') === row[0];
    return isRepeated ? rest.join(' ') : text;
  }
}

function numberIn(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}
