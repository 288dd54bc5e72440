import { css, html, nothing, type TemplateResult } from 'lit';
import { element } from '../../../elements/define-element.ts';
import { tokens } from '../../../elements/tokens.styles.ts';
import { formatReading, formatValue } from '../../../locales/format.ts';
import type { Concern } from '../../../state/attention.ts';
import type { Row } from '../board-lists.ts';
import { canvasStyles, type Surface } from '../canvas/canvas-controller.ts';
import { paintArea, scaleTop } from '../canvas/paint-area.ts';
import { axisOf, binCountOf, TimeBins } from '../canvas/time-bins.ts';
import { BoardList } from './board-list.ts';
import { listStyles } from './list.styles.ts';

/** Widths of the card from which it has so many tiles in a row, CSS pixels at the usual size of type. */
const PER_ROW = [
  [1350, 8],
  [620, 4],
  [0, 2],
] as const;
/** Rows before the rest is folded. */
const ROWS = 2;
/** In rem: of a tile, and of the line in it. */
const TILE = { height: 5.5, padding: 0.75, top: 1.875, line: 1.75 } as const;
/** Percent of all processors. */
const LEAST_TOP = 5;

/** A tile for each container: its processor time as a line, all with one scale on one canvas, and its memory. */
@element('container-tiles')
export class ContainerTiles extends BoardList {
  static override styles = [
    tokens,
    listStyles,
    canvasStyles,
    css`
      .card {
        overflow: hidden;
        padding-block-end: 0;
      }
      .tiles {
        position: relative;
        margin: 0.375rem -1rem 0;
        border-block-start: 1px solid var(--_border);
      }
      ul {
        display: grid;
        grid-template-columns: repeat(var(--_per-row), minmax(0, 1fr));
        grid-auto-rows: 5.5rem;
        /* Lines between tiles: the last of a row and of a column are cut off. */
        margin: 0 -1px -1px 0;
        overflow: hidden;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        pointer-events: none;
      }
      li {
        position: relative;
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        min-width: 0;
        padding: 0.375rem 0.75rem 0.5rem;
        border: 0 solid var(--_border);
        border-inline-end-width: 1px;
        border-block-end-width: 1px;
      }
      li:hover {
        background: color-mix(in srgb, var(--_text) 4%, transparent);
      }
      .title,
      .values {
        display: flex;
        align-items: baseline;
        gap: 0.3rem;
        min-width: 0;
        white-space: nowrap;
      }
      .values {
        justify-content: space-between;
      }
      .name {
        font-size: 0.75rem;
      }
      b {
        font-size: 0.8125rem;
        font-weight: 600;
      }
      .memory {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .more {
        margin-block-end: var(--_space-1);
      }
    `,
  ];

  protected override readonly alarming = ['memory', 'memoryMax', 'cpu', 'pids'];

  protected override get most(): number {
    return this.#perRow * ROWS;
  }

  get #perRow(): number {
    return PER_ROW.find(([least]) => this.canvasWidth >= least)?.[1] ?? 2;
  }

  protected override weightOf({ metrics }: Row): number {
    return this.read(metrics.get('cpu')) ?? 0;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { rows, shown } = this;
    if (rows.length === 0) return nothing;
    return html`
      <section class="card ${this.levelOf(shown)}" aria-labelledby="title">
        ${this.headView('containers')}
        <div class="tiles" .style=${`--_per-row: ${this.#perRow}`}>
          <canvas aria-hidden="true"></canvas>
          <ul>
            ${this.rowsView(shown, (row) => this.#tile(row))}
          </ul>
        </div>
        ${this.moreView(shown, this.messages.showAll(rows.length))}
      </section>
    `;
  }

  #tile(row: Row): TemplateResult {
    const { metrics } = row;
    const { tag } = this.language;
    const concern = this.concernOf(row);
    const cpu = metrics.get('cpu');
    return html`
      <li class=${concern?.level ?? ''}>
        <span class="title">${this.markView(concern)}${this.nameView(row)}</span>
        <span class="values">
          <b class="value">${cpu === undefined ? nothing : formatReading(this.read(cpu), cpu.series.unit, tag)}</b>
          <span class="value memory ${concern === undefined ? 'muted' : 'tinted'}" title=${concern?.caption ?? nothing}>${this.#textOf(row, concern)}</span>
        </span>
      </li>
    `;
  }

  /** Its memory; what else is the matter takes its place. */
  #textOf(row: Row, concern: Concern | undefined): string {
    return concern === undefined || concern.kind === 'container-memory'
      ? this.#memoryOf(row)
      : concern.caption;
  }

  /** `412 MiB / 1.00 GiB`, `2.20 / 4.00 GiB`; without a limit its use alone. */
  #memoryOf({ metrics }: Row): string {
    const { tag } = this.language;
    const memory = metrics.get('memory');
    if (memory === undefined) return '';
    const limit = this.read(metrics.get('memoryMax'));
    const used = this.read(memory);
    const reading = formatReading(used, memory.series.unit, tag);
    if (limit === null) return reading;
    const { number, unit } = formatValue(used, memory.series.unit, tag);
    const ofLimit = formatValue(limit, memory.series.unit, tag);
    // Limits are round numbers, mostly.
    const round = ofLimit.number.replace(/[.,]0+$/, '');
    return this.messages.of(unit === ofLimit.unit ? number : reading, `${round} ${ofLimit.unit}`);
  }

  protected override paint({ ctx, width, colours }: Surface): void {
    const { context, shown } = this;
    const axis = context === null ? null : axisOf(context);
    if (context === null || axis === null) return;
    const { samples, announcement } = context.buffer;
    const perRow = this.#perRow;
    const rem = this.canvas.height / (Math.ceil(shown.length / perRow) * TILE.height);
    const tileWidth = width / perRow;
    const box = { width: tileWidth - 2 * TILE.padding * rem, height: TILE.line * rem };
    const count = binCountOf(axis, announcement.intervalMs, box.width);
    const bins = new TimeBins(samples, axis, announcement.intervalMs, count);
    const lines = shown.map(({ metrics }) => {
      const column = metrics.get('cpu')?.column;
      return bins.means(column === undefined ? [] : [column]);
    });
    const max = scaleTop(lines, LEAST_TOP);
    for (const [index, values] of lines.entries()) {
      const left = (index % perRow) * tileWidth + TILE.padding * rem;
      const top = (Math.floor(index / perRow) * TILE.height + TILE.top) * rem;
      ctx.fillStyle = colours.rule;
      ctx.fillRect(left, top + box.height - 0.5, box.width, 0.5);
      paintArea(ctx, values, { ...box, left, top }, { colour: colours.hues.cpu, max });
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'container-tiles': ContainerTiles;
  }
}
